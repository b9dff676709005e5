import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from './folder-lock.ts'
import { buildProgram, run } from './store-program.contract.ts'

/** Locks the folder in its argument and stays. */
const PROGRAM = `
  import { lockFolder } from './folder-lock.ts'
  await lockFolder(process.argv[2])
  console.log('locked')
  setInterval(() => {}, 1000)
`

describe('lockFolder', () => {
  let dir: string
  let other: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
    other = await mkdtemp(join(tmpdir(), 'oss-local-'))
  })

  afterEach(async () => {
    await rm(dir, { recursive: true })
    await rm(other, { recursive: true })
  })

  it('lets a process use a folder once, until it gives it up', async () => {
    const unlock = await lockFolder(dir)
    await expect(lockFolder(dir)).rejects.toThrow('already open in this process')
    const unlockOther = await lockFolder(other)
    await unlock()
    await (await lockFolder(dir))()
    await unlockOther()
    expect(await readdir(dir)).toEqual([])
  })

  it('refuses a folder that another process uses, and names it, until that is killed', async () => {
    const owner = run(process.execPath, [await buildProgram(other, PROGRAM), dir])
    try {
      await owner.said('locked')
      await expect(lockFolder(dir)).rejects.toThrow(`in use by process ${owner.process.pid}.`)
      expect(await readdir(dir)).toHaveLength(1)
    } finally {
      await owner.kill()
    }
    await (await lockFolder(dir))()
    expect(await readdir(dir)).toEqual([])
  })

  // Windows tells no start time without a tool that takes a second.
  it.skipIf(process.platform === 'win32')(
    'is not fooled by a process that got the id of a dead one',
    async () => {
      await writeFile(join(dir, `lock-${process.ppid}-startedAtAnotherTime`), '')
      await (await lockFolder(dir))()
      expect(await readdir(dir)).toEqual([])
    },
  )

  it('leaves files alone that are not locks', async () => {
    const names = ['lock', 'lock-1', 'lock-x-1', 'my-lock-1-1', 'lock-1-1.txt']
    for (const name of names) await writeFile(join(dir, name), '')
    await (await lockFolder(dir))()
    expect((await readdir(dir)).toSorted()).toEqual(names.toSorted())
  })
})
