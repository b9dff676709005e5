import { describe, expect, it } from 'vitest'
import { OssError } from '../oss/errors.ts'
import { networkError, timeoutError } from './network-error.ts'

const origin = 'https://bkt.oss-cn-hangzhou.aliyuncs.com'
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })

describe('networkError', () => {
  it.each([
    [false, 'RequestError', 'while connecting to'],
    [true, 'ResponseError', 'while talking to'],
  ])('says whether there was a connection (%s)', (connected, name, said) => {
    const error = networkError(reset, origin, connected)
    expect(error).toBeInstanceOf(OssError)
    expect(error).toMatchObject({ name, code: name, status: -1, cause: reset })
    expect(error.message).toBe(`read ECONNRESET (${said} ${origin})`)
  })

  it('tells the first reason where several addresses were tried', () => {
    const all = new AggregateError([reset, new Error('second')])
    expect(networkError(all, origin, false)).toMatchObject({
      message: expect.stringContaining('read ECONNRESET'),
      cause: all,
    })
  })
})

describe('timeoutError', () => {
  it.each([
    ['connect', 'ConnectionTimeoutError', 'Connect timeout: there was no connection for 1500ms'],
    ['stall', 'ResponseTimeoutError', 'Response timeout: not one byte moved for 2500ms'],
    ['answer', 'ResponseTimeoutError', 'Response timeout: there was no answer for 3500ms'],
  ] as const)(
    'of %s is a %s that says how long, with whom, and what can be done',
    (which, name, said) => {
      const timeouts = { connect: 1_500, stall: 2_500, answer: 3_500 }
      const error = timeoutError(which, timeouts, origin)
      expect(error).toMatchObject({ name, code: name, status: -2 })
      expect(error.message).toContain(`${said} with ${origin}`)
      expect(error.message).toMatch(/increase the timeout$/)
    },
  )
})
