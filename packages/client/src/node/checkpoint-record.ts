import { readCheckpoint } from '../upload/checkpoint.ts'
import type { StoredCheckpoint } from '../upload/checkpoint-store.ts'
import { sha256 } from './sha256.ts'

/** What a checkpoint file holds: raised when it changes, so that older versions leave it alone. */
const VERSION = 1

/** The text of a checkpoint file: JSON, with a checksum over all that comes before it. */
export function writeRecord({ savedAt, key, checkpoint }: StoredCheckpoint): string {
  return sealed(savedAt, key, checkpoint)
}

/** Undefined for anything that this version has not written in exactly this way. */
export function readRecord(text: string): StoredCheckpoint | undefined {
  try {
    const { savedAt, key, checkpoint }: Record<string, unknown> = Object(JSON.parse(text))
    // One comparison for all: the version, the checksum, and that nothing is there besides.
    if (sealed(savedAt, key, checkpoint) !== text) return undefined
    if (typeof savedAt !== 'number' || typeof key !== 'string') return undefined
    const known = readCheckpoint(checkpoint)
    return known && { savedAt, key, checkpoint: known }
  } catch {
    return undefined
  }
}

function sealed(savedAt: unknown, key: unknown, checkpoint: unknown): string {
  const record = { version: VERSION, savedAt, key, checkpoint }
  return JSON.stringify({ ...record, checksum: sha256(JSON.stringify(record)) })
}
