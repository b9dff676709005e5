import { OssError } from '../oss/errors.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { CheckpointClaim, CheckpointStore } from './checkpoint-store.ts'
import type { FileHandle } from './file-handle.ts'

/** What a store knows of one upload, and what it is to know. */
export interface Recalled {
  readonly checkpoint: Checkpoint | undefined
  remember(checkpoint: Checkpoint, handle: FileHandle | undefined): Promise<void>
  forget(): Promise<void>
  /** Lets others have the upload. */
  release(): Promise<void>
}

/**
 * Takes the upload `key` out of `store`, if there is one. A store that does not work costs the caller
 * one warning and not the upload; only that somebody else is at it stops this.
 *
 * @throws OssError `CheckpointBusyError`
 */
export async function recall(
  store: CheckpointStore | undefined,
  key: string,
  warn: (error: unknown) => void,
): Promise<Recalled> {
  let claim: CheckpointClaim | undefined
  let warned = false

  async function quietly<Value>(action: () => Promise<Value> | undefined) {
    try {
      return await action()
    } catch (error) {
      if (error instanceof OssError && error.code === 'CheckpointBusyError') throw error
      if (!warned) warn(error)
      warned = true
      return undefined
    }
  }

  claim = await quietly(() => store?.claim(key))
  return {
    checkpoint: await quietly(() => claim?.load()),
    remember: (...what) => quietly(() => claim?.save(...what)),
    forget: () => quietly(() => claim?.remove()),
    release: () => quietly(() => claim?.release()),
  }
}
