import OSS, { type ClientOptions } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { anyway, bytesOf, failure, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const client = flow.client()
const GiB = 1024 ** 3
const bytes = bytesOf(PART)

/** What JavaScript lets through to a function whatever its types say. */
const notANumber = [Number.NaN, '5', '', true, {}, [], Symbol.iterator]
const notAnObject = ['text', 5, true]

/** The option that is wrong, the values it must not have, and the words the message must have. */
const OPTIONS: readonly [string, readonly unknown[], RegExp][] = [
  ['parallel', [...notANumber, 0, -1, 1.5, Number.POSITIVE_INFINITY], /`parallel`/],
  ['partSize', [...notANumber, 1.5, Number.POSITIVE_INFINITY], /partSize must be int number/],
  ['partSize', [0, -1, 1, PART - 1], /partSize must not be smaller than 102400/],
  ['partSize', [5 * GiB + 1], /partSize must not be larger than 5368709120/],
  ['progress', ['text', 5, {}], /`progress`/],
  ['timeout', [0, -1, Number.NaN, 'soon', { idle: 1 }, []], /`timeout`/],
  ['checkpoint', ['not JSON', '5', 5, true], /`checkpoint`/],
  ['checkpoint', [{ uploadId: '' }, { uploadId: 5 }], /`checkpoint` has no usable `uploadId`/],
  [
    'checkpoint',
    [{ uploadId: 'u' }, { uploadId: 'u', name: 5 }],
    /`checkpoint` has no usable `name`/,
  ],
  ['checkpoint', [known({ partSize: 0 }), known({ partSize: '1' })], /`checkpoint`.*`partSize`/],
  ['checkpoint', [known({ partSize: 1, fileSize: undefined })], /`checkpoint`.*`partSize`/],
  ['checkpoint', [known({ fileSize: -1 }), known({ fileSize: 'x' })], /`checkpoint`.*`fileSize`/],
  ['checkpoint', [known({ doneParts: {} }), known({ doneParts: 5 })], /`checkpoint`.*`doneParts`/],
  [
    'checkpoint',
    [known({ doneParts: [null] }), known({ doneParts: [{ number: 0 }] })],
    /`checkpoint`/,
  ],
  ['headers', [{ 'X-A': 'a\r\nX-B: b' }, { 'X-A': 'a\0' }], /header X-A .*control character/],
  ['headers', [{ 'X-A': 'half \ud800' }], /header X-A .*surrogate/],
  ['headers', [{ 'X-A': {} }, { 'X-A': [] }, { 'X-A': () => {} }], /header X-A must be text/],
  [
    'headers',
    [{ 'X A': '1' }, { '': '1' }, { 'X:A': '1' }, { 文: '1' }],
    /Not the name of a header/,
  ],
  ['meta', [{ a: 'a\nb' }], /x-oss-meta-a .*control character/],
  ['meta', [{ a: {} }, { a: new Date(0) }], /x-oss-meta-a must be text/],
  ['meta', [{ 'a b': '1' }, { 'a\r\nb': '1' }, { 文: '1' }], /Not the name of a header/],
  ['callback', ['text', 5, {}, { url: '' }, { url: 5, body: 'b' }], /`callback.url`/],
  ['callback', [{ url: 'http://127.0.0.1' }, { url: 'u', body: '' }], /`callback.body`/],
]

describe('options that cannot be', () => {
  it.each(OPTIONS)('`%s` is refused before anything is sent', async (option, values, words) => {
    for (const value of values) await expectRefused({ [option]: value }, words)
  })

  it.each<[string, readonly unknown[], RegExp]>([
    ['signal', ['text', {}, new EventTarget()], /`signal`/],
    ['mime', [5, {}, 'a\r\nX-B: b'], /mime/],
    ['meta', notAnObject, /meta/],
    ['headers', notAnObject, /headers/],
  ])('`%s` of a wrong type is refused by its name', async (option, values, words) => {
    for (const value of values) await expectRefused({ [option]: value }, words)
  })

  it.each(['headers', 'meta'])(
    '`%s` whose values are not properties are not lost',
    async (option) => {
      for (const value of [new Map([['a', 'b']]), new Headers({ a: 'b' }), ['a', 'b']]) {
        await expectRefused({ [option]: value }, new RegExp(option))
      }
    },
  )

  it.each(['text', 5, true])('%j in the place of the options is refused', async (options) => {
    await expectRefused(options, /options/)
  })

  it('a `checkpoint` with too small a `partSize` is refused for a stream as well', async () => {
    async function* stream() {
      yield bytes
    }
    const { uploadId } = await client.initMultipartUpload('stream')
    const checkpoint = { name: 'stream', partSize: PART - 1, uploadId, doneParts: [] }
    const error = await failure(client.multipartUpload('stream', stream(), { checkpoint }))
    expect(error).toMatchObject({ name: 'InvalidArgumentError' })
    expect(flow.observer.partsSent('stream')).toEqual([])
  })

  it('null in the place of the options, or of one, stands for none', async () => {
    const options = { progress: null, checkpoint: null, headers: null, meta: null, mime: null }
    for (const given of [null, { ...options, callback: null, timeout: null, signal: null }]) {
      await client.multipartUpload('null', bytes, anyway(given))
      await flow.expectStored('null', bytes)
    }
  })

  it('any number of parts at once that is a whole number will do', async () => {
    const parallel = Number.MAX_SAFE_INTEGER
    await client.multipartUpload('parallel', bytes, { parallel, partSize: PART })
    await flow.expectStored('parallel', bytes)
  })

  async function expectRefused(options: unknown, words: RegExp): Promise<void> {
    for (const file of [bytes, bytes.subarray(1), await flow.file('refused', bytes)]) {
      const before = flow.observer.requests.length
      const error = await failure(client.multipartUpload('name', file, anyway(options)))
      expect(error).toMatchObject({ name: 'InvalidArgumentError', code: 'InvalidArgumentError' })
      expect(error.message).toMatch(words)
      expect(flow.observer.requests.length).toBe(before)
    }
  }
})

describe('a name that cannot be', () => {
  it.each<[string, unknown, RegExp]>([
    ['empty', '', /can not be empty/],
    ['of slashes alone', '///', /can not be empty/],
    ['too long', 'a'.repeat(1024), /at most 1023 bytes of UTF-8: got 1024/],
    ['too long in bytes', '文'.repeat(342), /at most 1023 bytes of UTF-8: got 1026/],
    ['half a character', 'a\ud83d', /half a surrogate pair/],
    ['begun with a backslash', '\\a', /must not start with/],
    ['undefined', undefined, /must be a string: got undefined/],
    ['a number', 5, /must be a string: got 5/],
    ['an object', { toString: () => 'a' }, /must be a string: got an object/],
  ])('because it is %s is refused before anything is sent', async (_, name, words) => {
    const before = flow.observer.requests.length
    for (const call of [
      client.multipartUpload(anyway(name), bytes),
      client.head(anyway(name)),
      client.get(anyway(name)),
      client.put(anyway(name), bytes),
      client.delete(anyway(name)),
    ]) {
      const error = await failure(call)
      expect(error.name).toBe('InvalidArgumentError')
      expect(error.message).toMatch(words)
    }
    expect(flow.observer.requests.length).toBe(before)
  })
})

describe('a file that cannot be', () => {
  it.each([undefined, null, 5, true, {}, () => {}, Symbol.iterator, new Date(0), { size: 5 }])(
    '%s is refused before anything is sent',
    async (file) => {
      const before = flow.observer.requests.length
      const error = await failure(client.multipartUpload('name', anyway(file)))
      expect(error.name).toBe('InvalidArgumentError')
      expect(error.message).toMatch(/^`file` must be a path, .*: got /)
      expect(flow.observer.requests.length).toBe(before)
    },
  )

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 60_000 * GiB])(
    'a Source of %d bytes is refused',
    async (size) => {
      const source = { size, read: () => bytes }
      const error = await failure(client.multipartUpload('name', source))
      expect(error).toMatchObject({ name: 'InvalidArgumentError' })
      expect(error.message).toMatch(/source .*bytes/)
    },
  )
})

