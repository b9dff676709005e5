import { describe, expect, it, vi } from 'vitest'
import { type Sleep, sleep } from '../async/sleep.ts'
import { gate, slowTime, turn } from '../async/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import type { Progress } from './options.ts'
import { createReporter } from './progress.ts'
import { openSession } from './session.ts'
import { bytesOf, fakeOss, fakeRes, PART, SETTINGS, SUBJECT } from './testing.contract.ts'

/** What a reporter says of an upload of which OSS has the `listed` parts. */
async function reporting({
  listed = [],
  total = 4,
  progress,
  time = { sleep },
}: {
  listed?: number[]
  total?: number | undefined | (() => number | undefined)
  progress?: Progress
  time?: { sleep: Sleep }
}) {
  const oss = fakeOss()
  const { uploadId } = await oss.initiate()
  for (const number of listed)
    await oss.uploadPart(uploadId, { number, body: bytesBody(bytesOf(9)) })
  const checkpoint = { name: SUBJECT.name, partSize: PART, uploadId, doneParts: [] }
  const settings = { ...SETTINGS, checkpoint: listed.length > 0 ? checkpoint : undefined }
  const session = await openSession(SUBJECT, oss, settings)
  const heard = vi.fn<Progress>(progress)
  const warn = vi.fn()
  const parts = typeof total === 'function' ? total : () => total
  const report = createReporter(heard, session, { total: parts, warn, ...time })
  return { report, session, heard, warn, shares: () => heard.mock.calls.map(([share]) => share) }
}

const res = fakeRes('part')

