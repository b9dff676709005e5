import { describe, expect, it, vi } from 'vitest'
import { sleep } from '../async/sleep.ts'
import { OssError } from '../oss/errors.ts'
import { failureOf } from '../oss/testing.contract.ts'
import type { Multipart } from './multipart.ts'
import type { UploadSettings } from './options.ts'
import { type PartEvent, partWatches } from './part-watch.ts'
import { bytesSource } from './source.ts'
import { bytesOf, fakeOss, PART, SETTINGS, SUBJECT } from './testing.contract.ts'
import { upload } from './upload.ts'

const part = { number: 2, start: 1_000, end: 1_500 }

/** A watch of one part, whose clock the test sets. */
function watched() {
  const clock = { now: 0 }
  const told: PartEvent[] = []
  const onPart = (event: PartEvent) => void told.push(event)
  const job = { settings: { onPart }, elapsed: () => clock.now, warn: vi.fn() }
  const watch = partWatches(job)?.(part)
  if (watch === undefined) throw new Error('Nobody watches')
  const states = () => told.map(({ state, sent }) => `${state} ${sent}`)
  return { clock, told, watch, states }
}

describe('partWatches', () => {
  it('says which part it is, and how far it is', () => {
    const { clock, told, watch } = watched()
    watch.begun()
    clock.now = 100
    watch.sent(300)
    const known = { partNumber: 2, start: 1_000, size: 500, state: 'sending' }
    expect(told).toEqual([
      { ...known, sent: 0 },
      { ...known, sent: 300 },
    ])
  })

  it('tells of bytes no more than ten times a second', () => {
    const { clock, told, watch } = watched()
    watch.begun()
    for (clock.now = 0; clock.now < 1_000; clock.now++) watch.sent(clock.now / 2)
    expect(told).toHaveLength(10)
  })

  it('tells at once that the last byte has gone out', () => {
    const { states, watch } = watched()
    watch.begun()
    watch.sent(499)
    watch.sent(500)
    watch.sent(500)
    expect(states()).toEqual(['sending 0', 'sending 500'])
  })

  it('begins at nothing when the part is sent again', () => {
    const { clock, states, watch } = watched()
    watch.begun()
    clock.now = 100
    watch.sent(300)
    watch.repeated()
    clock.now = 200
    watch.sent(200)
    watch.begun()
    expect(states()).toEqual([
      'sending 0',
      'sending 300',
      'retrying 0',
      'retrying 200',
      'retrying 0',
    ])
  })

  it('says whether OSS had it, has it now, or never will', async () => {
    const { states, watch } = watched()
    const stop = new AbortController()
    const { signal } = stop
    watch.ends(Promise.resolve({}), signal)
    watch.ends(Promise.resolve({ res: {} as never }), signal)
    watch.ends(Promise.reject(new Error('gone')), signal)
    await Promise.resolve().then(() => {})
    const ends = ['held 500', 'done 500', 'failed 500']
    expect(states()).toEqual(ends)
    stop.abort()
    watch.ends(Promise.reject(new Error('stopped')), signal)
    await Promise.resolve().then(() => {})
    expect(states()).toEqual(ends)
  })

  it('gives what the function throws, now or later, to `warn`', async () => {
    const warn = vi.fn()
    const [now, later] = [new Error('now'), new Error('later')]
    const throwing = () => {
      throw now
    }
    partWatches({ settings: { onPart: throwing }, warn })?.(part).begun()
    partWatches({ settings: { onPart: async () => Promise.reject(later) }, warn })?.(part).begun()
    await new Promise((resolve) => setTimeout(resolve))
    expect(warn.mock.calls).toEqual([[now], [later]])
  })
})

const bytes = bytesOf(2 * PART + 7)

/** How the parts of an upload fared, each state once. */
async function statesOf(
  oss: Multipart,
  settings: Partial<UploadSettings> = {},
  source = bytesSource(bytes),
) {
  const told: PartEvent[] = []
  const onPart = (event: PartEvent) => void told.push(event)
  const subject = { ...SUBJECT, size: source.size }
  const job = {
    input: source,
    subject,
    oss,
    settings: { ...SETTINGS, parallel: 1, ...settings, onPart },
    sleep,
    warn: vi.fn(),
  }
  const ended = await upload(job).then(
    () => 'done',
    (error) => error.name,
  )
  const count = told.length
  await new Promise((resolve) => setTimeout(resolve))
  expect(told, 'nothing is told when the upload has ended').toHaveLength(count)
  return { ended, states: told.map(({ partNumber, state }) => `${partNumber} ${state}`), told }
}

describe('an upload whose parts are watched', () => {
  it('tells of each part from beginning to end', async () => {
    const { states, told } = await statesOf(fakeOss())
    expect(states).toEqual(['1 sending', '1 done', '2 sending', '2 done', '3 sending', '3 done'])
    expect(told.at(-1)).toEqual({
      partNumber: 3,
      start: 2 * PART,
      size: 7,
      state: 'done',
      sent: 7,
    })
  })

  it('tells of a small file as of one part', async () => {
    const small = await statesOf(fakeOss(), {}, bytesSource(bytesOf(5)))
    expect(small.states).toEqual(['1 sending', '1 done'])
  })

  it('tells of parts that OSS had, that were sent again, and that failed with the upload', async () => {
    const oss = fakeOss()
    let tries = 0
    const failing: Multipart['uploadPart'] = async (id, sent, signal) => {
      if (sent.number === 2 && ++tries === 1) {
        sent.onRetry?.(new OssError('busy', { name: 'SlowDownError', status: 503 }))
      }
      if (sent.number === 3) throw new OssError('no', { name: 'AccessDeniedError', status: 403 })
      return oss.uploadPart(id, sent, signal)
    }
    const first = await statesOf({ ...oss, uploadPart: failing })
    expect(first).toMatchObject({
      ended: 'AccessDeniedError',
      states: ['1 sending', '1 done', '2 sending', '2 retrying', '2 done', '3 sending', '3 failed'],
    })
    const input = { input: bytesSource(bytes), subject: { ...SUBJECT, size: bytes.byteLength } }
    const job = { ...input, oss: { ...oss, uploadPart: failing }, sleep, warn: vi.fn() }
    const failure = await failureOf(upload({ ...job, settings: { ...SETTINGS, parallel: 1 } }))
    const { checkpoint } = failure as OssError
    const again = await statesOf(oss, { checkpoint })
    expect(again.states).toEqual(['1 held', '2 held', '3 sending', '3 done'])
  })

  it('is told of retries whatever the number of parts at once', async () => {
    const oss = fakeOss()
    const busy: Multipart['uploadPart'] = async (id, sent, signal) => {
      sent.onRetry?.(new OssError('busy', { name: 'SlowDownError', status: 503 }))
      return oss.uploadPart(id, sent, signal)
    }
    const { states } = await statesOf({ ...oss, uploadPart: busy }, { parallel: 'auto' })
    expect(states.filter((one) => one.endsWith('retrying')).sort()).toEqual([
      '1 retrying',
      '2 retrying',
      '3 retrying',
    ])
  })
})
