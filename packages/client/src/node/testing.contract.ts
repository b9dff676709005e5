import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../client/testing.contract.ts'
import type { Body } from '../oss/body.ts'
import type { HttpRequest, HttpResponse, Transport } from '../oss/transport.ts'
import { type Agents, createHttpTransport } from './http-transport.ts'

/** Agents that end with the test, so that no connection of one test is left to the next. */
export function agentsOf(options: https.AgentOptions = {}): Agents {
  const settings = { keepAlive: true, ...options }
  const agents = { http: new http.Agent(settings), https: new https.Agent(settings) }
  onTestFinished(() => {
    agents.http.destroy()
    agents.https.destroy()
  })
  return agents
}

/** A GET of `/` with a second for everything. */
export function requestTo(origin: string, more: Partial<HttpRequest> = {}): HttpRequest {
  const timeouts = { connect: 1_000, stall: 1_000, answer: 1_000 }
  return { method: 'GET', origin, path: '/', headers: {}, timeouts, ...more }
}

/** A transport whose connections end with the test. */
export function transportOf(agents = agentsOf()): Transport {
  return createHttpTransport(() => agents)
}

export function send(
  origin: string,
  more: Partial<HttpRequest> = {},
  agents = agentsOf(),
): Promise<HttpResponse> {
  return transportOf(agents).send(requestTo(origin, more))
}

/** A PUT of `body` under its length, where that is known. */
export function putOf(body: Body): Partial<HttpRequest> {
  const headers: Record<string, string> = {}
  if (body.size !== undefined) headers['content-length'] = String(body.size)
  return { method: 'PUT', headers, body }
}

/** The head of an answer with ten bytes. */
export const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'

/** Answers every look-up with these addresses, in this order. */
export function addresses(...list: string[]): LookupFunction {
  const all = list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  const [first = { address: '', family: 4 }] = all
  return (_host, options, answer) =>
    options.all ? answer(null, all) : answer(null, first.address, first.family)
}

/** Where nobody listens: a port that was free a moment ago. */
export async function closedPort(): Promise<string> {
  const server = http.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

export interface ObservedBody extends Body {
  /** How many chunks were asked for so far. */
  readonly asked: number
  /** Whether the generator was run to its end or told to end. */
  readonly ended: boolean
}

/** A body of chunks made one by one, of which can be seen how far it was read. */
export function observedBody(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  size?: number,
): ObservedBody {
  let asked = 0
  let ended = false
  return {
    size,
    get asked() {
      return asked
    },
    get ended() {
      return ended
    },
    async *chunks() {
      try {
        for await (const chunk of chunks) {
          asked++
          yield chunk
        }
      } finally {
        ended = true
      }
    },
  }
}

/** `count` chunks of `size` bytes, each filled with its number. */
export function* numberedChunks(count: number, size: number): Generator<Uint8Array> {
  for (let number = 0; number < count; number++) yield Buffer.alloc(size, number)
}

export async function textOf({ body }: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** Certificates are made anew for each test, so that no private key is in the repository. */
export const hasOpenssl = succeeds(() => execFileSync('openssl', ['version'], { stdio: 'ignore' }))

/** A certificate for 127.0.0.1 that nobody vouches for. */
export async function selfSigned(): Promise<{ key: string; cert: string }> {
  const folder = await temporaryFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const curve = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  const name = '-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -days 1'
  const options = `req -x509 ${curve} ${name} -keyout ${key} -out ${cert}`
  execFileSync('openssl', options.split(' '), { stdio: 'ignore' })
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
}

function succeeds(action: () => unknown): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}
