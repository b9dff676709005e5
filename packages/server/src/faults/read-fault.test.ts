import { describe, expect, it } from 'vitest'
import { readFault } from './read-fault.ts'

const REFUSE = { do: 'refuse', status: 503, code: 'SlowDown' }

describe('readFault', () => {
  it.each([
    REFUSE,
    { ...REFUSE, message: 'm', headers: { 'retry-after': '1', 'x-name': '目\t é' } },
    { do: 'answer', status: 302, headers: { location: 'http://a.test' }, body: '' },
    { do: 'cut' },
    { do: 'cut', afterBytes: 0, by: 'end' },
    { do: 'stall', afterBytes: 7 },
    { do: 'slow', bytesPerSecond: 1 },
    { do: 'corrupt' },
    { do: 'skew clock', ms: -60_000 },
    { do: 'expire token' },
    { do: 'lose answer', by: 'reset' },
    { do: 'cut answer', afterBytes: 0 },
    { do: 'stall answer' },
    { do: 'delay answer', ms: 0 },
    { do: 'change answer', status: 200, headers: { etag: null, date: 'x' }, body: '<a' },
    { on: '*', do: 'cut', times: 'always' },
    { on: 'UploadPart', key: '', partNumber: 10_000, nth: 1, times: 5, do: 'cut' },
  ])('takes %j as it is', (fault) => {
    expect(readFault(JSON.parse(JSON.stringify(fault)), 'f')).toEqual(fault)
  })

  it('takes a field that is undefined for one that is left out', () => {
    expect(readFault({ on: undefined, do: 'cut', by: undefined }, 'f')).toStrictEqual({ do: 'cut' })
  })

  it.each<[unknown, string]>([
    [undefined, '`f` must be an object: got nothing'],
    ['cut', "`f` must be an object: got 'cut'"],
    [[], '`f` must be an object: got []'],
    [null, '`f` must be an object: got null'],
    [{ do: 'constructor' }, "must be one of 'refuse', 'answer', 'cut', 'stall',"],
    [{}, "`f.do` must be one of 'refuse', 'answer',"],
    [{ do: 'cut', afterByte: 1 }, "`f.afterByte` is not a field of 'cut', which has 'do', 'on', "],
    [{ do: 'cut', status: 500 }, "`f.status` is not a field of 'cut', "],
    [JSON.parse('{ "do": "cut", "__proto__": {} }'), '`f.__proto__` is not a field'],
    [{ ...REFUSE, status: 199 }, '`f.status` must be a whole number from 200 to 599: got 199'],
    [{ ...REFUSE, status: 600 }, '`f.status` must be a whole number from 200 to 599: got 600'],
    [{ ...REFUSE, status: '503' }, "from 200 to 599: got '503'"],
    [{ ...REFUSE, status: undefined }, 'from 200 to 599: got nothing'],
    [{ do: 'refuse', status: 503 }, '`f.code` must be a code such as SlowDown'],
    [{ ...REFUSE, code: 'Slow\nDown' }, '`f.code` must be a code such as SlowDown'],
    [{ ...REFUSE, message: 5 }, '`f.message` must be a text: got 5'],
    [{ do: 'cut', afterBytes: -1 }, '`f.afterBytes` must be a whole number from 0: got -1'],
    [{ do: 'cut', afterBytes: 0.5 }, 'from 0: got 0.5'],
    [{ do: 'cut', afterBytes: Number.NaN }, 'from 0: got NaN'],
    [{ do: 'cut', by: 'FIN' }, "`f.by` must be one of 'reset', 'end': got 'FIN'"],
    [{ do: 'cut answer' }, '`f.afterBytes` must be a whole number from 0: got nothing'],
    [{ do: 'slow', bytesPerSecond: 0 }, '`f.bytesPerSecond` must be a whole number from 1: got 0'],
    [{ do: 'delay answer', ms: 2 ** 31 }, '`f.ms` must be a whole number from 0 to 2147483647'],
    [{ do: 'skew clock', ms: 1e15 }, '`f.ms` must be a whole number from -1000000000000 to'],
    [{ do: 'cut', on: 'uploadPart' }, "`f.on` must be one of '*', 'ListBuckets',"],
    [{ do: 'cut', key: 5 }, '`f.key` must be a text: got 5'],
    [{ do: 'cut', partNumber: 0 }, '`f.partNumber` must be a whole number from 1 to 10000: got 0'],
    [{ do: 'cut', nth: 0 }, '`f.nth` must be a whole number from 1: got 0'],
    [{ do: 'cut', times: 'ever' }, "`f.times` must be a whole number from 1 or 'always'"],
    [{ do: 'cut', times: Number.POSITIVE_INFINITY }, 'got Infinity'],
    [
      { do: 'answer', status: 200, headers: ['a'] },
      '`f.headers` must be an object of header names',
    ],
    [{ do: 'answer', status: 200, headers: { a: 'b\r\nc: d' } }, '`f.headers` must be'],
    [{ do: 'answer', status: 200, headers: { 'a b': 'c' } }, '`f.headers` must be'],
    [{ do: 'answer', status: 200, headers: { '': 'c' } }, '`f.headers` must be'],
    [{ do: 'answer', status: 200, headers: { a: 1 } }, '`f.headers` must be'],
    [{ do: 'answer', status: 200, headers: { a: null } }, '`f.headers` must be'],
    [{ do: 'answer', status: 200, headers: { 'Content-Length': '1' } }, 'without content-length'],
    [{ do: 'change answer', headers: { 'transfer-encoding': null } }, '`f.headers` must be'],
    [{ do: 'answer', status: 200, body: { a: 1 } }, '`f.body` must be a text: got { a: 1 }'],
    [{ do: 'answer', status: 200, body: 5n }, '`f.body` must be a text: got 5n'],
  ])('refuses %o', (fault, message) => {
    expect(() => readFault(fault, 'f')).toThrow(message)
  })

  it('shows no more than the beginning of what it got', () => {
    const read = () => readFault({ do: 'cut', by: 'x'.repeat(1000) }, 'f')
    expect(read).toThrow(/got 'x{59} …$/)
  })
})
