import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { OssError } from '../oss/errors.ts'
import { fickleOss } from './fickle-oss.contract.ts'
import { EVERYTHING, histories, QUIET, type Scope } from './histories.contract.ts'
import { type Performance, perform, type Uploader } from './performance.contract.ts'
import { PART, SUBJECT } from './testing.contract.ts'
import { upload } from './upload.ts'

/** `HISTORIES=20000 npx vitest run histories` looks longer. */
const RUNS = Number(process.env.HISTORIES ?? 400)
const timeout = 30_000 + 100 * RUNS

const unhandled: unknown[] = []
const notice = (reason: unknown) => void unhandled.push(reason)
process.on('unhandledRejection', notice)
afterAll(() => void process.off('unhandledRejection', notice))

const uploader: Uploader = { patience: 0, upload: uploading }

function uploading({ scene, deeds, attempt, input, version, ...performance }: Performance) {
  const { parallel, verify, abortOnCancel } = attempt
  const { checkpoint, checkpoints, progress, stop, warnings } = performance
  const { signal } = stop
  const sizes = { parallel, partSize: PART }
  return upload({
    input,
    subject: { ...SUBJECT, size: input.size, version },
    oss: fickleOss(scene, deeds),
    settings: { ...sizes, checkpoint, checkpoints, progress, verify, signal, abortOnCancel },
    sleep: scene.world.sleepOf(deeds),
    warn: (warning) => warnings.push(warning),
  })
}

/** Lets histories happen, and finds the shortest in which something goes wrong. */
async function explore(scope: Scope, runs: number): Promise<void> {
  const property = fc.asyncProperty(histories(scope), async (history) => {
    await perform(history, uploader)
    expect(unhandled.splice(0), 'unhandled rejections').toEqual([])
  })
  await fc.assert(property, { numRuns: runs })
}

describe('an upload, whatever happens in whatever order,', () => {
  it('tells the truth, can be gone on with, and leaves nothing behind', { timeout }, async () => {
    await explore(EVERYTHING, RUNS)
  })

  it("with verify: 'identity' believes nothing that is not so", { timeout }, async () => {
    const acts = ['cancel', 'crash', 'edit', 'overwrite', 'lose'] as const
    const scope = { ...EVERYTHING, acts, progress: ['quick'], kind: ['source'] } as const
    await explore({ ...scope, verify: ['identity'], isVersioned: [true] }, RUNS / 2)
  })

  it('of a source that is written to stores one version of it', { timeout }, async () => {
    const acts = ['edit', 'rewrite', 'touch'] as const
    const scope = { ...EVERYTHING, acts, progress: ['none'], kind: ['source'] } as const
    await explore({ ...scope, isVersioned: [true] }, RUNS / 2)
  })
})

describe('what watches these histories', () => {
  const attempt = { ...QUIET, from: 'nothing' } as const
  const history = { parts: 2, isVersioned: true, attempts: [attempt] }

  it.each<[string, Uploader['upload'], string]>([
    ['only says that it has uploaded', async () => {}, 'the object is not the source'],
    ['never ends', () => new Promise(() => {}), 'it hangs'],
    [
      'lets go of a request that goes on',
      async (performance) => {
        await uploading(performance)
        fickleOss(performance.scene, performance.deeds).head()
      },
      'a request is left: head',
    ],
    [
      'keeps what it was about to itself',
      ({ scene, deeds }) => {
        const denied = new OssError('No.', { name: 'AccessDeniedError' })
        return fickleOss(scene, deeds)
          .initiate()
          .then(() => Promise.reject(denied))
      },
      'the error has no checkpoint',
    ],
  ])('notices an upload that %s', async (_, work, breach) => {
    await expect(perform(history, { patience: 0, upload: work })).rejects.toThrow(breach)
  })
})
