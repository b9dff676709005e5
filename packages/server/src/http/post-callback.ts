import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { PostCallback } from '../operations/call.ts'

const TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 1024 * 1024

/** Sends an upload callback. Redirects are not followed. */
export const postCallback: PostCallback = async (url, { host, contentType, body }) => {
  const send = url.toLowerCase().startsWith('https:') ? httpsRequest : httpRequest
  const outgoing = send(url, {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'user-agent': 'http-client/0.0.1',
      ...(host === undefined ? {} : { host }),
    },
  })
  const chunks: Uint8Array[] = []
  const status = await new Promise<number>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      let size = 0
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_ANSWER_BYTES) answer.destroy(new Error('The answer is longer than 1 MiB.'))
        else chunks.push(chunk)
      })
      answer.on('error', reject)
      answer.on('end', () => resolve(answer.statusCode ?? 0))
    })
    outgoing.end(body)
  })
  return { status, body: Buffer.concat(chunks) }
}
