import { createConnection, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import { rawHead, send } from '../http/test-client.ts'
import { type Fault, type RunningServer, startServer } from '../index.ts'

const open: RunningServer[] = []
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

/** A server that has these faults to come; it ends with the test. */
export async function start(...faults: Fault[]) {
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const server = await startServer({ buckets: ['b12'], faults: true, log })
  open.push(server)
  server.faults.add(...faults)
  return { ...server, lines }
}

const OBJECT = { bucket: 'b12', key: 'k' }
export const PUT = { method: 'PUT', ...OBJECT, body: 'hello' }
export const GET = { method: 'GET', ...OBJECT }

/** What is stored under the key, or undefined. */
export async function stored(server: RunningServer): Promise<string | undefined> {
  const { status, text } = await send(server, GET)
  return status === 200 ? text : undefined
}

interface Ended {
  /** All that came, a character for each byte. */
  readonly text: string
  readonly end: 'reset' | 'end'
}

/** Sends a request and waits for the end of the connection. `onData` is told of what has come. */
export function raw(
  server: RunningServer,
  request: Parameters<typeof rawHead>[1],
  {
    headers = {},
    onData,
  }: { headers?: Record<string, string>; onData?: (all: string) => void } = {},
): Promise<Ended> & { socket: Socket } {
  const socket = createConnection(server.port, '127.0.0.1')
  const ended = new Promise<Ended>((resolve) => {
    let text = ''
    let end: Ended['end'] = 'end'
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk
      onData?.(text)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (/^(ECONNRESET|EPIPE)$/.test(error.code ?? '')) end = 'reset'
    })
    socket.on('close', () => resolve({ text, end }))
  })
  socket.write(rawHead(server, request, headers))
  if (request.body) socket.write(request.body)
  return Object.assign(ended, { socket })
}
