// The program of testing-checkpoints.contract.ts: does with a file store what the test sends it.
import { closeSync, openSync } from 'node:fs'
import type { Checkpoint } from '../upload/checkpoint.ts'
import type { CheckpointClaim } from '../upload/checkpoint-store.ts'
import { codeOf } from './error-code.ts'
import { fileCheckpoints } from './file-checkpoints.ts'

const store = fileCheckpoints(process.argv[2])
const claims = new Map<string, CheckpointClaim>()
const opened: number[] = []

const verbs: Record<string, (key: string, checkpoint: Checkpoint) => unknown> = {
  claim: async (key) => {
    claims.set(key, await store.claim(key))
  },
  /** Two claims at once, and what became of them. */
  contend: async (key) => {
    const answers = await Promise.allSettled([store.claim(key), store.claim(key)])
    return answers.map((answer) =>
      answer.status === 'fulfilled' ? 'claimed' : codeOf(answer.reason),
    )
  },
  load: (key) => claims.get(key)?.load(),
  save: (key, checkpoint) => claims.get(key)?.save(checkpoint),
  /** Until somebody kills the process, each time under the next upload id. */
  saveForEver: async (key, checkpoint) => {
    process.send?.({ result: 'begun' })
    for (let count = 1; ; count++) {
      await claims.get(key)?.save({ ...checkpoint, uploadId: `${count}` })
    }
  },
  release: (key) => claims.get(key)?.release(),
  umask: (mask) => process.umask(mask),
  /** Takes all file descriptors that the process may have. */
  useUpDescriptors: () => {
    try {
      for (;;) opened.push(openSync('/dev/null', 'r'))
    } catch {}
  },
  freeDescriptors: () => opened.splice(0).forEach(closeSync),
}

process.on('message', async (message) => {
  // Sent by `tell`.
  const [verb, key, checkpoint] = message as [string, string, Checkpoint]
  try {
    process.send?.({ result: await verbs[verb]?.(key, checkpoint) })
  } catch (error) {
    process.send?.({ code: codeOf(error) ?? String(error), message: String(error) })
  }
})
process.send?.({ result: 'ready' })
