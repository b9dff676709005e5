import { describe, expect, it, vi } from 'vitest'
import { OssError } from '../oss/errors.ts'
import type { OssRequest } from '../oss/send.ts'
import { type Recovery, withRecovery } from './recovery.ts'

const request: OssRequest = { operation: 'UploadPart', method: 'PUT' }
const refusal = (code: string) => new OssError('No.', { name: `${code}Error`, code, status: 403 })
const expired = refusal('SecurityTokenExpired')
const skewed = refusal('RequestTimeTooSkewed')

/** Puts right what is refused with this code, if `works`. */
function recoveryOf({ code }: OssError, works = true) {
  const recover = vi.fn((_: OssError, __: number): boolean | Promise<boolean> => works)
  return { applies: (error: OssError) => error.code === code, recover }
}

/** A `send` that fails in these ways, one after the other, and then succeeds. */
function recovering(failures: readonly Error[], recoveries: readonly Recovery[]) {
  const send = vi.fn(async (_: OssRequest) => 'answer')
  for (const failure of failures) send.mockRejectedValueOnce(failure)
  let now = 0
  return { send, call: withRecovery(send, recoveries, () => ++now * 1000) }
}

describe('withRecovery', () => {
  it('sends the same request again after it was put right, and says when it was sent', async () => {
    const recovery = recoveryOf(expired)
    const { send, call } = recovering([expired], [recoveryOf(skewed), recovery])
    expect(await call(request)).toBe('answer')
    expect(send.mock.calls).toEqual([[request], [request]])
    expect(recovery.recover.mock.calls).toEqual([[expired, 1000]])
  })

  it('puts right one thing after another, each once, and never goes on for ever', async () => {
    const recoveries = [recoveryOf(expired), recoveryOf(skewed)]
    const { call } = recovering([skewed, expired], recoveries)
    expect(await call(request)).toBe('answer')
    const stubborn = recovering([skewed, expired, skewed], recoveries)
    await expect(stubborn.call(request)).rejects.toBe(skewed)
    expect(stubborn.send).toHaveBeenCalledTimes(3)
  })

  it('tries anew for every request', async () => {
    const { send, call } = recovering([expired], [recoveryOf(expired)])
    await call(request)
    send.mockRejectedValueOnce(expired)
    expect(await call(request)).toBe('answer')
  })

  it('waits until it was put right', async () => {
    const recovery = recoveryOf(expired)
    const { send, call } = recovering([expired], [recovery])
    recovery.recover.mockImplementation(async () => {
      await Promise.resolve()
      expect(send).toHaveBeenCalledOnce()
      return true
    })
    expect(await call(request)).toBe('answer')
  })

  it.each<[string, Error, Partial<OssRequest>, boolean]>([
    ['is not among its causes', refusal('AccessDenied'), {}, true],
    ['could not be put right', expired, {}, false],
    ['is no refusal of OSS', Object.assign(new Error(), { code: expired.code }), {}, true],
    ['came to an upload that was stopped', expired, { signal: AbortSignal.abort() }, true],
    [
      'had a body that is gone',
      expired,
      { body: { size: 0, once: true, async *chunks() {} } },
      true,
    ],
  ])('throws what %s', async (_, error, more, works) => {
    const { send, call } = recovering([error], [recoveryOf(expired, works)])
    await expect(call({ ...request, ...more })).rejects.toBe(error)
    expect(send).toHaveBeenCalledOnce()
  })

  it('throws what went wrong in putting it right', async () => {
    const recovery = recoveryOf(expired)
    recovery.recover.mockRejectedValueOnce(new Error('no keys'))
    await expect(recovering([expired], [recovery]).call(request)).rejects.toThrow('no keys')
  })
})
