import { createGate } from './gate.ts'
import { orAborted } from './or-aborted.ts'

/** Who lets items in: a gate, whose limit may change at any time and which many pools may share. */
export interface Places {
  /** Waits for a place and gives what frees it; rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<() => void>
}

export interface PoolOptions {
  /**
   * How many items are worked on at once: a whole number from 1, or a gate. A place is taken before an
   * item is asked for, so a pool that waits for its next item holds one.
   */
  readonly limit: number | Places
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs `work` over `items`, at most `limit` at a time, taking the next item when a place is free. The
 * first failure aborts the signal that the others were given, and is thrown once all of them have
 * stopped: when the promise settles nothing is running any more.
 */
export async function runPool<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
  { limit, signal: outer }: PoolOptions,
): Promise<void> {
  const failure = new AbortController()
  const signal = outer ? AbortSignal.any([outer, failure.signal]) : failure.signal
  const places = typeof limit === 'number' ? createGate(limit) : limit
  const queue = closable(items)
  const lanes = createLanes(signal)
  const running = new Set<Promise<void>>()

  async function begin(item: Item, leave: () => void): Promise<void> {
    const lane = lanes.take()
    try {
      await work(item, lane)
    } catch (error) {
      failure.abort(error)
    } finally {
      lanes.giveBack(lane)
      leave()
    }
  }

  async function beginAll(): Promise<void> {
    const mine = lanes.take()
    while (!signal.aborted) {
      const leave = await places.acquire(mine)
      const item = await orAborted(queue.next(), mine).catch((error) => {
        leave()
        throw error
      })
      if (item.done || signal.aborted) return leave()
      const one: Promise<void> = begin(item.value, leave).finally(() => running.delete(one))
      running.add(one)
    }
  }

  await beginAll().catch((error) => failure.abort(error))
  await Promise.all(running)
  await queue.close()
  signal.throwIfAborted()
}

/** Each item under way listens to a signal of its own, used again after it: Node warns of many listeners on one. */
function createLanes(signal: AbortSignal) {
  const free: AbortSignal[] = []
  return {
    take: () => free.pop() ?? AbortSignal.any([signal]),
    giveBack: (lane: AbortSignal) => free.push(lane),
  }
}

function closable<Item>(items: Iterable<Item> | AsyncIterable<Item>) {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let waiting = false
  return {
    async next(): Promise<IteratorResult<Item>> {
      waiting = true
      try {
        return await iterator.next()
      } finally {
        waiting = false
      }
    },
    async close(): Promise<void> {
      const closing = Promise.resolve(iterator.return?.()).catch(() => {})
      // A generator that waits for bytes that do not come cannot be closed before they do.
      if (!waiting) await closing
    },
  }
}
