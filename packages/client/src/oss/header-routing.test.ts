import { describe, expect, it } from 'vitest'
import { routeHeaders } from './header-routing.ts'

/** Which requests of an upload a header goes with. */
function routeOf(name: string): string[] {
  return Object.entries(routeHeaders({ [name]: 'value' }))
    .filter(([, headers]) => headers[name] === 'value')
    .map(([request]) => request)
}

describe('routeHeaders', () => {
  it.each([
    'content-type',
    'cache-control',
    'content-disposition',
    'content-encoding',
    'expires',
    'x-oss-meta-year',
    'x-oss-tagging',
    'x-oss-storage-class',
    'x-oss-server-side-encryption',
    'x-oss-server-side-encryption-key-id',
    'x-custom',
  ])('sends %s with Initiate alone', (name) => {
    expect(routeOf(name)).toEqual(['initiate'])
  })

  it.each(['x-oss-forbid-overwrite', 'x-oss-object-acl'])(
    'sends %s with Initiate and Complete, not with the parts',
    (name) => {
      expect(routeOf(name)).toEqual(['initiate', 'complete'])
    },
  )

  it.each(['x-oss-callback', 'x-oss-callback-var', 'x-oss-complete-all'])(
    'sends %s with Complete alone',
    (name) => {
      expect(routeOf(name)).toEqual(['complete'])
    },
  )

  it('sends x-oss-traffic-limit with the parts alone', () => {
    expect(routeOf('x-oss-traffic-limit')).toEqual(['part'])
  })

  it('sends x-oss-request-payer with every request', () => {
    expect(routeOf('x-oss-request-payer')).toEqual(['initiate', 'part', 'complete'])
  })

  it.each(['content-md5', 'content-length', 'x-oss-hash-crc64ecma'])(
    'sends %s with nothing: it would be wrong for the bytes of any one request',
    (name) => {
      expect(routeOf(name)).toEqual([])
    },
  )

  it('leaves the headers it is given alone', () => {
    const headers = Object.freeze({ 'content-type': 'a/b', 'content-md5': 'c' })
    expect(routeHeaders(headers)).toEqual({
      initiate: { 'content-type': 'a/b' },
      part: {},
      complete: {},
    })
  })
})
