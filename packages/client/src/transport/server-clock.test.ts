import { describe, expect, it } from 'vitest'
import { createServerClock } from './server-clock.ts'

describe('createServerClock', () => {
  it('is our own clock until the server says what time it has', () => {
    const clock = { now: 1_000 }
    const server = createServerClock(() => clock.now)
    expect(server.now()).toBe(1_000)
    expect(server.learn('Tue, 03 Mar 2026 10:00:00 GMT')).toBe(true)
    expect(server.now()).toBe(Date.UTC(2026, 2, 3, 10))
    clock.now += 5
    expect(server.now()).toBe(Date.UTC(2026, 2, 3, 10) + 5)
  })

  it.each([undefined, '', 'soon'])('learns nothing from %j', (said) => {
    const server = createServerClock(() => 7)
    expect(server.learn(said)).toBe(false)
    expect(server.now()).toBe(7)
  })
})
