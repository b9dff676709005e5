import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLmdbMetadata } from './lmdb-metadata.ts'
import { buildProgram, run } from './store-program.contract.ts'

const [A, B] = [Buffer.from('a'), Buffer.from('b')]

/** Commits until that fails, or five times, and tells what happens. */
const PROGRAM = `
  import { writeSync } from 'node:fs'
  import { openLmdbMetadata } from './lmdb-metadata.ts'
  const metadata = await openLmdbMetadata(process.argv[2])
  const commit = () => metadata.commit(() => metadata.put(Buffer.from('a'), Buffer.alloc(1000)))
  try {
    for (let count = 0; count < 5; count++) {
      writeSync(1, 'begin\\n')
      await commit()
      writeSync(1, 'committed\\n')
    }
  } catch {
    await commit().catch((error) => writeSync(1, error.message + '\\n'))
  }
  writeSync(1, 'end\\n')
`

/** One thread for LMDB, so that the calls of its commits are counted together. */
const ONE_THREAD = ['-E', 'UV_THREADPOOL_SIZE=1']
const STRACE = 'strace'
const hasStrace = spawnSync(STRACE, ['-o', '/dev/null', 'true']).status === 0

describe('openLmdbMetadata', () => {
  let dir: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
  })

  afterEach(() => rm(dir, { recursive: true }))

  it('does nothing of a change that throws, and the others of its time as a whole', async () => {
    const metadata = await openLmdbMetadata(join(dir, 'metadata'))
    const failing = metadata.commit(() => {
      metadata.put(A, B)
      expect(String(metadata.get(A))).toBe('b')
      throw new Error('Not today.')
    })
    const other = metadata.commit(() => {
      metadata.put(B, A)
      return 'stored'
    })
    await expect(failing).rejects.toThrow('Not today.')
    expect(await other).toBe('stored')
    expect(metadata.get(A)).toBeUndefined()
    expect(String(metadata.get(B))).toBe('a')
    await metadata.close()
  })

  it.runIf(hasStrace)('is flushed to the disk before a commit resolves', async () => {
    const log = join(dir, 'calls')
    const calls = 'trace=write,writev,pwrite64,fdatasync,fsync'
    const slowly = 'inject=fdatasync:delay_enter=50000'
    const program = await buildProgram(dir, PROGRAM)
    const strace = [
      '-f',
      '-y',
      '-o',
      log,
      '-e',
      calls,
      '-e',
      slowly,
      ...ONE_THREAD,
      process.execPath,
      program,
    ]
    const traced = run(STRACE, [...strace, join(dir, 'metadata')])
    await traced.said('end')
    await traced.kill()

    const [opening, ...commits] = (await readFile(log, 'utf8')).split('"begin\\n"')
    expect(commits).toHaveLength(5)
    // The file would be of no use without its name.
    expect(opening).toMatch(/fsync\(\d+<[^>]*metadata>/)
    for (const commit of commits) {
      const [before = ''] = commit.split('"committed\\n"')
      // First the pages, then the root page that leads to them. That file is open with O_DSYNC.
      expect(before).toMatch(/write.*data\.mdb.*fdatasync.* = 0.*pwrite64.*data\.mdb/s)
    }
  })

  it.runIf(hasStrace)(
    'refuses to go on, rather than hang, when its root page is lost',
    async () => {
      const program = await buildProgram(dir, PROGRAM)
      const broken = [
        '-e',
        'trace=pwrite64',
        '-e',
        'inject=pwrite64:error=EIO:when=4+',
        ...ONE_THREAD,
      ]
      const strace = ['-f', '-o', '/dev/null', ...broken, process.execPath, program]
      const traced = run(STRACE, [...strace, join(dir, 'metadata')])
      await traced.said('end')
      await traced.kill()
      expect(traced.lines).toContain('committed')
      expect(traced.lines.at(-2)).toContain('can no longer be written. Restart.')
    },
  )
})
