import { setTimeout as pause } from 'node:timers/promises'
import tls from 'node:tls'
import { describe, expect, it } from 'vitest'
import { hasOpenssl, selfSigned } from '../node/testing.contract.ts'
import { VERSION } from '../version.ts'
import { createClient } from './context.ts'
import { nodePlatform } from './node-platform.ts'
import type { ClientOptions } from './options.ts'
import {
  type Answer,
  AT_ONCE,
  clientOf,
  errorXml,
  listen,
  listenRaw,
  rejection,
  started,
  until,
} from './testing.contract.ts'

const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }

/** The headers of a request that a client with these options makes. */
async function headersWith(options: Partial<ClientOptions>): Promise<Record<string, string>> {
  const server = await listen(() => ({ status: 204 }))
  await clientOf(server, options).delete('a')
  return { ...server.onlyRequest().headers }
}

describe('every request', () => {
  it('is signed with V4 where the region is known', async () => {
    const headers = await headersWith({ region: 'oss-cn-beijing' })
    expect(headers.authorization).toMatch(
      /^OSS4-HMAC-SHA256 Credential=id\/\d{8}\/cn-beijing\/oss\/aliyun_v4_request,Signature=[0-9a-f]{64}$/,
    )
    expect(headers).toMatchObject({
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-date': expect.stringMatching(/^\d{8}T\d{6}Z$/),
    })
  })

  it.each<[string, Partial<ClientOptions>]>([
    ['where it is not', { region: undefined }],
    ['where V4 is not wanted', { region: 'oss-cn-beijing', authorizationV4: false }],
  ])('is signed with V1 %s', async (_when, options) => {
    const headers = await headersWith(options)
    expect(headers.authorization).toMatch(/^OSS id:[A-Za-z0-9+/]{27}=$/)
    expect(headers['x-oss-date']).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/)
    expect(headers).not.toHaveProperty('x-oss-content-sha256')
  })

  it.each([true, false])(
    'carries the token of temporary keys (V4: %s)',
    async (authorizationV4) => {
      const headers = await headersWith({ stsToken: 'token', authorizationV4 })
      expect(headers).toMatchObject({ 'x-oss-security-token': 'token' })
    },
  )

  it('carries no token with permanent keys', async () => {
    expect(await headersWith({})).not.toHaveProperty('x-oss-security-token')
  })

  it('says who pays, where that is the requester', async () => {
    expect(await headersWith({ isRequestPay: true })).toMatchObject({
      'x-oss-request-payer': 'requester',
    })
    expect(await headersWith({})).not.toHaveProperty('x-oss-request-payer')
  })

  it('names the library', async () => {
    expect((await headersWith({}))['user-agent']).toMatch(`oss-multipart/${VERSION} node/`)
  })

  it('is made with keys that are renewed once for all requests that need them', async () => {
    const server = await listen(() => ({ status: 204 }))
    let renewals = 0
    const client = clientOf(server, {
      stsToken: 'token-0',
      refreshSTSTokenInterval: 0,
      async refreshSTSToken() {
        renewals++
        return { AccessKeyId: 'id-2', AccessKeySecret: 's', SecurityToken: `token-${renewals}` }
      },
    })
    await Promise.all(Array.from({ length: 5 }, (_, index) => client.delete(`${index}`)))
    expect(renewals).toBe(1)
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({
        'x-oss-security-token': 'token-1',
        authorization: expect.stringContaining('Credential=id-2/'),
      })
    }
  })

  it('is not made where the keys can not be renewed', async () => {
    const server = await listen(() => ({ status: 204 }))
    const client = clientOf(server, {
      stsToken: 'token',
      refreshSTSTokenInterval: 0,
      refreshSTSToken: () => Promise.reject(new Error('STS is down')),
    })
    expect(await rejection(client.delete('a'))).toMatchObject({ name: 'CredentialsError' })
    expect(server.requests).toEqual([])
  })
})

