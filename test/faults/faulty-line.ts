import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Direction, PlannedFault, ProxiedRequest, ProxyFault } from './proxy-fault.ts'
import { createRequestReader, type RequestHead } from './request-reader.ts'

/** Milliseconds between two drops of a trickle. */
const DROP = 20

const CONTINUE = Buffer.from('HTTP/1.1 100 ')

export interface LineParts {
  readonly client: Socket
  readonly server: Socket
  /** What is to happen to this request. */
  take(request: ProxiedRequest): PlannedFault | undefined
  /** Resolves when bytes can move: at once, unless the link is down. */
  linkUp(): Promise<void>
}

/** One request and its answer. */
interface Exchange {
  fault: ProxyFault | undefined
  readonly happened: () => void
  /** What has come of the answer so far. */
  answered: Buffer
}

/** Passes bytes between two sockets, and lets faults happen to them. Resolves when both are closed. */
export async function runFaultyLine({ client, server, take, linkUp }: LineParts): Promise<void> {
  let exchange: Exchange = { fault: undefined, happened() {}, answered: Buffer.alloc(0) }
  let requests = 0
  let isCut = false
  const closed = Promise.all([closing(client), closing(server)])

  async function fromClient(): Promise<void> {
    const read = createRequestReader()
    for await (const chunk of client) {
      for (const piece of read(chunk)) {
        if (piece.head === undefined) await pass(piece.bytes, piece.at, 'request')
        else {
          await begin(piece.head)
          await pass(piece.bytes, -piece.bytes.length, 'request')
        }
      }
    }
    server.end()
  }

  async function begin(head: RequestHead): Promise<void> {
    const { fault, happened = () => {} } = take({ ...head, reused: requests++ > 0 }) ?? {}
    const isAction = typeof fault === 'function'
    exchange = { fault: isAction ? undefined : fault, happened, answered: Buffer.alloc(0) }
    if (!isAction) return
    await fault()
    happened()
  }

  async function fromServer(): Promise<void> {
    for await (const chunk of server) {
      // What allows the client to go on is no answer yet.
      if (chunk.subarray(0, CONTINUE.length).equals(CONTINUE)) {
        await write(chunk, 'answer')
        continue
      }
      const current = exchange
      const at = current.answered.length
      current.answered = Buffer.concat([current.answered, chunk])
      await pass(chunk, at, 'answer')
    }
    client.end()
  }

  /** `at` is where the bytes stand in the body of a request, or in an answer. */
  async function pass(bytes: Buffer, at: number, direction: Direction): Promise<void> {
    const { fault } = exchange
    const place = fault?.in === direction ? placeOf(fault, exchange.answered) : undefined
    if (fault === undefined || place === undefined || place > at + bytes.length) {
      return write(bytes, direction)
    }
    // To flip a byte it must be there.
    if (fault.what === 'flip' && place === at + bytes.length) return write(bytes, direction)
    if (fault.what !== 'trickle') exchange.fault = undefined
    exchange.happened()
    const before = Math.max(0, place - at)
    await write(bytes.subarray(0, before), direction)
    await happen(fault, bytes.subarray(before))
  }

  async function happen(fault: ProxyFault, rest: Buffer): Promise<void> {
    switch (fault.what) {
      case 'reset':
      case 'end':
        isCut = true
        if (fault.what === 'reset') client.resetAndDestroy()
        else client.end()
        server.end()
        return
      case 'stall':
        await closed
        return
      case 'flip': {
        const [first = 0, ...others] = rest
        return write(Buffer.from([first ^ 1, ...others]), fault.in)
      }
      case 'wait':
        await sleep(fault.ms)
        return write(rest, fault.in)
      case 'trickle':
        return trickle(rest, fault.in, fault.bytesPerSecond)
    }
  }

  async function trickle(bytes: Buffer, direction: Direction, perSecond: number): Promise<void> {
    const drop = Math.max(1, Math.round((perSecond * DROP) / 1000))
    for (let at = 0; at < bytes.length && !receiver(direction).destroyed; at += drop) {
      await sleep(DROP)
      await write(bytes.subarray(at, at + drop), direction)
    }
  }

  const receiver = (direction: Direction) => (direction === 'request' ? server : client)

  async function write(bytes: Buffer, direction: Direction): Promise<void> {
    await linkUp()
    if (bytes.length === 0 || (isCut && direction === 'answer')) return
    const to = receiver(direction)
    // An error is heard of by whoever reads from that socket.
    await new Promise<void>((resolve) => to.write(bytes, () => resolve()))
  }

  for (const [from, work] of [
    [client, fromClient],
    [server, fromServer],
  ] as const) {
    work().catch(() => {
      // Where the fault was to cut the line, the server still gets to the end of its work.
      if (isCut) return
      const other = from === client ? server : client
      other.resetAndDestroy()
    })
  }
  await closed
}

function closing(socket: Socket): Promise<unknown> {
  // Why it was closed is not of interest here.
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.once('close', resolve)
  })
}

/** Where it is to happen; undefined where that cannot be said yet. */
function placeOf({ what, in: direction, after }: ProxyFault, answered: Buffer): number | undefined {
  if (typeof after === 'string') {
    const found = answered.indexOf(after)
    return found === -1 ? undefined : found + Buffer.byteLength(after)
  }
  return direction === 'request' && after === 0 && what !== 'flip'
    ? Number.NEGATIVE_INFINITY
    : after
}
