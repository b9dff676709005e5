import { describe, expect, it } from 'vitest'
import { isLoopbackHost } from './loopback.ts'

describe('isLoopbackHost', () => {
  it.each(['localhost', '127.0.0.1', '127.255.0.3', '::1', '::ffff:127.0.0.1'])(
    '%s is this machine',
    (host) => expect(isLoopbackHost(host)).toBe(true),
  )

  it.each([
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '::ffff:10.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
    'x127.0.0.1',
  ])('%j may be another', (host) => expect(isLoopbackHost(host)).toBe(false))
})
