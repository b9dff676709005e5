import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readFileSlice } from './read-file-slice.ts'
import { collect } from './store-samples.contract.ts'
import { disk } from './watched-fs.contract.ts'

vi.mock('node:fs/promises', async (importOriginal) => {
  const { watchedFs } = await import('./watched-fs.contract.ts')
  return watchedFs(await importOriginal())
})

describe('readFileSlice', () => {
  const bytes = randomBytes(1_500_000)
  let dir: string
  let path: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
    path = join(dir, 'file')
    await writeFile(path, bytes)
    Object.assign(disk, { asked: [], failing: '', takes: undefined, nameOf: () => 'file' })
  })

  afterEach(() => rm(dir, { recursive: true }))

  it.each([
    [0, 1_500_000],
    [0, 0],
    [7, 262_151],
    [262_144, 1_499_999],
  ])('gives bytes %i to %i', async (start, end) => {
    const read = await collect(readFileSlice(path, start, end))
    expect(Buffer.compare(read, bytes.subarray(start, end))).toBe(0)
  })

  it('leaves a piece alone while the next is read, also for other readers', async () => {
    const slowly = async () => {
      let at = 0
      for await (const piece of readFileSlice(path, 0, bytes.length)) {
        await setTimeout(5)
        expect(Buffer.compare(piece, bytes.subarray(at, at + piece.length))).toBe(0)
        at += piece.length
      }
      expect(at).toBe(bytes.length)
    }
    for (const _ of [1, 2]) await Promise.all([slowly(), slowly(), slowly()])
  })

  it('tells of a disk that fails when the piece is asked for, and closes the file', async () => {
    const pieces = readFileSlice(path, 0, bytes.length)
    await pieces.next()
    await pieces.next()
    disk.failing = 'read file'
    await pieces.next()
    await setTimeout(5)
    await expect(pieces.next()).rejects.toThrow('No space left')
    expect(disk.asked.at(-1)).toBe('close file')
  })
})
