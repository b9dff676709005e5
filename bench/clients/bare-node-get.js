// The least that Node can do to fetch an object: ranges through node:http, whose bytes nobody looks at.

import { statSync } from 'node:fs'
import http from 'node:http'
import { bucket, measure, task } from './contract.js'

const MiB = 1024 * 1024
const { endpoint, partSize = 16 * MiB, parallel = 4 } = task
const { hostname, port } = new URL(endpoint)
const agent = new http.Agent({ keepAlive: true, maxSockets: parallel })

await measure(async (path, key) => {
  // The object is this file, uploaded before.
  const { size } = statSync(path)
  let next = 0

  async function lane() {
    while (next < size) {
      const start = next
      next = Math.min(size, start + partSize)
      await fetchRange(`/${bucket}/${key}`, start, next)
    }
  }

  await Promise.all(Array.from({ length: parallel }, lane))
})

/**
 * @param {string} path
 * @param {number} start
 * @param {number} end
 * @returns {Promise<void>}
 */
function fetchRange(path, start, end) {
  return new Promise((resolve, reject) => {
    const headers = { range: `bytes=${start}-${end - 1}` }
    const request = http.get({ hostname, port, path, headers, agent }, (response) => {
      let missing = end - start
      response.on('data', (chunk) => {
        missing -= chunk.length
      })
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 206 && missing === 0) resolve()
        else reject(new Error(`${response.statusCode}, ${missing} bytes are missing`))
      })
    })
    request.on('error', reject)
  })
}
