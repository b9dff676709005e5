import { createHash } from 'node:crypto'
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gate } from '../async/testing.contract.ts'
import { lockFile } from './process-lock.ts'
import { markOf, type ProcessMark } from './running-process.ts'
import { temporaryFolder } from './testing-checkpoints.contract.ts'

const refuse = ({ pid }: ProcessMark) => new Error(`in the hands of ${pid}`)
const lock = (path: string) => lockFile(path, { refuse })
const BUSY = `in the hands of ${process.pid}`

describe('lockFile', () => {
  it('says in the file whose it is, for the owner’s eyes alone', async () => {
    const path = lockPath()
    await lock(path)
    const text = await readFile(path, 'utf8')
    expect(JSON.parse(text)).toEqual({
      ...(await markOf(process.pid)),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(await filesBeside(path)).toEqual(['a.lock'])
  })

  it('leaves nothing behind when it is given back, nor when it is refused', async () => {
    const path = lockPath()
    const unlock = await lock(path)
    await expect(lock(path)).rejects.toThrow(BUSY)
    await expect(lock(path)).rejects.toThrow(BUSY)
    expect(await filesBeside(path)).toEqual(['a.lock'])
    await unlock()
    await unlock()
    expect(await filesBeside(path)).toEqual([])
  })

  it('gives back its own lock alone', async () => {
    const path = lockPath()
    const unlock = await lock(path)
    await writeFile(`${path}.other`, 'another lock, put there by somebody who removed ours')
    await rename(`${path}.other`, path)
    await unlock()
    expect(await filesBeside(path)).toEqual(['a.lock'])
  })
})

describe('a lock that can not be given back', () => {
  it('is given back before this process takes another one', async () => {
    const path = lockPath()
    const unlock = await lock(path)
    const folder = dirname(path)
    await rename(folder, `${folder}.away`)
    await writeFile(folder, 'in the way')
    await expect(unlock()).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(lock(path)).rejects.toMatchObject({ code: 'ENOTDIR' })
    await rm(folder)
    await rename(`${folder}.away`, folder)
    const others = await Promise.allSettled([lock(path), lock(path), lock(`${path}.other`)])
    expect(others.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await filesBeside(path)).toEqual(['a.lock', 'a.lock.other'])
  })
})

describe('the lock of a dead process', () => {
  it('is taken over', async () => {
    const path = lockPath()
    await writeFile(path, deadLock())
    const unlock = await lock(path)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid })
    expect(await filesBeside(path)).toEqual(['a.lock'])
    await unlock()
    expect(await filesBeside(path)).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'is taken over when its number is another process’s by now',
    async () => {
      const path = lockPath()
      await lock(path)
      const text = await readFile(path, 'utf8')
      await writeFile(path, text.replace(/ \d+"/, ' 1"'))
      await (await lock(path))()
    },
  )

  it('is left alone while its process lives, also where a start is not known', async () => {
    const path = lockPath()
    await writeFile(path, JSON.stringify({ pid: process.pid, id: 'a' }))
    await expect(lock(path)).rejects.toThrow(BUSY)
  })

  it('goes to one alone of ten who ask at once', async () => {
    for (let round = 0; round < 10; round++) {
      const path = lockPath()
      await writeFile(path, deadLock())
      const answers = await Promise.allSettled(Array.from({ length: 10 }, () => lock(path)))
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const answer of answers) {
        if (answer.status === 'rejected') expect(answer.reason.message).toBe(BUSY)
      }
      expect(await filesBeside(path)).toEqual(['a.lock'])
    }
  })

  it('is not taken over twice by one who found it dead before somebody else took it', async () => {
    const path = lockPath()
    await writeFile(path, deadLock())
    const slow = slowTaker(path)
    await slow.decided
    const unlock = await lock(path)
    const taken = await readFile(path, 'utf8')
    slow.goOn()
    await expect(slow.lock).rejects.toThrow(BUSY)
    expect(await readFile(path, 'utf8')).toBe(taken)
    await unlock()
    expect(await filesBeside(path)).toEqual([])
  })

  it('is not mistaken for the lock that a third one holds by now', async () => {
    const path = lockPath()
    await writeFile(path, deadLock())
    const slow = slowTaker(path)
    await slow.decided
    await (await lock(path))()
    await lock(path)
    const third = await readFile(path, 'utf8')
    slow.goOn()
    await expect(slow.lock).rejects.toThrow(BUSY)
    expect(await readFile(path, 'utf8')).toBe(third)
    expect(await filesBeside(path)).toEqual(['a.lock'])
  })

  it('is free for the slow one when the fast one has given it back', async () => {
    const path = lockPath()
    await writeFile(path, deadLock())
    const slow = slowTaker(path)
    await slow.decided
    await (await lock(path))()
    slow.goOn()
    await (await slow.lock)()
    expect(await filesBeside(path)).toEqual([])
  })

  it('is taken over when somebody died while he took it over, and so on', async () => {
    const path = lockPath()
    const [first, second, third] = [deadLock(), deadLock(), deadLock()]
    await writeFile(path, first)
    await writeFile(turnOf(path, first), second)
    await writeFile(turnOf(turnOf(path, first), second), third)
    const unlock = await lock(path)
    expect(await filesBeside(path)).toEqual(['a.lock'])
    await unlock()
  })

  it('is left to somebody alive who takes it over', async () => {
    const path = lockPath()
    const dead = deadLock()
    await writeFile(path, dead)
    await writeFile(turnOf(path, dead), JSON.stringify({ ...(await markOf(process.pid)), id: 'b' }))
    await expect(lock(path)).rejects.toThrow(BUSY)
    expect(await readFile(path, 'utf8')).toBe(dead)
  })
})

describe('a lock that says nothing', () => {
  const NONSENSE = [
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '{"pid":0}',
    '{"pid":-1}',
    '{"pid":1.5}',
    '{"pid":"1"}',
    '{"__proto__":{"pid":1}}',
    '[['.repeat(1_000),
    'x'.repeat(5_000),
    `{"pid":${process.pid},`,
    `{"pid":${process.pid + 2 ** 32}}`,
  ]

  it.each(NONSENSE)('such as %j is taken over, whatever time it is', async (text) => {
    const path = lockPath()
    await writeFile(path, text)
    const tomorrow = Date.now() / 1_000 + 86_400
    await utimes(path, tomorrow, tomorrow)
    await (await lock(path))()
    expect(await filesBeside(path)).toEqual([])
  })

  it('goes to one alone of ten who ask at once', async () => {
    const path = lockPath()
    await lock(path)
    await truncate(path, 0)
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => lock(path)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('may be a planted link, which is replaced and not followed', async () => {
    const path = lockPath()
    await lock(`${path}.living`)
    await symlink(`${path}.living`, path)
    const unlock = await lock(path)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid })
    await unlock()
    expect(await filesBeside(path)).toEqual(['a.lock.living'])
  })

  it('may be a folder, which is left alone with the system’s error', async () => {
    const path = lockPath()
    await mkdir(path)
    await expect(lock(path)).rejects.toMatchObject({ code: 'EISDIR' })
    expect(await filesBeside(path)).toEqual(['a.lock'])
  })
})

function lockPath(): string {
  return join(temporaryFolder(), 'a.lock')
}

async function filesBeside(path: string): Promise<string[]> {
  return (await readdir(dirname(path))).sort()
}

let deaths = 0

/** The lock of a process of a former boot. */
function deadLock(): string {
  return JSON.stringify({ pid: process.pid, startedAt: 'former 1', id: `dead ${deaths++}` })
}

/** Who may replace the lock `text` at `path` holds the lock of this name. */
function turnOf(path: string, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  return join(dirname(path), `${basename(path)}.${hash}.turn`)
}

/** Finds the owner dead, and then does nothing until it is told to. */
function slowTaker(path: string) {
  const decided = gate()
  const told = gate()
  const taking = lockFile(path, {
    refuse,
    async isRunning({ startedAt }) {
      if (startedAt !== 'former 1') return true
      decided.open()
      await told.passed
      return false
    },
  })
  taking.catch(() => {})
  return { decided: decided.passed, goOn: told.open, lock: taking }
}
