export interface Tap<Item> {
  each?(item: Item): void
  /** Called when the last item has passed; what it throws ends the iteration. */
  end?(): void
  /** What is thrown in the place of an error. */
  error?(error: unknown): unknown
}

/**
 * The items of `source` with something done as they pass. Unlike a generator, it hands a `return` on to
 * its source even before the first item was asked for.
 */
export function tap<Item>(
  source: AsyncIterable<Item>,
  { each, end, error: explain = (error) => error }: Tap<Item>,
): AsyncIterableIterator<Item> {
  const items = source[Symbol.asyncIterator]()
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const next = await items.next().catch((error) => {
        throw explain(error)
      })
      if (next.done) end?.()
      else each?.(next.value)
      return next
    },
    async return(value) {
      await items.return?.()
      return { done: true, value }
    },
  }
}
