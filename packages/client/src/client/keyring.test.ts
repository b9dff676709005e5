import { describe, expect, it } from 'vitest'
import { createKeyring } from './keyring.ts'
import { type ClientOptions, resolveClientOptions, type TemporaryKeys } from './options.ts'
import { rejection } from './testing.contract.ts'

const MINUTE = 60_000
const renewed = { accessKeyId: 'id-2', accessKeySecret: 'secret-2', stsToken: 'token-2' }

/**
 * A keyring with a clock that can be set, and a count of how often it asked for keys. Pauses are over at
 * once; how long it waits for an answer is over only when `impatient` is set.
 */
function keyringOf(give: () => Promise<TemporaryKeys>, options: Partial<ClientOptions> = {}) {
  const time = { now: 1_700_000_000_000, asked: 0, impatient: false }
  const settings = resolveClientOptions({
    accessKeyId: 'id-1',
    accessKeySecret: 'secret-1',
    stsToken: 'token-1',
    refreshSTSToken() {
      time.asked++
      return give()
    },
    ...options,
  })
  const sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (milliseconds < 10_000 || time.impatient) resolve()
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  return { keyring: createKeyring(settings, { clock: () => time.now, sleep }), time }
}

describe('createKeyring', () => {
  it('gives the first keys until their time has come, and then new ones', async () => {
    const { keyring, time } = keyringOf(async () => renewed)
    expect(await keyring.fresh()).toMatchObject({ accessKeyId: 'id-1', stsToken: 'token-1' })
    time.now += 5 * MINUTE - 1
    expect(await keyring.fresh()).toMatchObject({ accessKeyId: 'id-1' })
    expect(keyring.current).toMatchObject({ accessKeyId: 'id-1' })
    time.now += 1
    expect(await keyring.fresh()).toEqual(renewed)
    expect(keyring.current).toEqual(renewed)
    expect(time.asked).toBe(1)
  })

  it('counts the interval from the last renewal', async () => {
    const { keyring, time } = keyringOf(async () => renewed, { refreshSTSTokenInterval: MINUTE })
    for (const [passed, asked] of [
      [MINUTE, 1],
      [MINUTE - 1, 1],
      [1, 2],
    ] as const) {
      time.now += passed
      await keyring.fresh()
      expect(time.asked).toBe(asked)
    }
  })

  it('asks once for all requests that need new keys at the same time', async () => {
    let give: (keys: TemporaryKeys) => void = () => {}
    const keys = new Promise<TemporaryKeys>((resolve) => {
      give = resolve
    })
    const { keyring, time } = keyringOf(() => keys)
    time.now += 5 * MINUTE
    const waiting = Array.from({ length: 10 }, () => keyring.fresh())
    give(renewed)
    expect(await Promise.all(waiting)).toEqual(Array(10).fill(renewed))
    expect(time.asked).toBe(1)
  })

  it.each([
    ['as STS writes them', 'AccessKeyId', 'AccessKeySecret', 'SecurityToken'],
    ['as ali-oss writes them', 'accessKeyId', 'accessKeySecret', 'stsToken'],
    ['mixed', 'AccessKeyId', 'accessKeySecret', 'securityToken'],
  ])('reads the names %s', async (_how, id, secret, token) => {
    const keys = { [id]: 'id-2', [secret]: 'secret-2', [token]: 'token-2', RequestId: 'R' }
    const { keyring, time } = keyringOf(async () => keys)
    time.now += 5 * MINUTE
    expect(await keyring.fresh()).toEqual(renewed)
  })

  it.each([
    ['permanent keys', { stsToken: undefined }],
    ['keys that nobody renews', { refreshSTSToken: undefined }],
  ])('never renews %s', async (_what, options) => {
    const { keyring, time } = keyringOf(async () => renewed, options)
    time.now += 500 * MINUTE
    expect(await keyring.fresh()).toMatchObject({ accessKeyId: 'id-1' })
    expect(await keyring.renewSince(time.now)).toBe(false)
    expect(time.asked).toBe(0)
  })

  describe('with keys that say when they end', () => {
    it.each([
      ['two minutes ahead of that', 60 * MINUTE, 58 * MINUTE],
      ['after four fifths of a short life', MINUTE, 0.8 * MINUTE],
    ])('renews them %s, whatever the interval', async (_when, life, due) => {
      const { keyring, time } = keyringOf(
        async () => ({ ...renewed, Expiration: new Date(time.now + life).toISOString() }),
        { refreshSTSTokenInterval: 1 },
      )
      time.now += 1
      await keyring.fresh()
      time.now += due - 1
      await keyring.fresh()
      expect(time.asked).toBe(1)
      time.now += 1
      await keyring.fresh()
      expect(time.asked).toBe(2)
    })

    it('refuses those that have ended', async () => {
      const { keyring, time } = keyringOf(async () => ({
        ...renewed,
        Expiration: new Date(time.now).toISOString(),
      }))
      time.now += 5 * MINUTE
      expect((await rejection(Promise.resolve(keyring.fresh()))).message).toContain('have expired')
    })

    it('goes by the interval where what they say is no time', async () => {
      const { keyring, time } = keyringOf(async () => ({ ...renewed, Expiration: 'soon' }))
      time.now += 5 * MINUTE
      await keyring.fresh()
      time.now += 5 * MINUTE - 1
      await keyring.fresh()
      expect(time.asked).toBe(1)
    })
  })

  describe('when OSS refused the keys', () => {
    it('renews them once for all requests that were sent before', async () => {
      const { keyring, time } = keyringOf(async () => renewed)
      const sentAt = ++time.now
      time.now++
      expect(await Promise.all([keyring.renewSince(sentAt), keyring.renewSince(sentAt)])).toEqual([
        true,
        true,
      ])
      expect(await keyring.renewSince(sentAt)).toBe(true)
      expect(time.asked).toBe(1)
      expect(keyring.current).toEqual(renewed)
    })

    it('renews them again for a request that was sent with the new ones', async () => {
      const { keyring, time } = keyringOf(async () => renewed)
      await keyring.renewSince(++time.now)
      await keyring.renewSince(++time.now)
      expect(time.asked).toBe(2)
    })
  })

  describe('when there are no new keys', () => {
    it.each([
      ['accessKeyId', { ...renewed, accessKeyId: '' }],
      ['accessKeySecret', { ...renewed, accessKeySecret: undefined }],
      ['stsToken', { ...renewed, stsToken: 5 }],
      ['accessKeyId', {}],
    ])('says that %s is missing, and keeps the old ones', async (name, given) => {
      const { keyring, time } = keyringOf(async () => given)
      time.now += 5 * MINUTE
      const error = await rejection(Promise.resolve(keyring.fresh()))
      expect(error).toMatchObject({ name: 'CredentialsError', code: 'CredentialsError' })
      expect(error.message).toContain(`refreshSTSToken must return contains ${name}`)
      expect(keyring.current).toMatchObject({ accessKeyId: 'id-1' })
    })

    it('says so where nothing at all is returned', async () => {
      // A function in JavaScript may forget to return.
      const { keyring, time } = keyringOf(async () => undefined as unknown as TemporaryKeys)
      time.now += 5 * MINUTE
      expect(await rejection(Promise.resolve(keyring.fresh()))).toMatchObject({
        name: 'CredentialsError',
      })
    })

    it('asks three times, and then tells why', async () => {
      const reason = new Error('STS is down')
      const { keyring, time } = keyringOf(() => Promise.reject(reason))
      time.now += 5 * MINUTE
      expect(await rejection(Promise.resolve(keyring.fresh()))).toMatchObject({
        name: 'CredentialsError',
        message: 'The temporary keys could not be renewed: STS is down',
        cause: reason,
      })
      expect(time.asked).toBe(3)
    })

    it('is content with an answer that comes the second time, and asks again the next time', async () => {
      let down = 1
      const { keyring, time } = keyringOf(async () => {
        if (down-- > 0) throw new Error('STS is down')
        return renewed
      })
      time.now += 5 * MINUTE
      expect(await keyring.fresh()).toEqual(renewed)
      expect(time.asked).toBe(2)
    })

    it('tells all who wait, and has asked for all of them together', async () => {
      const { keyring, time } = keyringOf(() => Promise.reject(new Error('STS is down')))
      time.now += 5 * MINUTE
      const waiting = [keyring.fresh(), keyring.fresh(), keyring.fresh()].map((keys) =>
        rejection(Promise.resolve(keys)),
      )
      expect((await Promise.all(waiting)).map(({ name }) => name)).toEqual(
        Array(3).fill('CredentialsError'),
      )
      expect(time.asked).toBe(3)
    })

    it('tells of a function that throws before it gives a promise', async () => {
      const refreshSTSToken = () => {
        throw new Error('No keys today')
      }
      const { keyring, time } = keyringOf(async () => renewed, { refreshSTSToken })
      time.now += 5 * MINUTE
      expect(await rejection(Promise.resolve(keyring.fresh()))).toMatchObject({
        name: 'CredentialsError',
        message: expect.stringContaining('No keys today'),
      })
    })

    it('does not wait for ever for a function that never answers', async () => {
      const { keyring, time } = keyringOf(() => new Promise(() => {}))
      time.now += 5 * MINUTE
      time.impatient = true
      expect(await rejection(Promise.resolve(keyring.fresh()))).toMatchObject({
        name: 'CredentialsError',
        message: expect.stringContaining('refreshSTSToken gave no answer for 30 seconds'),
      })
    })
  })
})
