import { describe, expect, it } from 'vitest'
import { crc64 } from '../oss/crc64.ts'
import type { FileHandle } from '../upload/file-handle.ts'
import { bytesOf } from '../upload/testing.contract.ts'
import { crc64Here } from './blob-crc64.ts'
import { fileSource } from './file-source.ts'
import { handleSource } from './handle-source.ts'

const bytes = new Uint8Array(bytesOf(200_000))

/** A file of the browser's own disk, which needs no picker and no permission. */
async function film(content: Uint8Array<ArrayBuffer> = bytes): Promise<FileSystemFileHandle> {
  const folder = await navigator.storage.getDirectory()
  const handle = await folder.getFileHandle('a film.mp4', { create: true })
  await write(handle, content)
  return handle
}

async function write(handle: FileSystemFileHandle, content: Uint8Array<ArrayBuffer>) {
  const writable = await handle.createWritable()
  await writable.write(content)
  await writable.close()
}

describe('handleSource', () => {
  it('is the file behind the handle, as if it had been picked, and the handle', async () => {
    const handle = await film()
    const source = await handleSource(handle, crc64Here)
    const picked = await fileSource(await handle.getFile(), crc64Here)
    expect(source).toMatchObject({ size: bytes.length, identity: picked.identity })
    expect(source.handle).toBe(handle)
    expect(await source.crc64?.(5, 100_000)).toBe(crc64(bytes.subarray(5, 100_000)))
  })

  it('is the file as it is now', async () => {
    const handle = await film()
    const { size } = await handleSource(handle, crc64Here)
    await write(handle, bytes.subarray(7))
    expect([size, (await handleSource(handle, crc64Here)).size]).toEqual([200_000, 199_993])
  })

  it('stays what it was: a file that is written to can not be read any more', async () => {
    const handle = await film()
    const source = await handleSource(handle, crc64Here)
    await write(handle, bytes.subarray(7))
    await expect(source.crc64?.(0, 10)).rejects.toHaveProperty('name', 'SourceChangedError')
  })

  it('says how to ask for the permission that is missing', async () => {
    const handle: FileHandle = {
      kind: 'file',
      name: 'a film.mp4',
      getFile: () => Promise.reject(new DOMException('no', 'NotAllowedError')),
    }
    await expect(handleSource(handle, crc64Here)).rejects.toMatchObject({
      name: 'NotAllowedError',
      code: 'NotAllowedError',
      message: expect.stringMatching(/"a film\.mp4".*nothing was sent.*requestPermission.*click/),
    })
  })

  it('leaves other errors as the browser has them', async () => {
    const handle = await film()
    await (await navigator.storage.getDirectory()).removeEntry(handle.name)
    await expect(handleSource(handle, crc64Here)).rejects.toHaveProperty('name', 'NotFoundError')
  })
})
