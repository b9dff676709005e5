import type { IncomingMessage } from 'node:http'
import { OssError } from '../protocol/errors.ts'
import { parseQuery } from '../protocol/query.ts'
import type { OssRequest } from '../protocol/request.ts'

/** Throws OssError for a request line or a Host that makes no sense. */
export function readRequest(message: IncomingMessage, body: AsyncIterable<Uint8Array>): OssRequest {
  const { path, query } = splitUrl(message.url ?? '')
  const headers = joinHeaders(message.rawHeaders)
  if (!headers.get('host')) {
    throw new OssError('InvalidRequest', { message: 'The Host header is missing.' })
  }
  return { method: message.method ?? '', path, query: parseQuery(query), headers, body }
}

/**
 * The raw path and query. `new URL` would resolve `..` and merge what differs on the wire; the
 * absolute form, which proxies are sent, is the only one that is shortened.
 */
function splitUrl(url: string): { path: string; query: string } {
  const relative = url.replace(/^https?:\/\/[^/?]*/i, '')
  const question = relative.indexOf('?')
  const path = question < 0 ? relative : relative.slice(0, question)
  const query = question < 0 ? '' : relative.slice(question + 1)
  return { path: path.startsWith('/') ? path : `/${path}`, query }
}

/** Node's own `headers` drops repeated ones and puts a space where signatures have none. */
function joinHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    const value = rawHeaders[index + 1] ?? ''
    const earlier = headers.get(name)
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`)
  }
  return headers
}
