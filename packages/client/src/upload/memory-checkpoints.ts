import { checkpointBusy } from './checkpoint-busy.ts'
import type { CheckpointStore, StoredCheckpoint } from './checkpoint-store.ts'
import { storable } from './storable.ts'

/**
 * Checkpoints for as long as the process lives: for tests, and for services that try a failed upload
 * again themselves.
 */
export function memoryCheckpoints(): CheckpointStore {
  const stored = new Map<string, StoredCheckpoint>()
  const owners = new Map<string, symbol>()

  function mustBeFree(key: string): void {
    if (owners.has(key)) throw checkpointBusy(key, 'another upload of this process')
  }

  return {
    async claim(key) {
      mustBeFree(key)
      const owner = Symbol(key)
      owners.set(key, owner)
      return {
        async load() {
          const found = stored.get(key)
          return found && storable(found.checkpoint)
        },
        async save(checkpoint, handle) {
          stored.set(key, { key, checkpoint: storable(checkpoint), savedAt: Date.now(), handle })
        },
        async remove() {
          stored.delete(key)
        },
        async release() {
          if (owners.get(key) === owner) owners.delete(key)
        },
      }
    },
    async list() {
      return [...stored.values()].map((one) => ({ ...one, checkpoint: storable(one.checkpoint) }))
    },
    async remove(key) {
      mustBeFree(key)
      stored.delete(key)
    },
  }
}
