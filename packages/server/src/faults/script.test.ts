import { describe, expect, it } from 'vitest'
import type { Operation } from '../protocol/detect.ts'
import type { Fault } from './fault.ts'
import { createScript } from './script.ts'

const upload = { bucket: 'b12', key: 'k', uploadId: 'u' }
const LIST: Operation = { name: 'ListBuckets' }
const part = (partNumber: number, key = 'k'): Operation => ({
  ...upload,
  name: 'UploadPart',
  key,
  partNumber,
})

/** Faults that can be told apart. */
const fault = (ms: number, which: Omit<Fault, 'do'> = {}): Fault => ({
  ...which,
  do: 'delay answer',
  ms,
})

/** A script of `faults`, and what it has for each of the requests. */
function scripted(faults: readonly Fault[]) {
  const script = createScript()
  script.add(faults)
  return {
    ...script,
    take: (...operations: Operation[]) => operations.map((operation) => script.take([operation])),
  }
}

describe('createScript', () => {
  it('has nothing for anybody as long as nothing was ordered', () => {
    const script = scripted([])
    expect(script.take(LIST)).toEqual([undefined])
    expect(script.unused()).toEqual([])
  })

  it('uses an instruction once, for the next request that is meant', () => {
    const third = fault(1, { on: 'UploadPart', key: 'k', partNumber: 3 })
    const script = scripted([third])
    const others: Operation[] = [
      LIST,
      part(2),
      part(3, 'other'),
      { ...upload, name: 'UploadPartCopy', partNumber: 3 },
      { ...upload, name: 'CompleteMultipartUpload' },
    ]
    expect(script.take(...others)).toEqual(others.map(() => undefined))
    expect(script.unused()).toEqual([third])
    expect(script.take(part(3), part(3))).toEqual([third, undefined])
    expect(script.unused()).toEqual([])
  })

  it.each([fault(1), fault(1, { on: '*' })])('takes any operation unless one is named', (any) => {
    expect(scripted([any]).take(LIST)).toEqual([any])
    expect(scripted([any]).take(part(1))).toEqual([any])
  })

  it('counts the requests that are meant, from when it was ordered', () => {
    const second = fault(1, { on: 'UploadPart', nth: 2 })
    const script = createScript()
    const take = (operation: Operation) => script.take([operation])
    take(part(1))
    script.add([second])
    expect([part(1), LIST, part(2), part(3)].map(take)).toEqual([
      undefined,
      undefined,
      second,
      undefined,
    ])
  })

  it('happens as often in a row as it was told', () => {
    const twice = fault(1, { on: 'UploadPart', nth: 2, times: 2 })
    const script = scripted([twice])
    expect(script.take(part(1), part(1))).toEqual([undefined, twice])
    expect(script.unused()).toEqual([twice])
    expect(script.take(part(1), part(1))).toEqual([twice, undefined])
    expect(script.unused()).toEqual([])
  })

  it('happens always until it is forgotten, and is used when it happened', () => {
    const outage = fault(1, { times: 'always' })
    const script = scripted([outage])
    expect(script.unused()).toEqual([outage])
    expect(script.take(LIST, LIST, part(1))).toEqual([outage, outage, outage])
    expect(script.unused()).toEqual([])
    script.clear()
    expect(script.take(LIST)).toEqual([undefined])
  })

  it('uses the first of several; the others wait for the next request', () => {
    const [one, two] = [fault(1), fault(2)]
    expect(scripted([one, two]).take(LIST, LIST, LIST)).toEqual([one, two, undefined])
  })

  it('lets a request count for all that mean it, whoever takes it', () => {
    const [first, second, third] = [1, 2, 3].map((nth) => fault(nth, { nth }))
    const script = scripted(
      [fault(9, { on: 'ListBuckets' }), third, second, first].flatMap((one) => one ?? []),
    )
    expect(script.take(LIST, LIST, LIST, LIST)).toEqual([
      fault(9, { on: 'ListBuckets' }),
      second,
      third,
      first,
    ])
  })

  it('is for a request that may mean several things when it is for one of them', () => {
    const named = fault(1, { key: 'b12/k' })
    const script = createScript()
    script.add([named])
    expect(script.take([part(1, 'k'), part(1, 'b12/k')])).toEqual(named)
  })

  it('forgets all when it is cleared', () => {
    const script = scripted([fault(1), fault(2)])
    script.clear()
    expect(script.unused()).toEqual([])
    expect(script.take(LIST)).toEqual([undefined])
  })

  it('adds nothing when one of the instructions cannot be followed', () => {
    const script = scripted([])
    expect(() => script.add([fault(1), { do: 'wonders' }])).toThrow(/`faults\[1\]\.do`/)
    expect(script.unused()).toEqual([])
  })

  it('keeps what was ordered, whatever the caller does with it afterwards', () => {
    const headers = { 'Retry-After': '1' }
    const given = { do: 'refuse' as const, status: 503, code: 'SlowDown', headers }
    const script = scripted([given])
    headers['Retry-After'] = '2'
    given.status = 500
    expect(script.unused()).toEqual([
      { do: 'refuse', status: 503, code: 'SlowDown', headers: { 'retry-after': '1' } },
    ])
  })
})
