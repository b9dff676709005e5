import { describe, expect, it, vi } from 'vitest'
import { OssError } from '../oss/errors.ts'
import type { OssRequest } from '../oss/request.ts'
import { type Recovery, withRecovery } from './recovery.ts'

const request: OssRequest = { operation: 'UploadPart', method: 'PUT' }
const refusal = (code: string) => new OssError(code, { name: `${code}Error`, code, status: 403 })

/** A `send` that has these outcomes one after the other. */
function outcomes(...rest: unknown[]) {
  return vi.fn(async (_: OssRequest) => {
    const outcome = rest.shift()
    if (outcome instanceof Error) throw outcome
    return outcome
  })
}

function recovery(code: string, worked = true): Recovery & { recover: ReturnType<typeof vi.fn> } {
  return { applies: (error) => error.code === code, recover: vi.fn(async () => worked) }
}

describe('withRecovery', () => {
  it('sends again what was put right, and says when the refused request was signed', async () => {
    const clock = recovery('Skewed')
    const error = refusal('Skewed')
    const send = outcomes(error, 'answer')
    expect(await withRecovery(send, [clock], () => 42)(request)).toBe('answer')
    expect(send).toHaveBeenCalledTimes(2)
    expect(clock.recover).toHaveBeenCalledExactlyOnceWith(error, 42)
  })

  it('tries each recovery once: a server that goes on refusing is not asked for ever', async () => {
    const send = outcomes(...Array.from({ length: 9 }, () => refusal('Skewed')))
    await expect(withRecovery(send, [recovery('Skewed')], () => 0)(request)).rejects.toThrow()
    expect(send).toHaveBeenCalledTimes(2)
  })

  it('puts one thing right after the other', async () => {
    const recoveries = [recovery('Skewed'), recovery('Expired')]
    const send = outcomes(refusal('Expired'), refusal('Skewed'), 'answer')
    expect(await withRecovery(send, recoveries, () => 0)(request)).toBe('answer')
  })

  it.each<[string, Recovery, Partial<OssRequest>]>([
    ['nothing could be put right', recovery('Skewed', false), {}],
    ['nobody knows what to do', recovery('Other'), {}],
    [
      'its body can be read only once',
      recovery('Skewed'),
      { body: { size: 1, once: true, chunks: vi.fn() } },
    ],
    ['it was aborted', recovery('Skewed'), { signal: AbortSignal.abort() }],
  ])('does not send again when %s', async (_, one, more) => {
    const error = refusal('Skewed')
    const send = outcomes(error, 'answer')
    await expect(withRecovery(send, [one], () => 0)({ ...request, ...more })).rejects.toBe(error)
    expect(send).toHaveBeenCalledOnce()
  })
})
