import { describe, expect, it, vi } from 'vitest'
import { crc64 } from '../oss/crc64.ts'
import { MiB } from '../oss/limits.ts'
import { bytesOf } from '../upload/testing.contract.ts'
import { crc64Here } from './blob-crc64.ts'

const bytes = new Uint8Array(bytesOf(8 * MiB))
const blob = new Blob([bytes])

describe('crc64Here in a page', () => {
  it('leaves the thread to others between its pieces', async () => {
    const { port1, port2 } = new MessageChannel()
    let turns = 0
    port1.onmessage = () => {
      turns++
      port2.postMessage(undefined)
    }
    port2.postMessage(undefined)
    const turnsAtPieces: number[] = []
    const watched = {
      size: blob.size,
      slice(start: number, end: number) {
        turnsAtPieces.push(turns)
        return blob.slice(start, end)
      },
    }
    expect(await crc64Here(watched)).toBe(crc64(bytes))
    port1.close()
    expect(turnsAtPieces).toHaveLength(8)
    expect(new Set(turnsAtPieces).size).toBe(8)
  })

  it('waits for no timer, which a hidden page gets but once a minute', async () => {
    vi.useFakeTimers()
    try {
      expect(await crc64Here(blob)).toBe(crc64(bytes))
    } finally {
      vi.useRealTimers()
    }
  })
})
