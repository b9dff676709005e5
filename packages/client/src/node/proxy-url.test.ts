import { describe, expect, it } from 'vitest'
import { proxyUrl } from './proxy-url.ts'

describe('proxyUrl', () => {
  it.each([
    ['http://127.0.0.1:3128', 'http://127.0.0.1:3128'],
    [{ host: 'proxy.example', port: 3128 }, 'http://proxy.example:3128'],
    [{ protocol: 'https', hostname: 'proxy.example', port: '443' }, 'https://proxy.example:443'],
    [{ host: 'p', auth: 'me@work:a:b' }, 'http://me%40work:a%3Ab@p'],
  ])('of %j is %s', (proxy, url) => {
    expect(proxyUrl(proxy)).toBe(url)
  })

  it.each([
    '',
    'proxy.example:3128',
    'user:secret@',
    'ftp://p',
    {},
    { port: 1 },
    null,
    5,
    'http://a b',
  ])('is none for %j', (proxy) => {
    expect(proxyUrl(proxy)).toBeUndefined()
  })
})
