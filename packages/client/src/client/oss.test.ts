import { getEventListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { KiB } from '../oss/limits.ts'
import { OSS } from './oss.ts'
import { smallOss } from './small-oss.contract.ts'
import {
  type Answer,
  AT_ONCE,
  clientOf,
  errorXml,
  listen,
  listenRaw,
  rejection,
  type SeenRequest,
  until,
} from './testing.contract.ts'

const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }
const PART = 100 * KiB
const BYTES = Buffer.alloc(3 * PART, 'abc')

function isPart({ method, query }: SeenRequest): boolean {
  return method === 'PUT' && query.partNumber !== undefined
}

/** A server whose OSS does not answer to the parts of the object `held`. */
async function listenHolding() {
  const oss = smallOss()
  const server = await listen((request) =>
    isPart(request) && request.path === '/bkt/held'
      ? new Promise<Answer>(() => {})
      : oss.answer(request),
  )
  const heldParts = () => server.requests.filter(isPart).filter(({ path }) => path === '/bkt/held')
  return { ...server, oss, heldParts }
}

describe('the bucket in use', () => {
  it('can be chosen when the client is made, and at any time later', async () => {
    const server = await listen(() => ({ status: 204 }))
    const client = clientOf(server)
    expect(client.getBucket()).toBe('bkt')
    await client.delete('a')
    expect(client.useBucket('other')).toBe(client)
    expect(client.getBucket()).toBe('other')
    await client.delete('a')
    client.setBucket('third')
    await client.delete('a')
    expect(server.requests.map(({ path }) => path)).toEqual(['/bkt/a', '/other/a', '/third/a'])
  })

  it('must be chosen before the first call that needs one', async () => {
    const client = new OSS(keys)
    const said = 'Please create a bucket first: give the client a `bucket`, or call useBucket(name)'
    expect(() => client.getBucket()).toThrow(said)
    const calls = [client.head('a'), client.put('a', BYTES), client.list(), client.get('a')]
    const errors = await Promise.all([...calls, client.multipartUpload('a', BYTES)].map(rejection))
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'InvalidArgumentError', message: said })
    }
  })

  it('must have a name that can be, and stays as it was otherwise', () => {
    const client = new OSS({ ...keys, bucket: 'bkt' })
    expect(() => client.useBucket('No')).toThrow('The bucket must be conform')
    expect(client.getBucket()).toBe('bkt')
  })
})

describe('the name of an object', () => {
  it.each([
    'a//b',
    './a',
    '../x',
    'a/../../b',
    '%2e%2e/%2F',
    'a+b c',
    'a?b#c&d=e',
    'a\\b',
    "!'()*",
    '中文/é',
    '😀',
    'e\u0301',
    'a\x01\x7f',
    '__proto__',
    'folder/',
    'x'.repeat(1023),
  ])('goes on the wire to the letter: %j', async (name) => {
    const server = await listen(() => ({ status: 204 }))
    await clientOf(server).delete(name)
    const { path } = server.onlyRequest()
    expect(path).toMatch(/^\/bkt\/[A-Za-z0-9._~/%-]+$/)
    expect(decodeURIComponent(path)).toBe(`/bkt/${name}`)
    expect(path.split('/').length).toBe(name.split('/').length + 2)
  })

  it.each(['', '/', '\\a', 'a\ud83d', '\udc00', 'é'.repeat(512)])(
    'is refused before anything is sent where OSS can not have it: %j',
    async (name) => {
      const server = await listen(() => ({ status: 204 }))
      const client = clientOf(server)
      const calls = [
        client.delete(name),
        client.put(name, BYTES),
        client.multipartUpload(name, BYTES),
      ]
      for (const error of await Promise.all(calls.map(rejection))) {
        expect(error).toMatchObject({ name: 'InvalidArgumentError' })
        expect(error.message).toMatch(/^The object name /)
      }
      expect(server.requests).toEqual([])
    },
  )
})

