import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningServer } from 'oss-local'

/** What S3 says to a request, and OSS knows nothing of. */
const NOT_SIGNED = new Set(['x-id'])
/** What becomes part of the resource that is signed. */
const SUBRESOURCES = new Set(['uploads', 'uploadId', 'partNumber'])

/**
 * Takes requests of S3 (path style) and asks oss-local the same in the words of OSS, so that a client of
 * S3 meets the faults that oss-local is told. Multipart uploads are alike in both: paths, queries and
 * XML are passed on as they are. The signature of S3 is not checked; what goes on is signed anew, with
 * the date of the request, or a client whose clock is wrong would not be told so.
 */
export async function startS3Facade(
  server: RunningServer,
): Promise<{ url: string; close(): Promise<void> }> {
  const agent = new http.Agent({ keepAlive: true })
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    passOn(incoming, outgoing, { server, agent }).catch(() => incoming.socket.resetAndDestroy())
  }
  const facade = http.createServer(serve)
  facade.listen(0, '127.0.0.1')
  await once(facade, 'listening')
  // A TCP server's address is an object.
  const { port } = facade.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      agent.destroy()
      facade.closeAllConnections()
      facade.close()
      await once(facade, 'close')
    },
  }
}

async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { server, agent }: { server: RunningServer; agent: http.Agent },
): Promise<void> {
  const { method = '', url = '' } = incoming
  const [path = '', query = ''] = url.split('?')
  const parameters = query.split('&').filter((pair) => !NOT_SIGNED.has(pair.split('=')[0] ?? ''))
  const headers = ossHeaders(incoming, { method, path, parameters }, server)
  const sent = http.request({
    port: server.port,
    method,
    path: [path, parameters.join('&')].filter(Boolean).join('?'),
    headers,
    agent,
  })
  incoming.pipe(sent)
  incoming.once('close', () => {
    if (!incoming.complete) sent.destroy()
  })
  // With an 'error' it rejects.
  const [answer]: IncomingMessage[] = await once(sent, 'response')
  if (answer === undefined) return
  outgoing.writeHead(answer.statusCode ?? 0, answer.headers)
  answer.pipe(outgoing)
  answer.once('error', () => incoming.socket.resetAndDestroy())
}

/** The headers that OSS needs, and Signature V1 over them. */
function ossHeaders(
  { headers }: IncomingMessage,
  { method, path, parameters }: { method: string; path: string; parameters: readonly string[] },
  { accessKeyId, accessKeySecret }: RunningServer,
): Record<string, string> {
  const type = headers['content-type'] ?? ''
  const date = dateOf(String(headers['x-amz-date']))
  const signed = parameters
    .map((pair) => pair.replace(/=$/, ''))
    .filter((pair) => SUBRESOURCES.has(pair.split('=')[0] ?? ''))
    .sort()
  const resource = [decodeURIComponent(path), signed.join('&')].filter(Boolean).join('?')
  const text = [method, '', type, date, resource].join('\n')
  const signature = createHmac('sha1', accessKeySecret).update(text).digest('base64')
  return {
    ...(type && { 'content-type': type }),
    ...(headers['content-length'] && { 'content-length': headers['content-length'] }),
    date,
    authorization: `OSS ${accessKeyId}:${signature}`,
  }
}

/** `20261126T001500Z` in the way of HTTP. */
function dateOf(basic: string): string {
  const iso = basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  return new Date(iso).toUTCString()
}
