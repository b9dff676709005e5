import { defineConfig } from 'vitest/config'
import root from '../../vitest.config.ts'

/** The fault matrix, and its thirty with the peers, for docs/RELIABILITY.md. Not part of `npm test`. */
export default defineConfig({
  ...root,
  test: {
    include: ['test/faults/*.test.ts', 'test/peers/*.peers.ts'],
    testTimeout: 90_000,
    // A client of which every time-out counts must not wait for the machine.
    maxConcurrency: 3,
    maxWorkers: 1,
    reporters: ['default', './test/peers/write-tables.ts'],
  },
})
