import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { KiB } from '../oss/limits.ts'
import { OSS } from './oss.ts'
import { smallOss } from './small-oss.contract.ts'
import {
  type Answer,
  clientOf,
  errorXml,
  listen,
  listenRaw,
  rejection,
  type SeenRequest,
} from './testing.contract.ts'

const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }
const PART = 100 * KiB
const BYTES = Buffer.alloc(3 * PART, 'abc')

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

  it.each([
    ['a line break', `${TOKEN}\r\nx-oss-object-acl: public-read`],
    ['half a surrogate pair', `${TOKEN}\ud83d`],
  ])(
    'are not shown by the error of a token with %s, which can not be sent',
    async (_what, token) => {
      const server = await listen(() => ({}))
      const error = await rejection(
        (async () => clientOf(server, { ...secretKeys, stsToken: token }).head('a'))(),
      )
      expectNoSecret(error)
      expect(server.requests).toEqual([])
    },
  )

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
