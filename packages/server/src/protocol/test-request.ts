import { parseQuery } from './query.ts'
import type { OssRequest } from './request.ts'

/** A request as the socket would give it, from text as a person writes it. */
export function testRequest({
  method = 'GET',
  url = '/',
  headers = {},
  body = [],
}: {
  method?: string
  url?: string
  headers?: Readonly<Record<string, string>>
  body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}): OssRequest {
  const [path = '', ...query] = url.split('?')
  const received = Object.entries({ host: '127.0.0.1:9000', ...headers })
  return {
    method,
    path,
    query: parseQuery(query.join('?')),
    headers: new Map(
      received.map(([name, value]) => [
        name.toLowerCase(),
        Buffer.from(value, 'utf8').toString('latin1'),
      ]),
    ),
    body: iterate(body),
  }
}

async function* iterate(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* chunks
}
