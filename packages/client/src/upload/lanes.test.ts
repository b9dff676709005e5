import { describe, expect, it, vi } from 'vitest'
import { runPool } from '../async/pool.ts'
import { sleep } from '../async/sleep.ts'
import { turn } from '../async/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import { MiB } from '../oss/limits.ts'
import type { UploadJob } from './job.ts'
import { createLanes } from './lanes.ts'
import type { Multipart } from './multipart.ts'
import { planOf } from './parts-of.ts'
import { bytesSource } from './source.ts'
import { bytesOf, fakeOss, PART, SETTINGS, SUBJECT } from './testing.contract.ts'

const { signal } = new AbortController()
const throttled = new OssError('Slow.', { name: 'SlowDownError', code: 'SlowDown', status: 503 })
const reset = new OssError('reset', { name: 'ResponseError', status: -1 })

function jobOf(more: Partial<UploadJob> = {}, oss: Multipart = fakeOss()): UploadJob {
  const input = bytesSource(bytesOf(100 * PART))
  const settings = { ...SETTINGS, parallel: 'auto' as const }
  return { input, subject: SUBJECT, oss, settings, sleep, warn: vi.fn(), ...more }
}

/** How many parts are in flight when as many have begun as may. */
async function inFlight({ places }: Pick<ReturnType<typeof createLanes>, 'places'>, parts = 100) {
  let begun = 0
  const stop = new AbortController()
  const never = async (_: number, { signal: stopped }: AbortController) => {
    begun++
    await new Promise((_, reject) => stopped.addEventListener('abort', reject))
  }
  const all = Array.from({ length: parts }, (_, index) => index)
  const pool = runPool(all, never, { limit: places, signal: stop.signal })
  await turn()
  await turn()
  stop.abort()
  await pool.catch(() => {})
  return begun
}

describe('createLanes', () => {
  it('has exactly as many parts in flight as were asked for, and changes nothing of OSS', async () => {
    const job = jobOf({ settings: { ...SETTINGS, parallel: 7 } })
    const lanes = createLanes(job, PART)
    expect(await inFlight(lanes)).toBe(7)
    expect(lanes.oss).toBe(job.oss)
  })

  it('begins with a few where nobody said how many, and with fewer where they fill the memory', async () => {
    expect(await inFlight(createLanes(jobOf(), PART))).toBe(6)
    const stream = { async *chunks() {} }
    expect(await inFlight(createLanes(jobOf({ input: stream }), 32 * MiB))).toBe(3)
  })

  it('has fewer when OSS asks for fewer requests, and as many when a line breaks once', async () => {
    const failures = [reset, throttled]
    const oss = fakeOss()
    const failing: Multipart = {
      ...oss,
      async uploadPart(uploadId, part, stop) {
        const failure = failures.shift()
        if (failure !== undefined) part.onRetry?.(failure, 50)
        return oss.uploadPart(uploadId, part, stop)
      },
    }
    let now = 0
    const lanes = createLanes(jobOf({ elapsed: () => now++ }, failing), PART)
    const { uploadId } = await oss.initiate()
    const onRetry = vi.fn()
    const part = { number: 1, body: bytesBody(bytesOf(PART)), onRetry }
    const send = () => lanes.oss.uploadPart(uploadId, part, signal)
    await send()
    expect(await inFlight(lanes)).toBe(6)
    await send()
    expect(await inFlight(lanes)).toBe(3)
    expect(onRetry.mock.calls).toEqual([
      [reset, 50],
      [throttled, 50],
    ])
  })

  it('sends a part again that hangs back when all others have arrived', async () => {
    const parts = [...planOf(bytesSource(bytesOf(20 * PART)), PART).again]
    let now = 0
    const instantly = async (milliseconds: number) => {
      now += milliseconds
    }
    const lanes = createLanes(jobOf({ elapsed: () => now, sleep: instantly }), PART)
    const tries: number[] = []
    await runPool(
      lanes.drawn(parts),
      async ({ number, start, end }, stop) => {
        await lanes.send(
          end - start,
          async (stopped) => {
            tries.push(number)
            now += 10
            const hangs = number === 3 && tries.filter((one) => one === 3).length === 1
            if (hangs) await new Promise((_, reject) => stopped.addEventListener('abort', reject))
          },
          stop,
        )
      },
      { limit: lanes.places },
    )
    expect(tries.filter((number) => number === 3)).toHaveLength(2)
    expect(tries).toHaveLength(21)
  })
})
