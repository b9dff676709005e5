import { describe, expect, it, vi } from 'vitest'
import type { Which } from '../flow/observer.ts'
import { startFlow } from '../flow/testing.ts'
import { killedUpload } from './killed-upload.ts'

const PARTS = 20
const flow = await startFlow()
// Many processes are begun, one after the other.
vi.setConfig({ testTimeout: 120_000 })

/** Where a script is killed: when it asks for this, or when OSS has done it and the answer is on its way. */
type Point = readonly [Which, 'request' | 'answer']

const bothOf = (which: Which): Point[] => [
  [which, 'request'],
  [which, 'answer'],
]
const EACH_PART = Array.from({ length: PARTS }, (_, index) => bothOf({ partNumber: index + 1 }))

/** From the first request of an upload to its last. Each run gets as far as it is let. */
const POINTS: readonly Point[] = [
  ...bothOf({ operation: 'InitiateMultipartUpload' }),
  ...EACH_PART.flat(),
  ...bothOf({ operation: 'ListParts' }),
  ...bothOf({ operation: 'CompleteMultipartUpload' }),
  // The upload is gone: whether the object is there is asked with a HEAD.
  ...bothOf({ operation: 'Other' }),
]

describe('a script that is killed', () => {
  it('at each request and each answer of an upload goes on when it is run again', async () => {
    const upload = await killedUpload(flow, { name: 'killed', parts: PARTS, parallel: 1 })
    for (const [which, what] of POINTS) {
      const held = flow.observer.hold({ ...which, key: upload.name }, what)
      const run = upload.start()
      await held.arrived
      await run.kill()
      held.release()
    }
    const toll = await upload.finish()
    // Not one part that OSS had already; and the one upload whose id was on its way.
    expect(toll).toMatchObject({ kills: POINTS.length, resent: PARTS, orphans: 1 })
  })
})

describe('a script that is killed in the middle of five parts', () => {
  it('sends these five again, and none of those whose answers were on their way', async () => {
    const upload = await killedUpload(flow, { name: 'five', parts: PARTS, parallel: 5 })
    for (const [what, first] of [
      ['request', 1],
      ['answer', 8],
    ] as const) {
      const numbers = Array.from({ length: 5 }, (_, index) => first + index)
      const held = numbers.map((partNumber) =>
        flow.observer.hold({ key: upload.name, partNumber }, what),
      )
      const run = upload.start()
      await Promise.all(held.map(({ arrived }) => arrived))
      await run.kill()
      for (const { release } of held) release()
    }
    expect(await upload.finish()).toMatchObject({ kills: 2, resent: 5, orphans: 0 })
  })
})

describe('a script that is started twice', () => {
  it('is refused while the first one lives, and goes on when that is killed', async () => {
    const upload = await killedUpload(flow, { name: 'twice', parts: PARTS, parallel: 2 })
    const held = flow.observer.hold({ key: upload.name, partNumber: 3 })
    const first = upload.start()
    await held.arrived
    expect(await upload.start().ended).toMatch(
      /^1 .*CheckpointBusyError.* is in the hands of process/s,
    )
    await first.kill()
    held.release()
    await upload.finish()
    const completes = { operation: 'CompleteMultipartUpload', key: upload.name } as const
    expect(flow.observer.count(completes)).toBe(1)
  })
})
