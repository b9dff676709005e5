import type { Socket } from 'node:net'
import { createFaultyWire, type FaultyWire } from './faulty-wire.ts'
import type { Direction, PlannedFault, ProxiedRequest, ProxyFault } from './proxy-fault.ts'
import { createRequestReader, type RequestHead } from './request-reader.ts'

const CONTINUE = Buffer.from('HTTP/1.1 100 ')

export interface LineParts {
  readonly client: Socket
  readonly server: Socket
  /** What is to happen to this request. */
  take(request: ProxiedRequest): PlannedFault | undefined
  /** Resolves when bytes can move: at once, unless the link is down. */
  linkUp(): Promise<void>
}

/** Passes bytes between two sockets, and lets faults happen to them. Resolves when both are closed. */
export async function runFaultyLine({ client, server, take, linkUp }: LineParts): Promise<void> {
  const wire = createFaultyWire(client, server, linkUp)
  let exchange = createExchange(wire, undefined)
  let requests = 0

  async function begin(head: RequestHead): Promise<void> {
    const planned = take({ ...head, reused: requests++ > 0 })
    exchange = createExchange(wire, planned)
    if (typeof planned?.fault !== 'function') return
    await planned.fault()
    planned.happened()
  }

  async function fromClient(): Promise<void> {
    const read = createRequestReader()
    for await (const chunk of client) {
      for (const piece of read(chunk)) {
        if (piece.head !== undefined) await begin(piece.head)
        const at = piece.head === undefined ? piece.at : -piece.bytes.length
        await exchange.pass(piece.bytes, at, 'request')
      }
    }
    server.end()
  }

  async function fromServer(): Promise<void> {
    for await (const chunk of server) await exchange.answer(chunk)
    client.end()
  }

  fromClient().catch(() => wire.isCut || server.resetAndDestroy())
  fromServer().catch(() => wire.isCut || client.resetAndDestroy())
  await wire.closed
}

/** One request and its answer. */
interface Exchange {
  /** `at` is where the bytes stand in the body of the request, or in the answer. */
  pass(bytes: Buffer, at: number, direction: Direction): Promise<void>
  answer(chunk: Buffer): Promise<void>
}

function createExchange(wire: FaultyWire, planned: PlannedFault | undefined): Exchange {
  let fault = typeof planned?.fault === 'function' ? undefined : planned?.fault
  let answered = Buffer.alloc(0)

  const pass: Exchange['pass'] = async (bytes, at, direction) => {
    const place = fault?.in === direction ? placeOf(fault, answered) : undefined
    const end = at + bytes.length
    // To flip a byte it must be there.
    if (!fault || place === undefined || place > end || (fault.what === 'flip' && place === end)) {
      return wire.write(bytes, direction)
    }
    const happening = fault
    if (happening.what !== 'trickle') fault = undefined
    planned?.happened()
    const before = Math.max(0, place - at)
    await wire.write(bytes.subarray(0, before), direction)
    await wire.happen(happening, bytes.subarray(before))
  }

  return {
    pass,
    async answer(chunk) {
      // What allows the client to go on is no answer yet.
      if (chunk.subarray(0, CONTINUE.length).equals(CONTINUE)) return wire.write(chunk, 'answer')
      const at = answered.length
      answered = Buffer.concat([answered, chunk])
      await pass(chunk, at, 'answer')
    },
  }
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
