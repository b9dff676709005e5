import { describe, expect, it } from 'vitest'
import { en } from '../texts/en.ts'
import type { Item } from '../uploads/state.ts'
import { statusText } from './status-text.ts'

const MiB = 1024 * 1024
const item: Item = {
  id: 1,
  name: 'a',
  size: 100 * MiB,
  phase: 'uploading',
  sent: 25 * MiB,
  bytesPerSecond: 5 * MiB,
}
const says = (change: Partial<Item>) =>
  statusText({ ...item, ...change }, { texts: en, locale: 'en' })

describe('statusText', () => {
  it('says how far, how fast and how long', () => {
    expect(says({})).toBe('25% · 25.0 MB of 100 MB · 5.0 MB/s · 15 sec left')
  })

  it('says no speed where nothing moves', () => {
    expect(says({ bytesPerSecond: 0 })).toBe('25% · 25.0 MB of 100 MB')
  })

  it('says where it stopped', () => {
    expect(says({ phase: 'paused' })).toBe('Paused · 25%')
    expect(says({ phase: 'failed' })).toBe('Failed · 25%')
    expect(says({ phase: 'failed', sent: 0 })).toBe('Failed')
  })

  it('says only the phase where there is no more to say', () => {
    expect(says({ phase: 'waiting' })).toBe('Waiting')
    expect(says({ phase: 'completing' })).toBe('Checking what arrived')
  })

  it('says that a file is verified only if its checksum could be seen', () => {
    const rest = {
      bucket: 'media',
      contentType: undefined,
      lastModified: undefined,
      requestId: undefined,
    }
    const stored = (crc64: string | undefined) => ({ ...rest, etag: 'E', crc64 })
    expect(says({ phase: 'done', stored: stored('1') })).toBe('Uploaded and verified')
    expect(says({ phase: 'done', stored: stored(undefined) })).toBe('Uploaded')
  })

  it('divides nothing by nothing', () => {
    expect(says({ size: 0, sent: 0, bytesPerSecond: 0 })).toBe('0% · 0 B of 0 B')
  })
})
