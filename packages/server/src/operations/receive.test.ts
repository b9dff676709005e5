import { describe, expect, it } from 'vitest'
import { testRequest } from '../protocol/test-request.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { receiveBlob, receiveDocument } from './receive.ts'

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
})
