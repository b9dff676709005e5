import { createGate } from './gate.ts'
import { onAbort } from './on-abort.ts'
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
 * Runs `work` over `items`, at most `limit` at a time, taking the next item when a place is free. Each
 * has a controller of its own, whose signal is aborted with that of all: by the caller, or by the first
 * failure, which is thrown once all have stopped: when the promise settles nothing is running any more.
 */
export async function runPool<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, stop: AbortController) => Promise<void>,
  { limit, signal: outer }: PoolOptions,
): Promise<void> {
  const places = typeof limit === 'number' ? createGate(limit) : limit
  const queue = closable(items)
  const lanes = createLanes()
  const { signal } = lanes
  let running = 0
  let allStopped = () => {}
  const unfollow = outer && onAbort(outer, () => lanes.abort(outer.reason))
  if (outer?.aborted) lanes.abort(outer.reason)

  async function begin(item: Item, leave: () => void): Promise<void> {
    const lane = lanes.take()
    try {
      await work(item, lane)
    } catch (error) {
      lanes.abort(error)
    } finally {
      lanes.giveBack(lane)
      leave()
      if (--running === 0) allStopped()
    }
  }

  async function beginAll(): Promise<void> {
    while (!signal.aborted) {
      const leave = await places.acquire(signal)
      const item = await queue.next(signal).catch((error) => {
        leave()
        throw error
      })
      if (item.done || signal.aborted) return leave()
      running++
      begin(item.value, leave)
    }
  }

  await beginAll().catch((error) => lanes.abort(error))
  await new Promise<void>((resolve) => {
    allStopped = resolve
    if (running === 0) resolve()
  })
  await queue.close()
  unfollow?.()
  signal.throwIfAborted()
}

/**
 * The controllers of the items under way, used again after them: Node warns of many listeners on one
 * signal, and to make one for each item takes time.
 */
function createLanes() {
  const whole = new AbortController()
  const lanes: AbortController[] = []
  const free: AbortController[] = []

  function another(): AbortController {
    const lane = new AbortController()
    lanes.push(lane)
    return lane
  }

  return {
    signal: whole.signal,
    abort(reason: unknown): void {
      whole.abort(reason)
      for (const lane of lanes) lane.abort(whole.signal.reason)
    },
    take: () => free.pop() ?? another(),
    giveBack(lane: AbortController): void {
      if (lane.signal.aborted) lanes.splice(lanes.indexOf(lane), 1)
      else free.push(lane)
    },
  }
}

function closable<Item>(items: Iterable<Item> | AsyncIterable<Item>) {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let waiting = false
  return {
    async next(signal: AbortSignal): Promise<IteratorResult<Item>> {
      const next = iterator.next()
      // What is there already need not be waited for.
      if (!(next instanceof Promise)) return next
      waiting = true
      const stopWaiting = () => {
        waiting = false
      }
      next.then(stopWaiting, stopWaiting)
      return orAborted(next, signal)
    },
    async close(): Promise<void> {
      const closing = Promise.resolve(iterator.return?.()).catch(() => {})
      // A generator that waits for bytes that do not come cannot be closed before they do.
      if (!waiting) await closing
    },
  }
}
