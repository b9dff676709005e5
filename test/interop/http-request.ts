import http, { type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { loopbackAgent } from './addresses.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What anybody who was given a URL would send: no SDK, no signature but the one in the URL. */
export function httpRequest(
  url: string,
  { method = 'GET', headers = {}, body = Buffer.alloc(0) } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const length = body.length > 0 ? { 'content-length': body.length } : {}
    const options = { method, headers: { ...headers, ...length }, agent: loopbackAgent }
    const request = http.request(url, options, async (response) => {
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: await buffer(response),
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}
