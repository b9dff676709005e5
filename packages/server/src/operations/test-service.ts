import { errorReply } from '../protocol/error-reply.ts'
import { OssError } from '../protocol/errors.ts'
import type { Reply } from '../protocol/reply.ts'
import { testRequest } from '../protocol/test-request.ts'
import { encode, queryString, signHeaderV4 } from '../protocol/test-signer.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import type { PostCallback } from './call.ts'
import { createService } from './serve.ts'

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

export interface TestCall {
  readonly method?: string
  /** Left out: a request to the service. */
  readonly bucket?: string
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** How the body comes; `content-length` is then left to `headers`. */
  readonly chunks?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  readonly anonymous?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly bytes: Buffer
}

export interface TestService {
  readonly store: Store
  /** Sends a signed request, as if over a socket. */
  send(call: TestCall): Promise<Answer>
  /** Moves the clock. */
  wait(milliseconds: number): void
}

/** The whole server without its socket, over a memory store, with a clock that stands still. */
export async function testService(
  options: { buckets?: readonly string[]; store?: Store; postCallback?: PostCallback } = {},
): Promise<TestService> {
  const store = options.store ?? createMemoryStore()
  let now = NOW
  const serve = createService({
    services: {
      store,
      now: () => now,
      region: 'cn-hangzhou',
      postCallback: options.postCallback ?? (() => Promise.reject(new Error('not expected'))),
    },
    names: { hosts: ['localhost'], cnames: new Map() },
    accessKeys: new Map([['ak', { accessKeyId: 'ak', accessKeySecret: 'sk' }]]),
  })
  const service: TestService = {
    store,
    send: (call) => answer(() => serve(requestOf(call, now)), call.method ?? 'GET'),
    wait(milliseconds) {
      now += milliseconds
    },
  }
  for (const bucket of options.buckets ?? ['b12']) {
    await service.send({ method: 'PUT', bucket })
  }
  return service
}

function requestOf(call: TestCall, now: number) {
  const { method = 'GET', bucket, key, anonymous = false, chunks } = call
  const body = Buffer.from(call.body ?? '')
  const unsigned = {
    method,
    ...(bucket === undefined ? {} : { bucket }),
    ...(key === undefined ? {} : { key }),
    query: call.query ?? {},
    headers: {
      ...(chunks === undefined ? { 'content-length': String(body.length) } : {}),
      ...call.headers,
    },
  }
  const { headers } = anonymous
    ? unsigned
    : signHeaderV4(unsigned, { id: 'ak', secret: 'sk', time: now })
  const path = bucket === undefined ? '/' : `/${bucket}/${encode(key ?? '')}`
  return testRequest({
    method,
    url: path + queryString(unsigned.query),
    headers,
    body: chunks ?? [body],
  })
}

async function answer(serve: () => Promise<Reply>, method: string): Promise<Answer> {
  const reply = await serve().catch((error: unknown) => {
    if (error instanceof OssError) {
      return errorReply(error, { method, requestId: 'REQUEST', hostId: 'host' })
    }
    throw error
  })
  const bytes = await collect(reply.body)
  return { status: reply.status, headers: reply.headers, text: bytes.toString(), bytes }
}

async function collect(body: Reply['body']): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0)
  if (body instanceof Uint8Array) return Buffer.from(body)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}

/** The texts of all elements called `name`, unescaped, in order. */
export function texts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  )
}

/** Status, code, EC and message of an error answer. */
export function errorOf({ status, text }: Answer) {
  const first = (name: string) => texts(text, name)[0]
  return { status, code: first('Code'), ec: first('EC'), message: first('Message') }
}
