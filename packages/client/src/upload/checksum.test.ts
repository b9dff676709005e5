import { describe, expect, it, vi } from 'vitest'
import { gate, turn } from '../async/testing.contract.ts'
import { bytesBody } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import { utf8 } from '../oss/encode.ts'
import { readBody } from '../oss/response.ts'
import { checksummed, crc64Of } from './checksum.ts'

const bytes = utf8('the bytes of a part')
const body = {
  size: bytes.byteLength,
  async *chunks() {
    yield bytes.subarray(0, 5)
    yield bytes.subarray(5)
  },
}

describe('checksummed', () => {
  it('is the same body, whose CRC-64 is known when it has been read', async () => {
    const taken = checksummed(body)
    expect(taken.body.size).toBe(bytes.byteLength)
    expect(await readBody(taken.body.chunks())).toEqual(bytes)
    expect(await taken.crc64()).toBe(crc64(bytes))
  })

  it('counts from the beginning when the body is read again after half of it was sent', async () => {
    const taken = checksummed(body)
    for await (const _ of taken.body.chunks()) break
    await readBody(taken.body.chunks())
    expect(await taken.crc64()).toBe(crc64(bytes))
  })

  it('is of the bytes that were read the last time', async () => {
    let text = 'first'
    const changing = { size: 5, chunks: () => bytesBody(utf8(text)).chunks() }
    const taken = checksummed(changing)
    await readBody(taken.body.chunks())
    text = 'other'
    await readBody(taken.body.chunks())
    expect(await taken.crc64()).toBe(crc64(utf8('other')))
  })

  it('is of the Blob where the body is sent as one, read by whoever can do it elsewhere', async () => {
    const asked: (AbortSignal | undefined)[] = []
    const blob = new Blob([bytes])
    const crc64 = async (signal?: AbortSignal) => BigInt(asked.push(signal))
    const taken = checksummed({ ...body, blob: () => blob, crc64 })
    expect(asked).toEqual([])
    expect(taken.body.blob?.()).toBe(blob)
    expect(await taken.crc64()).toBe(1n)
    taken.body.blob?.()
    expect(await taken.crc64()).toBe(2n)
    expect(asked.map((signal) => signal?.aborted)).toEqual([true, false])
    taken.stop()
    expect(asked.map((signal) => signal?.aborted)).toEqual([true, true])
  })

  it('reads the chunks for it where nobody else can', async () => {
    const taken = checksummed({ ...body, blob: () => new Blob([bytes]) })
    taken.body.blob?.()
    expect(await taken.crc64()).toBe(crc64(bytes))
  })

  it('tells of a Blob that can not be read when it is asked, and never otherwise', async () => {
    const unreadable = new Error('NotReadableError')
    const crc64 = () => Promise.reject(unreadable)
    const taken = checksummed({ ...body, blob: () => new Blob([bytes]), crc64 })
    taken.body.blob?.()
    await new Promise((resolve) => setTimeout(resolve))
    await expect(taken.crc64()).rejects.toBe(unreadable)
  })

  it('keeps that a body can be read only once', () => {
    expect(checksummed({ ...body, once: true }).body.once).toBe(true)
  })
})

describe('crc64Of', () => {
  it('reads the whole body', async () => {
    expect(await crc64Of(body)).toBe(crc64(bytes))
  })

  it('does not wait for bytes that do not come, and reads on no further, when it is stopped', async () => {
    const stop = new AbortController()
    const slow = gate()
    const read = vi.fn()
    const chunks = async function* () {
      for (let chunk = 0; chunk < 3; chunk++) {
        read()
        await slow.passed
        yield bytes
      }
    }
    const sum = crc64Of({ chunks }, stop.signal)
    await turn()
    stop.abort('enough')
    await expect(sum).rejects.toBe('enough')
    slow.open()
    await turn()
    expect(read).toHaveBeenCalledOnce()
  })
})
