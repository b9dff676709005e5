import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stateAfter, stateOf } from './crash-steps.contract.ts'
import { openDiskStore } from './disk-store.ts'
import type { Store } from './store.ts'
import { buildProgram, run } from './store-program.contract.ts'
import { BUCKET } from './store-samples.contract.ts'

const ROUNDS = 4

/** Opens the store in its first argument and changes the keys in the others. */
const PROGRAM = `
  import { changeUntilKilled } from './crash-steps.contract.ts'
  import { openDiskStore } from './disk-store.ts'
  const [dir, ...keys] = process.argv.slice(2)
  await changeUntilKilled(await openDiskStore(dir), keys)
`

describe('A disk store whose process is killed in the middle of many changes', () => {
  let dir: string
  let program: string

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'oss-local-'))
    program = await buildProgram(dir, PROGRAM)
  })

  afterAll(() => rm(dir, { recursive: true }))

  it('has everything it acknowledged, nothing by halves, and no bytes without a name', async () => {
    const data = join(dir, 'data')
    const keys = ['a', 'b', 'c', 'd']
    for (let round = 0; round < ROUNDS; round++) {
      const names = keys.map((key) => `${key}${round}`)
      const child = run(process.execPath, [program, data, ...names])
      await child.said(`a${round} ${Math.ceil(Math.random() * 25)}`)
      await setTimeout(Math.random() * 10)
      await child.kill()

      const store = await openDiskStore(data)
      for (const name of names) {
        const count = stepsSaid(child.lines, name)
        expect([stateAfter(count), stateAfter(count + 1)]).toContainEqual(
          await stateOf(store, name),
        )
      }
      expect((await filesIn(data)).toSorted()).toEqual((await blobsNamed(store)).toSorted())
      await store.close()
    }
  })
})

function stepsSaid(lines: readonly string[], name: string): number {
  return Number(lines.findLast((line) => line.startsWith(`${name} `))?.split(' ')[1] ?? 0)
}

/** All files the store keeps bytes in, finished or not. */
async function filesIn(data: string): Promise<string[]> {
  const folders = [join(data, 'blobs'), join(data, 'incoming')]
  const entries = await Promise.all(
    folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  )
  return entries
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
}

async function blobsNamed(store: Store): Promise<string[]> {
  const objects = await store.listObjects(BUCKET.name, { limit: 1000 })
  const uploads = await store.listUploads(BUCKET.name, { limit: 1000 })
  const parts = await Promise.all(uploads.map((upload) => store.listParts(upload, { limit: 1000 })))
  const blobs = [
    ...objects.flatMap((object) => object.blobs),
    ...parts.flat().map(({ blob }) => blob),
  ]
  return blobs.map(({ id }) => id)
}