describe('a client that cannot be', () => {
  const { url, accessKeyId, accessKeySecret } = flow.server
  const good = { endpoint: url, accessKeyId, accessKeySecret, bucket: 'flow' }

  it.each<[keyof ClientOptions, readonly unknown[], RegExp]>([
    ['accessKeyId', [undefined, '', ' ', 5], /require accessKeyId, accessKeySecret/],
    ['accessKeySecret', [undefined, '', ' ', 5], /require accessKeyId, accessKeySecret/],
    ['stsToken', [5, {}], /`stsToken`/],
    ['bucket', ['A', 'a', 'a/b', 'a b', 5, 'a'.repeat(64)], /bucket must be conform/],
    ['endpoint', ['ftp://a', 'http://', 'a b', 'a?b'], /[Ee]ndpoint/],
    ['region', ['a b', 'a/b', 5], /region must be conform/],
    ['timeout', [0, -1, 'soon', Number.NaN], /`timeout`/],
    ['retryMax', [-1, 1.5, Number.NaN, '5'], /`retryMax`/],
    ['refreshSTSToken', ['text', 5, {}], /`refreshSTSToken`/],
    ['refreshSTSTokenInterval', [-1, 1.5, '5'], /`refreshSTSTokenInterval`/],
    ['headerEncoding', ['ascii', 'x'], /`headerEncoding`/],
    ['onWarning', ['text', {}], /`onWarning`/],
    ['authorizationV4', [true], /`authorizationV4` needs to know the region/],
  ])('because of its `%s` is refused when it is made', (option, values, words) => {
    for (const value of values) {
      const error = thrownBy(() => new OSS(anyway({ ...good, [option]: value })))
      expect(error).toMatchObject({ name: 'InvalidArgumentError' })
      expect(String(error)).toMatch(words)
      expect(String(error)).not.toContain(accessKeySecret)
    }
  })

  it('because it knows no bucket is refused when one is needed', async () => {
    const error = await failure(
      new OSS({ ...good, bucket: undefined }).multipartUpload('name', bytes),
    )
    expect(error.name).toBe('InvalidArgumentError')
    expect(error.message).toMatch(/create a bucket first/)
  })
})

/** A checkpoint that could be used, but for `mistake`. */
function known(mistake: object): object {
  const fields = { name: 'name', fileSize: PART, partSize: PART, uploadId: 'u', doneParts: [] }
  return { ...fields, ...mistake }
}

function thrownBy(make: () => unknown): unknown {
  try {
    make()
  } catch (error) {
    return error
  }
  return undefined
}
