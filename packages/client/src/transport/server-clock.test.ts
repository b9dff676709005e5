import { describe, expect, it } from 'vitest'
import { createServerClock } from './server-clock.ts'

describe('createServerClock', () => {
  const server = Date.UTC(2026, 0, 2, 3, 4, 5)

  it('believes our clock as long as nobody says otherwise', () => {
    expect(createServerClock(() => 1000).now()).toBe(1000)
  })

  it.each([
    ['behind', server - 3_600_000],
    ['ahead', server + 3_600_000],
  ])('goes with the server when ours is an hour %s', (_, ours) => {
    let now = ours
    const clock = createServerClock(() => now)
    expect(clock.learn('2026-01-02T03:04:05.000Z')).toBe(true)
    expect(clock.now()).toBe(server)
    now += 500
    expect(clock.now()).toBe(server + 500)
  })

  it('reads the Date of an answer too, and lets the latest word count', () => {
    const clock = createServerClock(() => 0)
    clock.learn('2020-01-01T00:00:00.000Z')
    expect(clock.learn('Fri, 02 Jan 2026 03:04:05 GMT')).toBe(true)
    expect(clock.now()).toBe(server)
  })

  it.each([undefined, '', 'yesterday', '2026-13-01T00:00:00Z'])(
    'learns nothing from %j',
    (time) => {
      const clock = createServerClock(() => 1000)
      expect(clock.learn(time)).toBe(false)
      expect(clock.now()).toBe(1000)
    },
  )
})
