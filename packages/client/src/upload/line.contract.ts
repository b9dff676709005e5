import type { VirtualTime } from '../async/virtual-time.contract.ts'
import { OssError } from '../oss/errors.ts'

/** A line to OSS, as it is felt by uploads: what is sent over it and when the answers come. Milliseconds and bytes per second. */
export interface LineShape {
  /** There and back; each answer takes one, a new connection as many as `handshakes`. */
  readonly roundTrip: number
  /** What one connection carries at most. */
  readonly perConnection: number
  /** What all of them carry together. */
  readonly total: number
  /** Round trips before a new connection carries bytes: 1 for TCP, 3 with TLS 1.2. */
  readonly handshakes?: number
  /** A new connection begins with ten packets a round trip, and doubles them with each. */
  readonly slowStart?: boolean
  /** Milliseconds of computing for each request, in which nothing else is sent. */
  readonly perRequest?: number
  /** The share of `total` that is left with so many transfers at once. */
  readonly crowding?: (transfers: number) => number
  /** One connection in so many carries only the tenth. */
  readonly slowOneIn?: number
  /** How likely a request is cut off somewhere in its body. */
  readonly resets?: number
  /** More requests than this at once are answered with 503. */
  readonly throttledAt?: number
  /** Each transfer is so much slower or faster than the line says, by chance: 0.3 is from 70 to 130 %. */
  readonly jitter?: number
}

export interface Line {
  /** Sends so many bytes with one request. Rejects with what OSS or the network would say, or with the signal's reason. */
  send(bytes: number, signal?: AbortSignal): Promise<void>
  /** From now on the line is another one. */
  become(shape: LineShape): void
  readonly seen: Seen
}

/** What the other end has seen. */
export interface Seen {
  requests: number
  mostAtOnce: number
  throttled: number
  connections: number
  /** All that went over the line, also what was sent in vain. */
  bytes: number
}

interface Connection {
  readonly share: number
  sent: number
}

interface Transfer {
  readonly connection: Connection
  readonly jitter: number
  /** Bytes, those that stand for computing included. */
  left: number
  /** Bytes per millisecond. */
  rate: number
  /** Bytes left at which the connection is cut. */
  readonly cutAt: number
  end(error?: OssError): void
}

/** Ten packets. */
const FIRST_WINDOW = 14_600
/** Less than a byte is nothing: sums of fractions are never quite even. */
const NOTHING = 0.5

export function createLine(first: LineShape, time: VirtualTime, random: () => number): Line {
  const transfers = new Set<Transfer>()
  const idle: Connection[] = []
  const seen = { requests: 0, mostAtOnce: 0, throttled: 0, connections: 0, bytes: 0 }
  let shape = first
  let atOnce = 0
  let updated = 0
  let cancel = () => {}

  /** What was sent since the last time, at the rates of then. */
  function advance(): void {
    const elapsed = time.now() - updated
    updated = time.now()
    for (const transfer of transfers) {
      transfer.left -= transfer.rate * elapsed
      transfer.connection.sent += transfer.rate * elapsed
      seen.bytes += transfer.rate * elapsed
    }
  }

  /** Shares the line out anew, and comes back when a transfer ends or a connection has become faster. */
  function share(): void {
    cancel()
    advance()
    for (const transfer of transfers) {
      if (transfer.left <= transfer.cutAt + NOTHING) transfer.end(cutOff(transfer))
    }
    const { next } = allot([...transfers], shape)
    if (Number.isFinite(next)) cancel = time.after(next, share)
  }

  function cutOff({ cutAt }: Transfer): OssError | undefined {
    if (cutAt === 0) return undefined
    return new OssError('Reset by the line', { name: 'RequestError', status: -1 })
  }

  async function connect(signal?: AbortSignal): Promise<Connection> {
    const known = idle.pop()
    if (known !== undefined) return known
    seen.connections++
    const slow = shape.slowOneIn !== undefined && seen.connections % shape.slowOneIn === 0
    await time.sleep((shape.handshakes ?? 1) * shape.roundTrip, signal)
    return { share: slow ? 0.1 : 1, sent: 0 }
  }

  function transfer(connection: Connection, bytes: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const computing = shape.perRequest ? (shape.perRequest / 1000) * shape.total : 0
      const left = bytes + computing
      const one: Transfer = {
        connection,
        jitter: 1 + (shape.jitter ?? 0) * (2 * random() - 1),
        left,
        rate: 0,
        cutAt: random() < (shape.resets ?? 0) ? random() * left : 0,
        end(error) {
          transfers.delete(one)
          signal?.removeEventListener('abort', onAbort)
          if (error) reject(error)
          else resolve()
        },
      }
      const onAbort = () => {
        transfers.delete(one)
        share()
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      transfers.add(one)
      share()
    })
  }

  async function send(bytes: number, signal?: AbortSignal): Promise<void> {
    const connection = await connect(signal)
    const throttled = atOnce >= (shape.throttledAt ?? Number.POSITIVE_INFINITY)
    seen.requests++
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++atOnce)
    try {
      if (!throttled) await transfer(connection, bytes, signal)
      await time.sleep(shape.roundTrip, signal)
      idle.push(connection)
    } finally {
      atOnce--
    }
    if (!throttled) return
    seen.throttled++
    throw new OssError('Slow down', { name: 'SlowDownError', code: 'SlowDown', status: 503 })
  }

  return {
    send,
    seen,
    become(next) {
      advance()
      shape = next
      share()
    },
  }
}

/**
 * Gives each transfer its rate: what its connection can carry, and where that is more than the line
 * carries, an equal share of it. `next` is in how many milliseconds something changes.
 */
function allot(transfers: readonly Transfer[], shape: LineShape): { next: number } {
  const crowding = shape.crowding?.(transfers.length) ?? 1
  let rest = (shape.total * crowding) / 1000
  let next = Number.POSITIVE_INFINITY
  const wishes = transfers.map((one) => ({ one, wish: wishOf(one, shape) }))
  wishes.sort((a, b) => a.wish - b.wish)
  for (const [index, { one, wish }] of wishes.entries()) {
    one.rate = Math.min(wish, rest / (wishes.length - index))
    rest -= one.rate
    next = Math.min(next, (one.left - one.cutAt) / one.rate)
    if (isStarting(one, shape)) next = Math.min(next, shape.roundTrip)
  }
  return { next }
}

function wishOf({ connection, jitter }: Transfer, shape: LineShape): number {
  const full = (shape.perConnection * connection.share * jitter) / 1000
  if (!shape.slowStart) return full
  return Math.min(full, (FIRST_WINDOW + connection.sent) / shape.roundTrip)
}

function isStarting(transfer: Transfer, shape: LineShape): boolean {
  return (
    shape.slowStart === true &&
    wishOf(transfer, shape) < wishOf(transfer, { ...shape, slowStart: false })
  )
}

/** Chance that can be repeated: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
