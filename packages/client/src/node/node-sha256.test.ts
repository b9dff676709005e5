import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { portableSha256 } from '../oss/portable-sha256.ts'
import { nodeSha256 } from './node-sha256.ts'

const text = fc.string({ unit: 'binary' })

describe('nodeSha256', () => {
  it('gives what the portable one gives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), text, (key, said) => {
        expect(nodeSha256.hash(said)).toBe(portableSha256.hash(said))
        expect(new Uint8Array(nodeSha256.hmac(key, said))).toEqual(portableSha256.hmac(key, said))
      }),
    )
  })

  it('refuses what is no text, as the portable one does', () => {
    for (const sha256 of [nodeSha256, portableSha256]) {
      expect(() => sha256.hash('\ud800')).toThrow('half a surrogate pair')
      expect(() => sha256.hmac(new Uint8Array(32), '\udfff')).toThrow('half a surrogate pair')
    }
  })
})