describe('a request that failed', () => {
  /** Fails with each answer in turn, and then succeeds. */
  async function attempts(answers: readonly Answer[], retryMax: number) {
    const rest = [...answers]
    const server = await listen(() => rest.shift() ?? { status: 204 })
    const outcome = await clientOf(server, { retryMax })
      .delete('a')
      .then(
        () => 'done',
        (error: Error) => error.name,
      )
    return { outcome, requests: server.requests.length }
  }

  it.each([
    ['500', { status: 500, body: errorXml('InternalError') }],
    ['502 of a proxy', { status: 502, body: '<html>Bad gateway</html>' }],
    ['504', { status: 504 }],
    ['408', { status: 408 }],
    ['a broken transfer', { status: 400, body: errorXml('RequestTimeout') }],
  ])('is made again after %s', async (_what, answer) => {
    expect(await attempts([answer], 1)).toEqual({ outcome: 'done', requests: 2 })
  })

  it('is made again after a connection that broke', async () => {
    let broken = 2
    const server = await listenRaw((socket) => {
      if (broken-- > 0) socket.destroy()
      else socket.on('data', () => socket.write('HTTP/1.1 204 No Content\r\n\r\n'))
    })
    await clientOf(server, { retryMax: 2 }).delete('a')
    expect(server.sockets).toHaveLength(3)
  })

  it.each([
    [403, 'AccessDenied'],
    [403, 'SignatureDoesNotMatch'],
    [403, 'InvalidAccessKeyId'],
    [404, 'NoSuchBucket'],
    [409, 'FileImmutable'],
    [400, 'InvalidArgument'],
    [307, 'TemporaryRedirect'],
  ])('is not made again after %d %s', async (status, code) => {
    const refused = { status, body: errorXml(code) }
    expect(await attempts([refused], 3)).toEqual({ outcome: `${code}Error`, requests: 1 })
  })

  it.each([0, 1, 2])('is made again at most retryMax times: %d', async (retryMax) => {
    const down = { status: 500, body: errorXml('InternalError') }
    expect(await attempts(Array(5).fill(down), retryMax)).toEqual({
      outcome: 'InternalErrorError',
      requests: retryMax + 1,
    })
  })

  it('is not made again once it is aborted', async () => {
    const server = await listen(() => ({ status: 500, body: errorXml('InternalError') }))
    const reason = new Error('Enough')
    const stop = new AbortController()
    const sent = clientOf(server, { retryMax: 5 }).delete('a', { signal: stop.signal })
    await until(() => server.requests.length === 1)
    stop.abort(reason)
    expect(await rejection(sent)).toBe(reason)
    expect(server.requests.length).toBeLessThanOrEqual(2)
  })

  it.skipIf(!hasOpenssl)(
    'is not made again to a server that nobody vouches for (needs openssl)',
    async () => {
      const server = await started(tls.createServer(await selfSigned()))
      const origin = server.origin.replace('http:', 'https:')
      const sent = clientOf({ origin }, { retryMax: 1 }).delete('a')
      expect(await rejection(sent)).toMatchObject({ status: -1 })
      expect(server.sockets).toHaveLength(1)
    },
  )
})

