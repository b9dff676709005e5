import { describe, expect, it } from 'vitest'
import { MiB } from '../oss/limits.ts'
import type { LineShape } from './line.contract.ts'
import { simulate } from './simulate.contract.ts'

describe('createHedge, over a line', () => {
  const line: LineShape = { roundTrip: 50, perConnection: 10e6, total: Number.POSITIVE_INFINITY }
  const upload = { size: 512 * MiB, partSize: 2 * MiB, parallel: 16 } as const
  const parts = 256

  it.each<[string, LineShape]>([
    ['is even', line],
    ['is narrow', { ...line, total: 1e6 }],
    ['is shaky', { ...line, jitter: 0.4, slowStart: true }],
  ])('that %s nothing is sent twice', async (_, shape) => {
    const { seen } = await simulate(shape, upload)
    expect(seen.requests).toBe(parts)
  })

  it.each([
    ['in the middle', 2_000],
    ['at the end', 4_100],
  ])('that becomes slow %s nothing is sent twice: nobody hangs back', async (_, at) => {
    const changes = [[at, { ...line, perConnection: 0.1e6 }]] as const
    const { seen, seconds } = await simulate(line, { ...upload, changes })
    expect(seconds).toBeGreaterThan(6)
    expect(seen.requests).toBe(parts)
  })

  it.each([16, 64])(
    'with one connection in 16 at a tenth of the speed it does not wait for that, with %i parts at once',
    async (parallel) => {
      const shape = { ...line, slowOneIn: 16, slowStart: true, jitter: 0.3 }
      const waiting = await simulate(shape, { ...upload, parallel, hedged: false })
      const hedged = await simulate(shape, { ...upload, parallel })
      expect(waiting.seconds / hedged.seconds).toBeGreaterThan(1.2)
      expect(hedged.seen.bytes).toBeLessThan(upload.size * 1.05)
      expect(hedged.seen.mostAtOnce).toBeLessThanOrEqual(parallel)
      expect(hedged.pending).toBe(0)
    },
  )

  it('where every other connection is slow, it still sends hardly more than there is', async () => {
    const shape = { ...line, slowOneIn: 2 }
    const { seen } = await simulate(shape, upload)
    expect(seen.requests).toBeLessThanOrEqual(parts + 4 + parts / 20)
  })
})