describe('cancel', () => {
  it('stops all uploads of the client, and no request goes on', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const options = { partSize: PART }
    const uploads = [1, 2].map(() => client.multipartUpload('held', BYTES, options))
    await until(() => server.heldParts().length === 6)
    const before = performance.now()
    await client.cancel()
    for (const error of await Promise.all(uploads.map(rejection))) {
      expect(error).toMatchObject({
        name: 'cancel',
        code: 'cancel',
        status: 0,
        checkpoint: { name: 'held', partSize: PART },
      })
    }
    expect(performance.now() - before).toBeLessThan(AT_ONCE)
    await until(() => server.sockets.filter((socket) => !socket.destroyed).length <= 2)
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toEqual([])
    expect(server.oss.uploads.size).toBe(2)
  })

  it('does not stop what begins after it, and is not undone by that', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const stopped = rejection(client.multipartUpload('held', BYTES, { partSize: PART }))
    await until(() => server.heldParts().length === 3)
    client.cancel()
    const next = client.multipartUpload('free', BYTES, { partSize: PART })
    expect(await stopped).toMatchObject({ name: 'cancel' })
    expect(await next).toMatchObject({ name: 'free' })
    expect(server.oss.objects.has('/bkt/held')).toBe(false)
  })

  it('can be asked about, until it is reset or another upload begins', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    expect(client.isCancel()).toBe(false)
    await client.cancel()
    expect(client.isCancel()).toBe(true)
    client.resetCancelFlag()
    expect(client.isCancel()).toBe(false)
    await client.cancel()
    await client.multipartUpload('free', BYTES)
    expect(client.isCancel()).toBe(false)
  })

  it('stops nothing else: neither other calls nor the uploads of other clients', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const other = clientOf(server)
    const sent = [client.put('free', BYTES), other.multipartUpload('free', BYTES)]
    await client.cancel()
    expect(await Promise.all(sent)).toMatchObject([{ name: 'free' }, { name: 'free' }])
    expect(other.isCancel()).toBe(false)
  })

  it('may be called twice, and when there is nothing to stop', async () => {
    const client = new OSS(keys)
    await client.cancel()
    await client.cancel()
  })
})

describe('cancel of one upload', () => {
  it('stops that one alone and drops its parts', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const stopped = rejection(client.multipartUpload('held', BYTES, { partSize: PART }))
    await until(() => server.heldParts().length === 3)
    const [uploadId = ''] = server.oss.uploads.keys()
    const other = client.multipartUpload('free', BYTES, { partSize: PART })
    await client.cancel({ name: 'held', uploadId })
    expect(await stopped).toMatchObject({ name: 'cancel', status: 0 })
    expect(await other).toMatchObject({ name: 'free' })
    expect(client.isCancel()).toBe(false)
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toMatchObject([
      { url: `/bkt/held?uploadId=${uploadId}` },
    ])
    expect(server.oss.uploads.has(uploadId)).toBe(false)
  })

  it('drops the parts only when the upload has come to a stop', async () => {
    const events: string[] = []
    const oss = smallOss()
    const server = await listen((request) => {
      if (request.method === 'DELETE') events.push('dropped')
      return isPart(request) ? new Promise<Answer>(() => {}) : oss.answer(request)
    })
    async function* slowToEnd() {
      try {
        for (;;) yield BYTES.subarray(0, PART / 2)
      } finally {
        await pause(50)
        events.push('stopped')
      }
    }
    const client = clientOf(server)
    const options = { partSize: 2 * PART, parallel: 1 }
    const stopped = rejection(client.multipartUpload('a', slowToEnd(), options))
    await until(() => server.requests.some(isPart))
    const [uploadId = ''] = oss.uploads.keys()
    await client.cancel({ name: 'a', uploadId })
    expect(await stopped).toMatchObject({ name: 'cancel' })
    expect(events).toEqual(['stopped', 'dropped'])
  })

  it('drops the parts of an upload that is not under way', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const { uploadId } = await client.initMultipartUpload('a')
    await client.cancel({ name: 'a', uploadId, options: { headers: { 'x-oss-a': '1' } } })
    expect(server.oss.uploads.size).toBe(0)
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-oss-a': '1' })
  })

  it('tells whoever waits for it that it failed, and nobody else', async () => {
    const unhandled: unknown[] = []
    const listener = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listener)
    try {
      const server = await listenHolding()
      const client = clientOf(server)
      client.cancel({ name: 'a', uploadId: 'UNKNOWN' })
      expect(await rejection(client.cancel({ name: 'a', uploadId: 'UNKNOWN' }))).toMatchObject({
        name: 'NoSuchUploadError',
      })
      await until(() => server.requests.length === 2)
      await pause(20)
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', listener)
    }
  })

  it('is what abortMultipartUpload is not: that touches no upload under way', async () => {
    const server = await listenHolding()
    const client = clientOf(server)
    const { uploadId } = await client.initMultipartUpload('stale')
    const sent = client.multipartUpload('free', BYTES, { partSize: PART })
    await client.abortMultipartUpload('stale', uploadId)
    expect(await sent).toMatchObject({ name: 'free' })
    expect(client.isCancel()).toBe(false)
  })
})