describe('a request that was refused for what can be put right', () => {
  it('is made again with the time of OSS where ours is wrong, and so are those after it', async () => {
    const hour = 3_600_000
    const serverTime = new Date(Date.now() + hour).toISOString()
    const tooSkewed = errorXml('RequestTimeTooSkewed').replace(
      '</Error>',
      `<ServerTime>${serverTime}</ServerTime></Error>`,
    )
    const server = await listen(() =>
      server.requests.length === 1 ? { status: 403, body: tooSkewed } : { status: 204 },
    )
    const client = clientOf(server)
    await client.delete('a')
    await client.delete('b')
    const days = server.requests.map(({ headers }) => timeOf(headers['x-oss-date']))
    expect(server.requests.map(({ path }) => path)).toEqual(['/bkt/a', '/bkt/a', '/bkt/b'])
    for (const day of days.slice(1))
      expect(Math.abs(day - Date.parse(serverTime))).toBeLessThan(5_000)
  })

  it('is not made for ever where the time of OSS is never right', async () => {
    const body = errorXml('RequestTimeTooSkewed').replace(
      '</Error>',
      `<ServerTime>${new Date().toISOString()}</ServerTime></Error>`,
    )
    const server = await listen(() => ({ status: 403, body }))
    expect(await rejection(clientOf(server, { retryMax: 3 }).delete('a'))).toMatchObject({
      name: 'RequestTimeTooSkewedError',
    })
    expect(server.requests).toHaveLength(2)
  })

  it('is made again with new keys, which are fetched once for all that were refused', async () => {
    const server = await listen(({ headers }) =>
      headers['x-oss-security-token'] === 'old'
        ? { status: 403, body: errorXml('SecurityTokenExpired') }
        : { status: 204 },
    )
    let renewals = 0
    const client = clientOf(server, {
      stsToken: 'old',
      async refreshSTSToken() {
        renewals++
        return { ...keys, stsToken: 'new' }
      },
    })
    await Promise.all(Array.from({ length: 5 }, (_, index) => client.delete(`${index}`)))
    expect(renewals).toBe(1)
    expect(server.requests).toHaveLength(10)
  })

  it('fails where there are no new keys', async () => {
    const server = await listen(() => ({ status: 403, body: errorXml('SecurityTokenExpired') }))
    const sent = clientOf(server, { stsToken: 'old', retryMax: 3 }).delete('a')
    expect(await rejection(sent)).toMatchObject({ name: 'SecurityTokenExpiredError', status: 403 })
    expect(server.requests).toHaveLength(1)
  })

  it('is given up at its signal while new keys are fetched', async () => {
    const server = await listen(() => ({ status: 204 }))
    const client = clientOf(server, {
      stsToken: 'token',
      refreshSTSTokenInterval: 0,
      refreshSTSToken: () => new Promise(() => {}),
    })
    const reason = new Error('Enough')
    const stop = new AbortController()
    const outcome = rejection(client.delete('a', { signal: stop.signal }))
    stop.abort(reason)
    expect(await Promise.race([outcome, pause(AT_ONCE)])).toBe(reason)
    expect(server.requests).toEqual([])
  })

  /** `20231216T162057Z` in milliseconds. */
  function timeOf(date = ''): number {
    return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/, '$1-$2-$3T$4:$5:'))
  }
})

describe('a request that gets no answer', () => {
  it.each<[string, Partial<ClientOptions>, { timeout?: number }]>([
    ['the time-out of the client', { timeout: [10_000, '50ms'] }, {}],
    ['its own time-out', {}, { timeout: 50 }],
  ])('is given up after %s', async (_what, options, call) => {
    const server = await listenRaw((socket) => socket.resume())
    expect(await rejection(clientOf(server, options).delete('a', call))).toMatchObject({
      name: 'ResponseTimeoutError',
      code: 'ResponseTimeoutError',
      status: -2,
      operation: 'DeleteObject',
      message: expect.stringContaining('50ms'),
    })
  })
})

describe('a warning', () => {
  it("goes to the client's own listener, as an Error", () => {
    const heard: Error[] = []
    const onWarning = (warning: Error) => heard.push(warning)
    const client = createClient({ ...keys, onWarning }, nodePlatform)
    const warning = new Error('worth knowing')
    client.warn(warning)
    client.warn('as text')
    expect(heard).toEqual([warning, expect.objectContaining({ message: 'as text' })])
  })

  it('goes to the platform where there is none', () => {
    const heard: Error[] = []
    const platform = { ...nodePlatform, warn: (warning: Error) => heard.push(warning) }
    createClient(keys, platform).warn(new Error('worth knowing'))
    expect(heard).toHaveLength(1)
  })

  it('stops nothing, even where its listener throws', () => {
    const onWarning = () => {
      throw new Error('in the listener')
    }
    const client = createClient({ ...keys, onWarning }, nodePlatform)
    expect(() => client.warn(new Error('worth knowing'))).not.toThrow()
  })
})
