import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { arriving } from './store-samples.contract.ts'
import { writeNewFile } from './write-new-file.ts'

describe('writeNewFile', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
  })

  afterEach(() => rm(dir, { recursive: true }))

  it('gives size and checksums of what it wrote', async () => {
    const sums = await writeNewFile(join(dir, 'new'), arriving('1234', '', '56789'))
    expect(sums).toEqual({
      size: 9,
      md5: '25F9E794323B453885F5181F1B624D0B',
      crc64: 0x995dc9bbdf1939fan,
    })
    expect(await readFile(join(dir, 'new'), 'utf8')).toBe('123456789')
  })

  it('never writes over a file, nor through a planted link', async () => {
    await writeFile(join(dir, 'old'), 'precious')
    await expect(writeNewFile(join(dir, 'old'), arriving('text'))).rejects.toThrow('EEXIST')
    expect(await readFile(join(dir, 'old'), 'utf8')).toBe('precious')
    await symlink(join(dir, 'outside'), join(dir, 'link'))
    await expect(writeNewFile(join(dir, 'link'), arriving('text'))).rejects.toThrow('EEXIST')
    await expect(stat(join(dir, 'outside'))).rejects.toThrow('ENOENT')
  })

  it('has done with a chunk before it asks for the next', async () => {
    const chunk = Buffer.alloc(100_000)
    async function* intoOneBuffer() {
      for (let number = 0; number < 10; number++) yield chunk.fill(number)
    }
    await writeNewFile(join(dir, 'new'), intoOneBuffer())
    const expected = Array.from({ length: 10 }, (_, number) => Buffer.alloc(chunk.length, number))
    expect(Buffer.compare(await readFile(join(dir, 'new')), Buffer.concat(expected))).toBe(0)
  })
})
