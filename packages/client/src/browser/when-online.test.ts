import { describe, expect, it } from 'vitest'
import { OssError } from '../oss/errors.ts'
import { httpResponse } from '../oss/testing.contract.ts'
import type { HttpRequest } from '../oss/transport.ts'
import { whenOnline } from './when-online.ts'

const lost = new OssError('lost', { name: 'RequestError', status: -1 })
const REQUEST: HttpRequest = {
  method: 'GET',
  origin: 'https://oss.test',
  path: '/',
  headers: {},
  timeouts: { connect: 1, stall: 1, answer: 1 },
}

/** A transport that fails so, or answers, in a browser that is offline until the test says otherwise. */
function browser(error?: Error) {
  const target = new EventTarget()
  const state = { online: false }
  const inner = { send: async () => (error ? Promise.reject(error) : httpResponse()) }
  const transport = whenOnline(inner, { target, isOnline: () => state.online })
  return {
    state,
    transport,
    goOnline() {
      state.online = true
      target.dispatchEvent(new Event('online'))
    },
  }
}

/** What has become of a promise by now. */
const soFar = (promise: Promise<unknown>) =>
  Promise.race([
    promise.catch((error) => error),
    new Promise((next) => setTimeout(next, 0, 'waits')),
  ])

describe('whenOnline', () => {
  it('tells of a failure when the browser is online again', async () => {
    const { transport, goOnline } = browser(lost)
    const sent = transport.send(REQUEST)
    expect(await soFar(sent)).toBe('waits')
    goOnline()
    await expect(sent).rejects.toBe(lost)
  })

  it('tells of it at once where the browser is online', async () => {
    const { transport, state } = browser(lost)
    state.online = true
    await expect(transport.send(REQUEST)).rejects.toBe(lost)
  })

  it('sends although the browser takes itself for offline', async () => {
    expect(await browser().transport.send(REQUEST)).toHaveProperty('status', 200)
  })

  it('does not hold back a refusal of OSS', async () => {
    const refused = new OssError('no', { name: 'AccessDeniedError', status: 403 })
    await expect(browser(refused).transport.send(REQUEST)).rejects.toBe(refused)
  })

  it('stops waiting with the signal', async () => {
    const stop = new AbortController()
    const sent = browser(lost).transport.send({ ...REQUEST, signal: stop.signal })
    expect(await soFar(sent)).toBe('waits')
    stop.abort('enough')
    await expect(sent).rejects.toBe('enough')
  })
})
