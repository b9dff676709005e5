import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { OssError } from '../oss/errors.ts'
import { type ClientOptions, resolveClientOptions } from './options.ts'
import { OSS } from './oss.ts'
import { deepFreeze } from './testing.contract.ts'

const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }

/** For what a user of JavaScript may pass. */
function unchecked(options: object): ClientOptions {
  // Only for values that the types forbid: each is about how they are refused.
  return options as ClientOptions
}

function resolved(options: Partial<ClientOptions> = {}) {
  return resolveClientOptions({ ...keys, ...options })
}

describe('resolveClientOptions', () => {
  it('fills in every default', () => {
    expect(resolved()).toEqual({
      address: {
        protocol: 'https:',
        host: 'oss-cn-hangzhou.aliyuncs.com',
        style: 'virtual',
        region: 'cn-hangzhou',
      },
      credentials: { accessKeyId: 'id', accessKeySecret: 'secret', stsToken: undefined },
      refresh: undefined,
      refreshInterval: 300_000,
      bucket: undefined,
      scope: { region: 'cn-hangzhou', product: 'oss' },
      signsV4: true,
      timeouts: { connect: 10_000, stall: 30_000, answer: 60_000, complete: 600_000 },
      retryMax: undefined,
      requestPayer: false,
      headerEncoding: 'utf-8',
      warn: undefined,
    })
  })

  it('takes null and undefined for options that are left out', () => {
    const nothing = {
      ...{ stsToken: null, refreshSTSToken: null, refreshSTSTokenInterval: null, bucket: null },
      ...{ timeout: null, headerEncoding: null, onWarning: null },
      ...{ isRequestPay: undefined, authorizationV4: undefined, region: undefined },
    }
    expect(resolveClientOptions(unchecked({ ...keys, ...nothing }))).toEqual({
      ...resolved(),
      refresh: null,
      warn: null,
    })
  })

  it('takes null for a retryMax that is left out', () => {
    expect(resolveClientOptions(unchecked({ ...keys, retryMax: null }))).toEqual(resolved())
  })

  it('trims the keys, which are often pasted', () => {
    const { credentials } = resolved({ accessKeyId: ' id\n', accessKeySecret: '\tsecret ' })
    expect(credentials).toMatchObject(keys)
  })

  it('leaves the options as they are', () => {
    const options = deepFreeze({
      ...keys,
      stsToken: 'token',
      region: 'oss-cn-beijing',
      bucket: 'bkt',
      timeout: ['1s', 2_000] as const,
    })
    expect(resolveClientOptions(options)).toMatchObject({
      bucket: 'bkt',
      timeouts: { connect: 1_000, stall: 2_000, answer: 2_000 },
    })
  })

  describe('the version of the signature', () => {
    it.each<[string, Partial<ClientOptions>, object | undefined]>([
      ['V4 for a region', { region: 'oss-cn-beijing' }, { region: 'cn-beijing', product: 'oss' }],
      ['V4 for a bare region', { region: 'cn-beijing' }, { region: 'cn-beijing', product: 'oss' }],
      [
        'V4 where the endpoint names the region',
        { endpoint: 'oss-us-west-1-internal.aliyuncs.com' },
        { region: 'us-west-1', product: 'oss' },
      ],
      [
        'V4 of the given region, whatever the endpoint',
        { endpoint: 'https://files.example.com', cname: true, region: 'oss-cn-beijing' },
        { region: 'cn-beijing', product: 'oss' },
      ],
      ['V1 where nothing names a region', { endpoint: 'https://files.example.com' }, undefined],
      ['V1 for accelerated hosts', { endpoint: 'oss-accelerate.aliyuncs.com' }, undefined],
      ['V1 where V4 is not wanted', { authorizationV4: false }, undefined],
      [
        'V4 of the cloud box',
        { cloudBoxId: 'cb-123', endpoint: 'cb-123.cn-hangzhou.oss-cloudbox.aliyuncs.com' },
        { region: 'cb-123', product: 'oss-cloudbox' },
      ],
    ])('is %s', (_what, options, scope) => {
      const settings = resolved(options)
      expect(settings.signsV4 ? settings.scope : undefined).toEqual(scope)
    })

    it('may be V1 while the region for URLs of V4 is known', () => {
      expect(resolved({ authorizationV4: false })).toMatchObject({
        signsV4: false,
        scope: { region: 'cn-hangzhou' },
      })
    })
  })

  describe('refuses', () => {
    it.each([
      [undefined, 'The options of the client must be an object: got undefined'],
      [null, 'The options of the client must be an object: got null'],
      ['oss-cn-hangzhou', 'The options of the client must be an object: got "oss-cn-hangzhou"'],
    ])('%j in the place of the options', (options, message) => {
      // A caller without types may pass anything.
      expect(() => new OSS(options as unknown as ClientOptions)).toThrow(message)
    })

    it.each([
      { accessKeyId: 'id' },
      { accessKeySecret: 'secret' },
      { accessKeyId: '', accessKeySecret: 'secret' },
      { accessKeyId: 'id', accessKeySecret: ' \n' },
      { accessKeyId: 1, accessKeySecret: 2 },
    ])('keys like %j, in the words of ali-oss', (options) => {
      expect(() => new OSS(unchecked(options))).toThrow('require accessKeyId, accessKeySecret')
    })

    it.each<[string, object, string]>([
      ['a token that is no text', { stsToken: 1 }, '`stsToken` must be a string'],
      [
        'a refresh that is no function',
        { refreshSTSToken: 'fn' },
        '`refreshSTSToken` must be a function: got "fn"',
      ],
      [
        'a negative interval',
        { refreshSTSTokenInterval: -1 },
        '`refreshSTSTokenInterval` must be a whole number from 0: got -1',
      ],
      [
        'a bucket with capitals',
        { bucket: 'Bkt' },
        'The bucket must be conform to the specifications: 3 to 63 of a-z, 0-9 and "-", got "Bkt"',
      ],
      ['a bucket of two letters', { bucket: 'ab' }, 'The bucket must be conform'],
      ['a bucket with a slash', { bucket: 'a/b/c' }, 'The bucket must be conform'],
      [
        'a region with a dot',
        { region: 'oss-cn-hangzhou.evil' },
        'The region must be conform to the specifications',
      ],
      ['an empty region', { region: '' }, 'require options.endpoint or options.region'],
      ['an endpoint that is no text', { endpoint: 1 }, '`endpoint` must be a string: got 1'],
      [
        'an endpoint with odd characters',
        { endpoint: 'a b' },
        'The endpoint must be conform to the specifications: got "a b"',
      ],
      [
        'an endpoint with another scheme',
        { endpoint: 'ftp://a.example' },
        'Endpoint protocol must be http or https.',
      ],
      [
        'an endpoint without a host',
        { endpoint: 'http://' },
        'The endpoint is no host name or URL',
      ],
      [
        'V4 without a region',
        { endpoint: 'https://files.example.com', authorizationV4: true },
        '`authorizationV4` needs to know the region: give `region` as well',
      ],
      ['a negative retryMax', { retryMax: -1 }, '`retryMax` must be a whole number from 0: got -1'],
      ['half a retry', { retryMax: 0.5 }, '`retryMax` must be a whole number from 0: got 0.5'],
      ['retryMax as text', { retryMax: '3' }, '`retryMax` must be a whole number from 0: got "3"'],
      [
        'an unknown encoding',
        { headerEncoding: 'utf-16' },
        "`headerEncoding` must be 'utf-8' or 'latin1': got \"utf-16\"",
      ],
      ['a warning that is no function', { onWarning: {} }, '`onWarning` must be a function'],
    ])('%s', (_what, options, message) => {
      const construct = () => new OSS(unchecked({ ...keys, ...options }))
      expect(construct).toThrow(message)
      expect(construct).toThrow(OssError)
      expect(construct).toThrow(expect.objectContaining({ code: 'InvalidArgumentError' }))
    })

    // A number of sockets that is never reached lets requests wait for ever.
    it.each([0, -1, 1.5, Number.NaN, '4'])('%j as maxSockets', (maxSockets) => {
      expect(() => new OSS(unchecked({ ...keys, maxSockets }))).toThrow('`maxSockets` must be')
    })

    it.each([0, -1, Number.NaN, '4'])('%j as bandwidth', (bandwidth) => {
      expect(() => new OSS(unchecked({ ...keys, bandwidth }))).toThrow('`bandwidth` must be')
    })

    it('a proxy that is no URL, without showing what may be its password', () => {
      const options = { ...keys, enableProxy: true, proxy: 'user:CANARY@' }
      const error = thrown(() => new OSS(options))
      expect(error).toMatchObject({ message: expect.stringContaining('`proxy` must be') })
      expect(inspect(error)).not.toContain('CANARY')
    })

    it.each([
      ['an id with a line break', { accessKeyId: 'a\r\nb' }],
      ['a token with a line break', { stsToken: 'a\r\nb' }],
      ['a token with half a surrogate pair', { stsToken: 'a\ud83d' }],
    ])('%s, which no header can carry', (_what, wrong) => {
      expect(() => new OSS({ ...keys, ...wrong })).toThrow(
        expect.objectContaining({ name: 'InvalidArgumentError' }),
      )
    })

    it('to show the secret, whatever is wrong', () => {
      const secret = 'CANARY-SECRET'
      for (const wrong of [{ accessKeyId: '' }, { bucket: 'X' }, { stsToken: 1 }, { timeout: 0 }]) {
        const options = unchecked({ ...keys, accessKeySecret: secret, ...wrong })
        expect(inspect(thrown(() => new OSS(options)))).not.toContain(secret)
      }
    })
  })
})

function thrown(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown')
}
