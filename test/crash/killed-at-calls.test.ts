import { describe, expect, it, type TestContext, vi } from 'vitest'
import { startFlow } from '../flow/testing.ts'
import { type KilledUpload, killedUpload, type Toll } from './killed-upload.ts'
import { needs } from './needs.ts'

const flow = await startFlow()
// Many processes are begun, one after the other.
vi.setConfig({ testTimeout: 120_000 })

/**
 * What a script asks of the system to claim, save, remove and release a checkpoint, by the names that
 * systems have for it, and how often: when its upload is new, and when its first process was killed.
 */
const CALLS: readonly [string, { fresh: number; resumed: number }][] = [
  ['mkdir,mkdirat', { fresh: 1, resumed: 0 }],
  ['chmod,fchmodat', { fresh: 1, resumed: 0 }],
  ['fchmod', { fresh: 2, resumed: 1 }],
  ['fsync', { fresh: 4, resumed: 1 }],
  ['link,linkat', { fresh: 1, resumed: 2 }],
  ['rename,renameat,renameat2', { fresh: 1, resumed: 1 }],
  ['unlink,unlinkat', { fresh: 3, resumed: 3 }],
]

/** OSS has begun the upload, and its id has no name on the disk yet: [call, which time]. */
const BEFORE_ITS_ID_IS_SAVED = ['fchmod 2', 'fsync 3', 'rename,renameat,renameat2 1']

describe.concurrent.each(CALLS)('a script that is killed as it calls %s', (call, times) => {
  it('in a new upload goes on when it is run again', async (test) => {
    const tolls = await killAtEach(test, call, async () => {})
    const orphans = tolls.flatMap((toll, index) => (toll.orphans ? [`${call} ${index + 1}`] : []))
    expect(orphans).toEqual(BEFORE_ITS_ID_IS_SAVED.filter((point) => point.startsWith(`${call} `)))
    expect(tolls).toHaveLength(times.fresh)
  })

  it('when it goes on with an upload goes on once more', async (test) => {
    const tolls = await killAtEach(test, call, killAtPartTwo)
    expect(tolls.filter(({ orphans }) => orphans > 0)).toEqual([])
    expect(tolls).toHaveLength(times.resumed)
  })
})

/** Kills an upload at its first such call, another one at its second, and so on until one is not hit. */
async function killAtEach(
  test: TestContext,
  call: string,
  before: (upload: KilledUpload) => Promise<void>,
): Promise<Toll[]> {
  needs(test, ['strace', '-o', '/dev/null', 'true'], 'On Debian: apt-get install strace')
  const tolls: Toll[] = []
  for (let time = 1; ; time++) {
    const name = `${call} ${time} ${test.task.id}`
    const upload = await killedUpload(flow, { name, parts: 3, parallel: 2 })
    await before(upload)
    const end = await upload.start(killingAt(call, time)).ended
    if (end === '0') return tolls
    expect(end).toBe('SIGKILL')
    tolls.push(await upload.finish())
  }
}

/** A program that runs another one, and kills it when it makes such a call the `time`-th time. */
function killingAt(call: string, time: number): string[] {
  // Not each of these names is known on every processor.
  const calls = call.replace(/\w+/g, '?$&')
  const inject = `inject=${calls}:signal=KILL:when=${time}`
  // Calls are counted for each thread: there is to be one alone that makes them.
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-E', 'UV_THREADPOOL_SIZE=1', '-e', inject]
}

async function killAtPartTwo(upload: KilledUpload): Promise<void> {
  const held = flow.observer.hold({ key: upload.name, partNumber: 2 }, 'answer')
  const run = upload.start()
  await held.arrived
  await run.kill()
  held.release()
}
