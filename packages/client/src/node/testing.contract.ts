import http from 'node:http'
import https from 'node:https'
import { onTestFinished } from 'vitest'
import type { Body } from '../oss/body.ts'
import type { HttpRequest, HttpResponse } from '../oss/transport.ts'
import type { Agents } from './http-transport.ts'

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
  const timeouts = { connect: 1_000, idle: 1_000 }
  return { method: 'GET', origin, path: '/', headers: {}, timeouts, ...more }
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
