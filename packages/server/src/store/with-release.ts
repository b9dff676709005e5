/**
 * `source`, and `release` once when the reader is through with it: at the end, after an error, or
 * when it stops early. A generator's own `finally` is not enough, for it does not run when the
 * reader stops before the first piece.
 */
export function withRelease<item>(
  source: AsyncGenerator<item, void>,
  release: () => Promise<void>,
): AsyncIterableIterator<item> {
  let released: Promise<void> | undefined
  const finish = () => {
    released ??= release()
    return released
  }
  return {
    async next() {
      try {
        const result = await source.next()
        if (result.done) await finish()
        return result
      } catch (error) {
        await finish()
        throw error
      }
    },
    async return() {
      try {
        return await source.return()
      } finally {
        await finish()
      }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
