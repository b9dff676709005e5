import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Direction, ProxyFault } from './proxy-fault.ts'

/** Milliseconds between two drops of a trickle. */
const DROP = 20

/** Two sockets, and what can be done to bytes between them. */
export interface FaultyWire {
  /** Whether a fault has cut it: the server may still get to the end of its work. */
  readonly isCut: boolean
  /** Resolves when both sockets are closed. */
  readonly closed: Promise<unknown>
  write(bytes: Buffer, direction: Direction): Promise<void>
  /** Lets it happen; `rest` are the bytes that would have been next. */
  happen(fault: ProxyFault, rest: Buffer): Promise<void>
}

export function createFaultyWire(
  client: Socket,
  server: Socket,
  linkUp: () => Promise<void>,
): FaultyWire {
  let isCut = false
  const closed = Promise.all([closing(client), closing(server)])
  const receiver = (direction: Direction) => (direction === 'request' ? server : client)

  async function write(bytes: Buffer, direction: Direction): Promise<void> {
    await linkUp()
    if (bytes.length === 0 || (isCut && direction === 'answer')) return
    // An error is heard of by whoever reads from that socket.
    await new Promise<void>((resolve) => {
      receiver(direction).write(bytes, () => resolve())
    })
  }

  async function trickle(bytes: Buffer, direction: Direction, perSecond: number): Promise<void> {
    const drop = Math.max(1, Math.round((perSecond * DROP) / 1000))
    for (let at = 0; at < bytes.length && !receiver(direction).destroyed; at += drop) {
      await sleep(DROP)
      await write(bytes.subarray(at, at + drop), direction)
    }
  }

  return {
    get isCut() {
      return isCut
    },
    closed,
    write,
    async happen(fault, rest) {
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
    },
  }
}

function closing(socket: Socket): Promise<unknown> {
  // Why it was closed is not of interest here.
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.once('close', resolve)
  })
}