describe('what is left of many uploads', () => {
  it('is no listener, no timer and no connection in use', async () => {
    const oss = smallOss()
    const server = await listen((request) =>
      request.path.endsWith('7')
        ? { status: 403, body: errorXml('AccessDenied') }
        : oss.answer(request),
    )
    const client = clientOf(server, { maxSockets: 4 })
    const { signal } = new AbortController()
    await until(() => timers() === 0)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) =>
        client.multipartUpload(`a${index}`, BYTES, { partSize: PART, signal }),
      ),
    )
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(4)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(server.sockets.length).toBeLessThanOrEqual(8)
    await until(() => timers() === 0)
  })

  function timers(): number {
    return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  }
})

describe('secrets', () => {
  const SECRET = 'CANARY-SECRET'
  const TOKEN = 'CANARY-TOKEN'
  const secretKeys = { accessKeySecret: SECRET, stsToken: TOKEN }

  /** Everything that a value shows of itself, to those who look closely. */
  function shown(value: unknown): string {
    return inspect(value, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(value)
  }

  function signatureIn({ headers }: SeenRequest): string {
    const [signature] = /[0-9a-f]{64}$|[A-Za-z0-9+/]{27}=$/.exec(headers.authorization ?? '') ?? []
    if (signature === undefined) throw new Error('The request was not signed')
    return signature
  }

  function expectNoSecret(value: unknown, requests: readonly SeenRequest[] = []): void {
    const text = shown(value)
    for (const secret of [SECRET, TOKEN, ...requests.map(signatureIn)]) {
      expect(text).not.toContain(secret)
    }
  }

  it('are not shown by the client', () => {
    const refreshSTSToken = async () => ({})
    expectNoSecret(new OSS({ ...keys, ...secretKeys, refreshSTSToken, bucket: 'bkt' }))
  })

  it.each([true, false])('are not shown by results (V4: %s)', async (authorizationV4) => {
    const { answer } = smallOss()
    const server = await listen(answer)
    const client = clientOf(server, { ...secretKeys, authorizationV4 })
    const checkpoints: unknown[] = []
    const results = [
      await client.put('small', Buffer.from('x')),
      await client.multipartUpload('a', new Blob([BYTES]), {
        partSize: PART,
        progress: (...call) => checkpoints.push(...call),
      }),
      await client.head('a'),
      await client.get('small'),
    ]
    expect(checkpoints.length).toBeGreaterThan(4)
    expectNoSecret([results, checkpoints], server.requests)
  })

  it.each<[string, Answer]>([
    [
      'a refused signature',
      {
        status: 403,
        body: errorXml('SignatureDoesNotMatch').replace(
          '</Error>',
          `<StringToSign>x-oss-security-token:${TOKEN}</StringToSign><SignatureProvided>${SECRET}</SignatureProvided></Error>`,
        ),
      },
    ],
    ['an answer that can not be read', { status: 500, body: `<html ${TOKEN}` }],
    ['a redirect', { status: 307, headers: { location: `http://other/?token=${TOKEN}` } }],
    ['an answer of another kind', { body: `<html>${TOKEN}</html>` }],
  ])('are not shown by the error of %s', async (_what, answer) => {
    const server = await listen(() => answer)
    const client = clientOf(server, secretKeys)
    const options = { partSize: PART }
    const errors = await Promise.all(
      [client.list(), client.delete('a'), client.multipartUpload('a', BYTES, options)].map(
        rejection,
      ),
    )
    for (const error of errors) expectNoSecret([error, error.stack], server.requests)
  })

  it('are not shown by the error of a network that fails', async () => {
    const closing = await listenRaw((socket) => socket.destroy())
    const silent = await listenRaw((socket) => socket.resume())
    const clients = [closing, silent].map((server) =>
      clientOf(server, { ...secretKeys, timeout: 60 }),
    )
    for (const client of clients) {
      expectNoSecret(await rejection(client.multipartUpload('a', BYTES, { partSize: PART })))
      expectNoSecret(await rejection(client.get('a')))
    }
  })

  it('are not shown by the error of keys that can not be sent', async () => {
    const server = await listen(() => ({}))
    const broken = [{ stsToken: `${TOKEN}\n` }, { stsToken: `${TOKEN}\ud83d` }]
    for (const wrong of broken) {
      const client = clientOf(server, { ...secretKeys, ...wrong })
      expectNoSecret(await rejection(client.head('a')))
    }
    expect(server.requests).toEqual([])
  })

  it('are not shown by the error of keys that can not be renewed', async () => {
    const server = await listen(() => ({}))
    const client = clientOf(server, {
      ...secretKeys,
      refreshSTSTokenInterval: 0,
      refreshSTSToken: async () => ({ AccessKeySecret: SECRET, SecurityToken: TOKEN }),
    })
    expectNoSecret(await rejection(client.head('a')))
  })
})
