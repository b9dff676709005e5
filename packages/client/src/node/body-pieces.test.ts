import { expect, it } from 'vitest'
import { KiB, MiB } from '../oss/limits.ts'
import { securePieces, WHOLE } from './body-pieces.ts'

it('are small until a line has shown that it is quick, and again when it no longer is', () => {
  const pieces = securePieces()
  for (let sent = 0; sent < MiB; sent += pieces.size) {
    expect(pieces.size).toBe(64 * KiB)
    pieces.took(100, pieces.size)
  }
  expect(pieces.size).toBe(512 * KiB)
  pieces.took(101, pieces.size)
  expect(pieces.size).toBe(64 * KiB)
})

it('are whole chunks without TLS', () => {
  WHOLE.took(1_000_000, 1)
  expect(WHOLE.size).toBe(Number.POSITIVE_INFINITY)
})
