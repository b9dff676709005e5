import { writeSync } from 'node:fs'
import type { Store } from './store.ts'
import {
  arriving,
  BUCKET,
  collect,
  contentOf,
  objectOf,
  objectRecord,
  storePart,
  uploadIdOf,
  uploadRecord,
} from './store-samples.contract.ts'

/**
 * An endless row of changes to one key, and what must be there after any number of them. One process
 * makes them and is killed; another then compares.
 */
export interface KeyState {
  readonly content?: string | undefined
  /** The parts of the pending upload, if there is one. */
  readonly parts?: readonly string[] | undefined
}

const STEPS = 7

export function stateAfter(count: number): KeyState {
  let state: KeyState = {}
  for (let step = 0; step < count; step++) state = after(state, step)
  return state
}

function after(state: KeyState, step: number): KeyState {
  const { content, parts = [] } = state
  const steps: readonly KeyState[] = [
    { content: textOf(step) },
    { content, parts: [] },
    { content, parts: [textOf(step)] },
    { content, parts: [...parts, textOf(step)] },
    // Completes with the second part only, so that the first is dropped.
    { content: parts.slice(1).join('') },
    { content: textOf(step) },
    {},
  ]
  return steps[step % STEPS] ?? {}
}

/** Makes the change number `step` to `key`, in the state that the steps before have left. */
async function perform(store: Store, key: string, step: number): Promise<unknown> {
  const upload = uploadRecord(key, uploadIdOf(Math.floor(step / STEPS)))
  switch (step % STEPS) {
    case 1:
      return store.createUpload(upload)
    case 2:
      return storePart(store, upload, 1, textOf(step))
    case 3:
      return storePart(store, upload, 2, textOf(step))
    case 4: {
      const parts = await store.listParts(upload, { after: 1, limit: 1 })
      return store.completeUpload(upload, parts, objectOf(key, parts))
    }
    case 6:
      return store.deleteObject(BUCKET.name, key)
    default: {
      const blob = await store.writeBlob(arriving(textOf(step)))
      return store.putObject(BUCKET.name, objectRecord(key, [blob]))
    }
  }
}

export async function stateOf(store: Store, key: string): Promise<KeyState> {
  const [upload] = await store.listUploads(BUCKET.name, { prefix: key, limit: 1 })
  const content = await contentOf(store, key)
  if (!upload) return { content }
  const parts = await store.listParts(upload, { limit: 10 })
  // A part has no reader of its own: look at it as if it were an object.
  const texts = parts.map(async (part) =>
    String(await collect(store.read(objectOf(key, [part]), 0, part.blob.size))),
  )
  return { content, parts: await Promise.all(texts) }
}

/**
 * Changes all `keys` at once, for ever, and says after each step which key has reached which.
 *
 * @public Called by the program in disk-store.crash.test.ts, where tools do not see it.
 */
export async function changeUntilKilled(store: Store, keys: readonly string[]): Promise<void> {
  await store.putBucket(BUCKET)
  await Promise.all(
    keys.map(async (key) => {
      for (let step = 0; ; step++) {
        await perform(store, key, step)
        // Not console.log: what a promise has acknowledged must be said before the process can die.
        writeSync(1, `${key} ${step + 1}\n`)
      }
    }),
  )
}

/** Different for every step; some need several writes. */
function textOf(step: number): string {
  return `${step};`.repeat(1 + ((step * 7919) % 100_000))
}
