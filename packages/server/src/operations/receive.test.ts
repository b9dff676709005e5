import { describe, expect, it, vi } from 'vitest'
import { testRequest } from '../protocol/test-request.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { nameOrDiscard, receiveBlob, receiveDocument } from './receive.ts'

describe('receiveBlob', () => {
  it('stops at 5 GB of a body without announced length', async () => {
    const gigabyte = new Uint8Array(1024 ** 3)
    let sent = 0
    const body = (function* () {
      for (;;) {
        sent++
        yield gigabyte
      }
    })()
    const headers = { 'transfer-encoding': 'chunked' }
    const store = createMemoryStore()
    store.writeBlob = async (bytes) => {
      for await (const _ of bytes);
      throw new Error('The body ended.')
    }
    await expect(receiveBlob(testRequest({ headers, body }), store)).rejects.toMatchObject({
      code: 'EntityTooLarge',
      status: 400,
    })
    expect(sent).toBe(6)
  })
})

describe('nameOrDiscard', () => {
  it('discards the blob when it gets no name, and only then', async () => {
    const store = createMemoryStore()
    const discard = vi.spyOn(store, 'discardBlob')
    const headers = { 'content-length': '0' }
    const blob = await receiveBlob(testRequest({ headers }), store)
    expect(await nameOrDiscard(store, blob, async () => 'named')).toBe('named')
    expect(discard).not.toHaveBeenCalled()
    const refused = nameOrDiscard(store, blob, () => Promise.reject(new Error('no')))
    await expect(refused).rejects.toThrow('no')
    expect(discard).toHaveBeenCalledExactlyOnceWith(blob)
  })
})

describe('receiveDocument', () => {
  it('reads no further than its limit', async () => {
    let sent = 0
    const body = (function* () {
      for (;;) {
        sent++
        yield Buffer.alloc(600)
      }
    })()
    const headers = { 'transfer-encoding': 'chunked' }
    await expect(receiveDocument(testRequest({ headers, body }), 1000)).rejects.toMatchObject({
      code: 'MalformedXML',
    })
    expect(sent).toBe(2)
  })

  it('keeps what came in chunks that are used again', async () => {
    const chunk = Buffer.alloc(3)
    const body = (function* () {
      for (const text of ['one', 'two', 'six']) {
        chunk.write(text)
        yield chunk
      }
    })()
    const headers = { 'content-length': '9' }
    const document = await receiveDocument(testRequest({ headers, body }), 1000)
    expect(String(document)).toBe('onetwosix')
  })
})