describe('createReporter', () => {
  it('says 0 at the beginning, the share after each part and 1 at the end, each with its answer', async () => {
    const { report, session, heard } = await reporting({})
    report.begun()
    for (const number of [2, 1, 4, 3]) report.sent(number, fakeRes(`part ${number}`))
    await report.completed(fakeRes('complete'))
    const said = heard.mock.calls.map(([share, checkpoint, answer]) => [
      share,
      checkpoint === null ? null : checkpoint?.uploadId,
      answer?.headers['x-oss-request-id'],
    ])
    const { uploadId } = session
    expect(said).toEqual([
      [0, uploadId, 'initiate'],
      [1 / 5, uploadId, 'part 2'],
      [2 / 5, uploadId, 'part 1'],
      [3 / 5, uploadId, 'part 4'],
      [4 / 5, uploadId, 'part 3'],
      [1, null, 'complete'],
    ])
  })

  it('has no 0 for an upload that is gone on with, and counts what OSS has', async () => {
    const { report, shares } = await reporting({ listed: [1, 3] })
    report.begun()
    report.sent(2, res)
    report.sent(4, res)
    await report.completed(res)
    expect(shares()).toEqual([3 / 5, 4 / 5, 1])
  })

  it('does not count a part twice that is sent again', async () => {
    const { report, shares } = await reporting({ listed: [1] })
    report.sent(1, res)
    report.sent(2, res)
    await report.heard()
    expect(shares()).toEqual([1 / 5, 2 / 5])
  })

  it('never says more than is true of an upload that goes on, whatever OSS lists', async () => {
    const { report, shares } = await reporting({ listed: [1, 5, 6, 7, 8, 9], total: 2 })
    report.sent(2, res)
    await report.completed(res)
    expect(shares()).toEqual([2 / 3, 1])
  })

  it('counts no parts that OSS lists beyond the end of the source', async () => {
    const { report, shares } = await reporting({ listed: [1, 7, 8, 9], total: 4 })
    for (const number of [2, 3, 4]) report.sent(number, res)
    await report.completed(res)
    expect(shares()).toEqual([2 / 5, 3 / 5, 4 / 5, 1])
  })

  it('says 0 as long as nobody knows how long a stream is', async () => {
    let parts: number | undefined
    const { report, shares } = await reporting({ total: () => parts })
    report.begun()
    report.sent(1, res)
    report.sent(2, res)
    parts = 3
    report.sent(3, res)
    await report.completed(res)
    expect(shares()).toEqual([0, 0, 0, 3 / 4, 1])
  })

  it('gives a checkpoint of that moment, which later parts do not change', async () => {
    const { report, session, heard } = await reporting({})
    report.begun()
    await report.heard()
    session.done.set(1, { number: 1, etag: '"E"' })
    report.sent(1, res)
    await report.heard()
    const [first, second] = heard.mock.calls.map(([, checkpoint]) => checkpoint?.doneParts.length)
    expect([first, second]).toEqual([0, 1])
  })

  it('never makes a call before the last one has ended, and waits for it in the end', async () => {
    const slow = gate()
    const { report, shares } = await reporting({ progress: () => slow.passed })
    const ended = vi.fn()
    report.begun()
    report.sent(1, res)
    const completed = report.completed(res).then(ended)
    await turn()
    expect(shares()).toEqual([0])
    expect(ended).not.toHaveBeenCalled()
    slow.open()
    await completed
    expect(shares()).toEqual([0, 1 / 5, 1])
  })

  it('is heard when all calls so far have ended', async () => {
    const slow = gate()
    const heard = vi.fn()
    const { report } = await reporting({ progress: () => slow.passed })
    report.begun()
    const all = report.heard().then(heard)
    await turn()
    expect(heard).not.toHaveBeenCalled()
    slow.open()
    await all
  })

  it.each<[string, Progress]>([
    [
      'throws',
      () => {
        throw new Error('mistake')
      },
    ],
    ['rejects', () => Promise.reject(new Error('mistake'))],
  ])('warns of a callback that %s, and goes on', async (_, progress) => {
    const { report, warn, shares } = await reporting({ progress })
    report.begun()
    await report.completed(res)
    expect(shares()).toEqual([0, 1])
    expect(warn.mock.calls).toEqual([[new Error('mistake')], [new Error('mistake')]])
  })

  it('warns of a callback that rejects with nothing, too', async () => {
    const { report, warn } = await reporting({ progress: () => Promise.reject() })
    report.begun()
    await report.heard()
    expect(warn.mock.calls).toEqual([[undefined]])
  })

  it('gives a callback up that does not return for a minute: it warns once, and does not call again', async () => {
    const time = slowTime()
    const { report, shares, warn } = await reporting({ progress: () => gate().passed, time })
    report.begun()
    report.sent(1, res)
    await turn()
    expect(time.asleep()).toEqual([60_000])
    time.wake()
    await report.heard()
    report.sent(2, res)
    await report.completed(res)
    expect(shares()).toEqual([0])
    expect(warn.mock.calls).toEqual([
      [new Error('`progress` has not returned for 60 seconds: the upload goes on without it')],
    ])
    expect(time.asleep()).toEqual([])
  })

  it('waits for a slow one, and leaves no timer behind', async () => {
    const time = slowTime()
    const slow = gate()
    const { report, shares, warn } = await reporting({ progress: () => slow.passed, time })
    report.begun()
    report.sent(1, res)
    await turn()
    expect(time.asleep()).toEqual([60_000])
    slow.open()
    await report.completed(res)
    expect(shares()).toEqual([0, 1 / 5, 1])
    expect(time.asleep()).toEqual([])
    expect(warn).not.toHaveBeenCalled()
  })

  it('leaves no timer behind, and does not warn, when it was stopped during a call', async () => {
    const { sleep: slow, asleep } = slowTime()
    const { report, warn } = await reporting({
      progress: () => gate().passed,
      time: { sleep: slow },
    })
    report.begun()
    await turn()
    expect(asleep()).toEqual([60_000])
    report.stop()
    expect(asleep()).toEqual([])
    await report.heard()
    expect(warn).not.toHaveBeenCalled()
  })

  it('says nothing any more when it was stopped', async () => {
    const slow = gate()
    const { report, shares } = await reporting({ progress: () => slow.passed })
    report.begun()
    report.sent(1, res)
    await turn()
    report.stop()
    slow.open()
    await report.heard()
    expect(shares()).toEqual([0])
  })

  it('has nothing to do without a callback', async () => {
    const session = await openSession(SUBJECT, fakeOss(), SETTINGS)
    const warn = vi.fn()
    const report = createReporter(undefined, session, { total: () => 1, sleep, warn })
    report.begun()
    report.sent(1, res)
    await report.completed(res)
    expect(warn).not.toHaveBeenCalled()
  })
})
