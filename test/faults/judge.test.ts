import { type Checkpoint, OssError } from 'oss-multipart'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Fault } from './fault-case.ts'
import { type Attempt, judge, judgeWithResume, KEY, type Outcome } from './judge.ts'
import { type OpenBench, openBench } from './open-bench.ts'

const NONE: Fault = { row: 'C00', name: 'nothing', arrange() {} }

async function bench(): Promise<OpenBench> {
  const opened = await openBench(NONE)
  onTestFinished(() => opened.close())
  return opened
}

const put = (bench: OpenBench) => bench.direct.put(KEY, bench.path)
const refusal = (checkpoint?: Checkpoint) => new OssError('No', { name: 'NoError', checkpoint })

/** Attempts of clients that are wrong, each in its own way. */
const WRONG: readonly [Outcome, (bench: OpenBench) => Attempt][] = [
  ['FALSE SUCCESS', () => async () => {}],
  [
    'FALSE SUCCESS',
    ({ direct }) =>
      () =>
        direct.put(KEY, Buffer.from('other bytes')),
  ],
  ['FALSE FAILURE', (bench) => () => put(bench).then(() => Promise.reject(refusal()))],
  [
    'ORPHAN',
    (bench) => async () => {
      await bench.direct.initMultipartUpload(KEY)
      await put(bench)
    },
  ],
  [
    'ORPHAN',
    ({ direct }) =>
      async () => {
        await direct.initMultipartUpload(KEY)
        throw refusal()
      },
  ],
  ['UNTYPED ERROR', () => () => Promise.reject(new TypeError('x is not a function'))],
  ['UNTYPED ERROR', () => () => Promise.reject({ status: 0 })],
  [
    'SECRET SHOWN',
    ({ server }) =>
      () =>
        Promise.reject(new Error(server.accessKeySecret)),
  ],
  ['NOT RESUMED', () => () => Promise.reject(refusal())],
  ['HANG', () => () => new Promise(() => {})],
  [
    'RAN ON',
    (bench) => async () => {
      await put(bench)
      const asking = setInterval(() => fetch(bench.proxy.url).catch(() => {}), 10)
      onTestFinished(() => clearInterval(asking))
    },
  ],
]

describe('judgeWithResume', () => {
  it.each(WRONG)('says %s', async (outcome, attemptOf) => {
    const opened = await bench()
    const verdict = await judgeWithResume(opened, attemptOf(opened), { patience: 1_000 })
    expect(verdict.outcome).toBe(outcome)
  })

  it('says whether the upload arrived at once or when it was resumed', async () => {
    const opened = await bench()
    expect(await judgeWithResume(opened, () => put(opened))).toEqual({ outcome: 'arrived' })
    const again = await bench()
    let tries = 0
    const second: Attempt = async () => {
      if (++tries === 1) throw refusal()
      return put(again)
    }
    expect(await judgeWithResume(again, second)).toMatchObject({ outcome: 'resumed' })
  })

  it('notices a fault that never happened', async () => {
    const ofProxy = await bench()
    ofProxy.proxy.add({ on: 'ListParts', fault: { what: 'reset', in: 'request', after: 0 } })
    expect(await judge(ofProxy, () => put(ofProxy))).toMatchObject({ outcome: 'NO FAULT' })
    const ofServer = await bench()
    ofServer.server.faults.add({ on: 'ListParts', do: 'lose answer' })
    expect(await judge(ofServer, () => put(ofServer))).toMatchObject({ outcome: 'NO FAULT' })
  })
})
