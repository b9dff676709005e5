import { describe, expect, it } from 'vitest'
import { readBlob } from './read-blob.ts'

describe('readBlob', () => {
  it('gives the bytes', async () => {
    expect(await readBlob(new Blob(['abc']))).toEqual(new TextEncoder().encode('abc'))
    expect(await readBlob(new Blob())).toEqual(new Uint8Array())
  })

  it('notices that a file has become shorter', async () => {
    const blob = new Blob(['abc'])
    blob.arrayBuffer = async () => new ArrayBuffer(2)
    await expect(readBlob(blob)).rejects.toThrow('only 2 of 3 bytes could be read')
  })
})
