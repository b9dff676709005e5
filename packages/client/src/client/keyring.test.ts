import { describe, expect, it } from 'vitest'
import { createKeyring } from './keyring.ts'
import { type ClientOptions, resolveClientOptions, type TemporaryKeys } from './options.ts'
import { rejection } from './testing.contract.ts'

const MINUTE = 60_000
const renewed = { accessKeyId: 'id-2', accessKeySecret: 'secret-2', stsToken: 'token-2' }

/** A keyring with a clock that can be set, and the number of times it was renewed. */
function keyringOf(give: () => Promise<TemporaryKeys>, options: Partial<ClientOptions> = {}) {
  const clock = { now: 1_000_000, renewals: 0 }
  const settings = resolveClientOptions({
    accessKeyId: 'id-1',
    accessKeySecret: 'secret-1',
    stsToken: 'token-1',
    refreshSTSToken() {
      clock.renewals++
      return give()
    },
    ...options,
  })
  return { keyring: createKeyring(settings, () => clock.now), clock }
}

describe('createKeyring', () => {
  it('gives the first keys until their time has come, and then new ones', async () => {
    const { keyring, clock } = keyringOf(async () => renewed)
    expect(await keyring.fresh()).toMatchObject({ accessKeyId: 'id-1', stsToken: 'token-1' })
    clock.now += 5 * MINUTE - 1
    expect(await keyring.fresh()).toMatchObject({ accessKeyId: 'id-1' })
    expect(keyring.current).toMatchObject({ accessKeyId: 'id-1' })
    clock.now += 1
    expect(await keyring.fresh()).toEqual(renewed)
    expect(keyring.current).toEqual(renewed)
    expect(clock.renewals).toBe(1)
  })

  it('counts the interval from the last renewal', async () => {
    const { keyring, clock } = keyringOf(async () => renewed, { refreshSTSTokenInterval: MINUTE })
    for (const [passed, renewals] of [
      [MINUTE, 1],
      [MINUTE - 1, 1],
      [1, 2],
    ] as const) {
      clock.now += passed
      await keyring.fresh()
      expect(clock.renewals).toBe(renewals)
    }
  })

  it('asks once for all requests that need new keys at the same time', async () => {
    let give: (keys: TemporaryKeys) => void = () => {}
    const keys = new Promise<TemporaryKeys>((resolve) => {
      give = resolve
    })
    const { keyring, clock } = keyringOf(() => keys)
    clock.now += 5 * MINUTE
    const waiting = Array.from({ length: 10 }, () => keyring.fresh())
    give(renewed)
    expect(await Promise.all(waiting)).toEqual(Array(10).fill(renewed))
    expect(clock.renewals).toBe(1)
  })

  it.each([
    ['as STS writes them', 'AccessKeyId', 'AccessKeySecret', 'SecurityToken'],
    ['as ali-oss writes them', 'accessKeyId', 'accessKeySecret', 'stsToken'],
    ['mixed', 'AccessKeyId', 'accessKeySecret', 'securityToken'],
  ])('reads the names %s', async (_how, id, secret, token) => {
    const { keyring, clock } = keyringOf(async () => ({
      [id]: 'id-2',
      [secret]: 'secret-2',
      [token]: 'token-2',
      Expiration: '2030-01-01T00:00:00Z',
    }))
    clock.now += 5 * MINUTE
    expect(await keyring.fresh()).toEqual(renewed)
  })

  it.each([
    ['accessKeyId', { ...renewed, accessKeyId: '' }],
    ['accessKeySecret', { ...renewed, accessKeySecret: undefined }],
    ['stsToken', { ...renewed, stsToken: 5 }],
    ['accessKeyId', {}],
  ])(
    'refuses keys without %s, in the words of ali-oss, and keeps the old ones',
    async (name, given) => {
      const { keyring, clock } = keyringOf(async () => given)
      clock.now += 5 * MINUTE
      const error = await rejection(keyring.fresh())
      expect(error).toMatchObject({ name: 'CredentialsError', code: 'CredentialsError' })
      expect(error.message).toContain(`refreshSTSToken must return contains ${name}`)
      expect(keyring.current).toMatchObject({ accessKeyId: 'id-1' })
    },
  )

  it('refuses nothing at all', async () => {
    // A function in JavaScript may forget to return.
    const { keyring, clock } = keyringOf(async () => undefined as unknown as TemporaryKeys)
    clock.now += 5 * MINUTE
    expect(await rejection(keyring.fresh())).toMatchObject({ name: 'CredentialsError' })
  })

  it('tells why the keys could not be had, and asks again the next time', async () => {
    const reason = new Error('STS is down')
    let down = true
    const { keyring, clock } = keyringOf(async () => {
      if (down) throw reason
      return renewed
    })
    clock.now += 5 * MINUTE
    expect(await rejection(keyring.fresh())).toMatchObject({
      name: 'CredentialsError',
      message: 'The temporary keys could not be renewed: STS is down',
      cause: reason,
    })
    down = false
    expect(await keyring.fresh()).toEqual(renewed)
    expect(clock.renewals).toBe(2)
  })

  it('tells all who wait when the keys could not be had', async () => {
    const { keyring, clock } = keyringOf(() => Promise.reject(new Error('STS is down')))
    clock.now += 5 * MINUTE
    const waiting = [keyring.fresh(), keyring.fresh(), keyring.fresh()].map(rejection)
    expect((await Promise.all(waiting)).map(({ name }) => name)).toEqual(
      Array(3).fill('CredentialsError'),
    )
    expect(clock.renewals).toBe(1)
  })

  it('tells of a function that throws before it gives a promise', async () => {
    const refreshSTSToken = () => {
      throw new Error('No keys today')
    }
    const { keyring, clock } = keyringOf(async () => renewed, { refreshSTSToken })
    clock.now += 5 * MINUTE
    expect(await rejection(keyring.fresh())).toMatchObject({
      name: 'CredentialsError',
      message: expect.stringContaining('No keys today'),
    })
  })

  it.each([
    ['permanent keys', { stsToken: undefined }],
    ['keys that nobody renews', { refreshSTSToken: undefined }],
  ])('never renews %s', async (_what, options) => {
    const { keyring, clock } = keyringOf(async () => renewed, options)
    clock.now += 500 * MINUTE
    expect(await keyring.fresh()).toMatchObject({ accessKeyId: 'id-1' })
    expect(clock.renewals).toBe(0)
  })
})
