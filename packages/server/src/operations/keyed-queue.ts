/** Runs work of the same key one after the other; other keys do not wait. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>()

  async run<result>(key: string, work: () => Promise<result>): Promise<result> {
    const mine = Promise.resolve(this.#last.get(key)).then(work)
    const settled = mine.catch(() => {})
    this.#last.set(key, settled)
    try {
      return await mine
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    }
  }
}
