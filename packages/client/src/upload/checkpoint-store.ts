import type { Checkpoint } from './checkpoint.ts'
import type { FileHandle } from './file-handle.ts'

/**
 * Where checkpoints outlive a process, so that a script that was killed goes on when it is run again.
 * A checkpoint is saved once, when OSS has given the upload id: which parts are there is asked of OSS.
 */
export interface CheckpointStore {
  /**
   * Takes the upload of this key for one process alone, until it is released or its owner is dead.
   *
   * @throws OssError `CheckpointBusyError` when somebody alive has it
   */
  claim(key: string): Promise<CheckpointClaim>
  /** All that can be read. What cannot is left out. */
  list(): Promise<StoredCheckpoint[]>
  /** Forgets a checkpoint. That there is none is no error; that it is in use is a `CheckpointBusyError`. */
  remove(key: string): Promise<void>
}

/** The right to one upload's checkpoint. */
export interface CheckpointClaim {
  /** Undefined when there is none, or none that can be believed: torn, garbled, of another version. */
  load(): Promise<Checkpoint | undefined>
  /**
   * Resolves when it would survive a power cut. The one before stays until then. The handle is of the file
   * that is uploaded: a store that can not keep it leaves it out.
   */
  save(checkpoint: Checkpoint, handle?: FileHandle): Promise<void>
  remove(): Promise<void>
  release(): Promise<void>
}

export interface StoredCheckpoint {
  readonly key: string
  readonly checkpoint: Checkpoint
  /** Milliseconds since 1970. */
  readonly savedAt: number
  /** The file on the user's disk, where the upload was given a handle and the store can keep it. */
  readonly handle?: FileHandle | undefined
}
