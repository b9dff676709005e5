import { expect } from 'vitest'

/** Like `expect`, but looks again until it is as it should be: for what happens on another socket. */
export function eventually<Value>(look: () => Value) {
  return expect.poll(look, { timeout: 10_000, interval: 10 })
}
