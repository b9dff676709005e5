import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createSend } from '../oss/send.ts'
import { sendParts } from '../oss/testing.contract.ts'
import { withRecovery } from '../transport/recovery.ts'
import { RETRY_POLICY, withRetry } from '../transport/retry.ts'
import { createRetryBudget } from '../transport/retry-budget.ts'
import { EVERYTHING, histories, type Scope } from '../upload/histories.contract.ts'
import { type Performance, perform, type Uploader } from '../upload/performance.contract.ts'
import { PART, SUBJECT } from '../upload/testing.contract.ts'
import { type Client, createClient } from './context.ts'
import { EPOCH, fickleTransport } from './fickle-transport.contract.ts'
import { multipartUpload } from './multipart-upload.ts'
import { nodePlatform } from './node-platform.ts'

/** `HISTORIES=20000 npx vitest run histories` looks longer. */
const RUNS = Number(process.env.HISTORIES ?? 200)
const timeout = 30_000 + 100 * RUNS

const unhandled: unknown[] = []
const notice = (reason: unknown) => void unhandled.push(reason)
process.on('unhandledRejection', notice)
afterAll(() => void process.off('unhandledRejection', notice))

/** A client of this world alone: its network, its time. */
function clientOf({ scene, deeds, warnings }: Performance): Client {
  const { world } = scene
  const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }
  const base = createClient({ ...keys, bucket: SUBJECT.bucket }, nodePlatform)
  const clock = () => EPOCH + world.now()
  const transport = fickleTransport(scene, deeds)
  const send = createSend({ ...sendParts, transport, clock, serverClock: clock })
  const retry = {
    policy: RETRY_POLICY,
    budget: createRetryBudget(world.now),
    sleep: world.sleepOf(deeds),
    random: () => 0.5,
    now: clock,
  }
  return {
    ...base,
    send: withRetry(withRecovery(send, [], clock), retry),
    clock,
    serverClock: clock,
    elapsed: world.now,
    warn: (warning) => void warnings.push(warning),
  }
}

const uploader: Uploader = {
  patience: RETRY_POLICY.limit,
  upload(performance) {
    const { attempt, input, checkpoint, checkpoints, progress, stop } = performance
    const { parallel, verify, abortOnCancel } = attempt
    const file = input.size === undefined ? input.chunks() : input
    const options = { parallel, partSize: PART, verify, abortOnCancel, signal: stop.signal }
    return multipartUpload(clientOf(performance), SUBJECT.name, file, {
      ...options,
      checkpoint,
      checkpoints,
      progress,
    })
  },
}

/** Lets histories happen, and finds the shortest in which something goes wrong. */
async function explore(scope: Scope, runs: number): Promise<void> {
  const property = fc.asyncProperty(histories(scope), async (history) => {
    await perform(history, uploader)
    expect(unhandled.splice(0), 'unhandled rejections').toEqual([])
  })
  await fc.assert(property, { numRuns: runs })
}

describe('multipartUpload, with its retries, whatever happens in whatever order,', () => {
  it('tells the truth, can be gone on with, and leaves nothing behind', { timeout }, async () => {
    // A slow display is waited for by a clock that is not of this world.
    await explore({ ...EVERYTHING, progress: ['none', 'quick', 'throws'] }, RUNS)
  })

  it('gets over every fault that passes', { timeout }, async () => {
    const scope = { ...EVERYTHING, acts: ['crash'], progress: ['quick'] } as const
    await explore(scope, RUNS / 2)
  })
})
