import { orAborted } from './or-aborted.ts'

export interface PoolOptions {
  /** How many items are worked on at once: a whole number from 1. */
  readonly limit: number
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
  const queue = oneAtATime(items)

  async function worker(): Promise<void> {
    // Each worker listens to a signal of its own: Node warns of many listeners on one.
    const mine = AbortSignal.any([signal])
    while (!signal.aborted) {
      const item = await orAborted(queue.take(), mine)
      if (item.done || signal.aborted) return
      await work(item.value, mine)
    }
  }

  await Promise.all(
    Array.from({ length: limit }, () => worker().catch((error) => failure.abort(error))),
  )
  await queue.close()
  signal.throwIfAborted()
}

/** Lets many workers draw from one iterator: a generator must not be asked again before it answered. */
function oneAtATime<Item>(items: Iterable<Item> | AsyncIterable<Item>) {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let previous: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    take(): Promise<IteratorResult<Item>> {
      waiting++
      const result = previous
        .then(() => iterator.next())
        .finally(() => {
          waiting--
        })
      previous = result.catch(() => {})
      return result
    },
    async close(): Promise<void> {
      const closing = Promise.resolve(iterator.return?.()).catch(() => {})
      // A generator that waits for bytes that do not come cannot be closed before they do.
      if (waiting === 0) await closing
    },
  }
}
