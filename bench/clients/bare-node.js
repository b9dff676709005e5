// The least that Node can do: parts through node:http or node:https, read and sent in pieces, without
// signatures, checksums, retries or anything that a client is for.

import { open } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { bucket, measure, task } from './contract.js'

const MiB = 1024 * 1024
const { endpoint, partSize = 16 * MiB, parallel = 4 } = task
const node = endpoint.startsWith('https:') ? https : http
const agent = new node.Agent({ keepAlive: true, maxSockets: parallel })
/** As our client reads files. */
const READ = MiB / 2

await measure(async (path, key) => {
  const file = await open(path)
  const { size } = await file.stat()
  const count = Math.ceil(size / partSize)
  const target = `/${bucket}/${key}`
  const begun = await ask('POST', `${target}?uploads`)
  const [, uploadId] = /<UploadId>(\w+)</.exec(begun) ?? []
  /** @type {string[]} */
  const parts = []
  let next = 1

  async function lane() {
    const buffer = Buffer.allocUnsafeSlow(READ)
    while (next <= count) {
      const number = next++
      const start = (number - 1) * partSize
      const end = Math.min(size, start + partSize)
      const { request, answer } = begin(
        'PUT',
        `${target}?partNumber=${number}&uploadId=${uploadId}`,
        end - start,
      )
      for (let at = start; at < end; ) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(READ, end - at), at)
        await new Promise((resolve) => request.write(buffer.subarray(0, bytesRead), resolve))
        at += bytesRead
      }
      request.end()
      const { etag } = await answer
      parts[number - 1] = `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`
    }
  }

  await Promise.all(Array.from({ length: parallel }, lane))
  const list = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
  await ask('POST', `${target}?uploadId=${uploadId}`, Buffer.from(list))
  await file.close()
})

/**
 * @param {string} method
 * @param {string} target
 * @param {number} length
 */
function begin(method, target, length) {
  const { hostname, port } = new URL(endpoint)
  const headers = { 'content-length': length }
  const request = node.request({ hostname, port, method, path: target, headers, agent })
  /** @type {Promise<{ text: string, etag: string | undefined }>} */
  const answer = new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve({ text, etag: response.headers.etag }) : reject(text),
      )
    })
  })
  return { request, answer }
}

/**
 * @param {string} method
 * @param {string} target
 */
async function ask(method, target, body = Buffer.alloc(0)) {
  const { request, answer } = begin(method, target, body.length)
  request.end(body)
  return (await answer).text
}
