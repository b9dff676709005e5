import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CHECKPOINT } from '../upload/checkpoint-store.contract.ts'
import { readRecord, writeRecord } from './checkpoint-record.ts'

const STORED = { key: 'media/é 💾', checkpoint: CHECKPOINT, savedAt: 1_767_322_800_000 }
const TEXT = writeRecord(STORED)

describe('readRecord', () => {
  it('gives back what was written', () => {
    expect(readRecord(TEXT)).toEqual(STORED)
  })

  it('believes nothing that is torn, at whatever byte', () => {
    const bytes = Buffer.from(TEXT)
    for (let size = 0; size < bytes.length; size++) {
      expect(readRecord(bytes.toString('utf8', 0, size)), `${size} bytes`).toBeUndefined()
    }
  })

  it('believes nothing in which one bit is another', () => {
    const bytes = Buffer.from(TEXT)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(readRecord(flipped.toString()), `bit ${bit}`).toBeUndefined()
    }
  })

  it('believes nothing that has more to it: blanks, zeros, a second record', () => {
    for (const more of [' ', '\n', '\0', '\0'.repeat(4_096), TEXT]) {
      expect(readRecord(TEXT + more)).toBeUndefined()
      expect(readRecord(more + TEXT)).toBeUndefined()
    }
  })

  it.each([
    '',
    ' ',
    'null',
    'true',
    '7',
    '"text"',
    '[]',
    '{}',
    '{"version":1}',
    '{"__proto__":{"version":1}}',
    '\0'.repeat(1_000),
    '\u{feff}{}',
    '['.repeat(1_000_000),
  ])('believes no nonsense (number %#)', (text) => {
    expect(readRecord(text)).toBeUndefined()
  })

  it('believes no checksum of somebody else’s fields', () => {
    expect(readRecord(forged({}))).toEqual(STORED)
    const changed = TEXT.replace(CHECKPOINT.uploadId, 'another')
    expect(changed).not.toBe(TEXT)
    expect(readRecord(changed)).toBeUndefined()
  })

  it.each([
    ['another version', { version: 2 }],
    ['no version', { version: undefined }],
    ['a version as text', { version: '1' }],
    ['no key', { key: undefined }],
    ['a key that is no text', { key: 7 }],
    ['no time', { savedAt: undefined }],
    ['a time as text', { savedAt: 'yesterday' }],
    ['no checkpoint', { checkpoint: undefined }],
    ['an empty checkpoint', { checkpoint: {} }],
    ['a checkpoint of no part size', { checkpoint: { ...CHECKPOINT, partSize: 0 } }],
    ['a part that can not be', { checkpoint: { ...CHECKPOINT, doneParts: [{ number: 10_001 }] } }],
    ['more than is known', { more: true }],
    ['a prototype', JSON.parse('{"__proto__":{"polluted":true}}')],
  ])('believes no record with %s, even under the right checksum', (_, fields) => {
    expect(readRecord(forged(fields))).toBeUndefined()
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
})

/** The record of a program that knows how ours are sealed. */
function forged(fields: object): string {
  const { key, checkpoint, savedAt } = STORED
  const record = JSON.stringify({ version: 1, savedAt, key, checkpoint, ...fields })
  const checksum = createHash('sha256').update(record).digest('hex')
  return `${record.slice(0, -1)},"checksum":"${checksum}"}`
}
