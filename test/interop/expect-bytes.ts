import { expect } from 'vitest'

/** `toEqual` looks at each byte as a property of its own, which takes seconds. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length)
  expect(Buffer.compare(actual, expected)).toBe(0)
}
