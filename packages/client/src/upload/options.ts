import { invalidInput } from '../oss/errors.ts'
import { MAX_OBJECT_SIZE, MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE, MiB } from '../oss/limits.ts'
import { show } from '../oss/names.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { type Checkpoint, readCheckpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { OnPart } from './part-watch.ts'
import { choosePartSize } from './plan.ts'
import type { OnTransfer } from './transfer.ts'

/** How an upload is done; `name` and `file` say what. */
export interface UploadOptions {
  /**
   * Parts in flight at once, from 1, or 'auto': as many as the line carries, which is found out on the way,
   * up to 64 and to 128 MiB of memory. A stream is held in memory by as many parts and one more.
   *
   * @default 'auto'
   */
  parallel?: number | 'auto' | undefined
  /**
   * Bytes per part, from 102,400 to 5 GiB. Raised to a whole MiB when the object would need more than
   * 10,000 parts.
   *
   * @default 1 MiB up to 256 MiB; then 2, 4, 8 and 16 MiB, to stay within 256 parts; 4 MiB for a stream
   */
  partSize?: number | undefined
  /**
   * Called with (0, checkpoint, res) at the beginning, after each part with the share that is done, and
   * with (1, null, res) at the end; for a file below 100 KiB once, with 1. A resumed upload has no call
   * with 0. Calls never overlap, and the upload waits for the last of them. An error thrown in it is
   * given to `onWarning` of the client and does not stop the upload. For a stream of unknown length the
   * share is 0 until its end is known.
   */
  progress?: Progress | undefined
  /**
   * Called as bytes go out, at most ten times a second, and when the phase changes: for a bar that moves
   * within parts. It is not waited for. An error thrown in it is given to `onWarning` of the client.
   */
  onTransfer?: OnTransfer | undefined
  /**
   * Called when the state of a part changes, and as its bytes go out, at most ten times a second for each:
   * for a map of the parts. Parts that OSS has already are told of when that is known; those in flight
   * when the upload is stopped are not. A file below 100 KiB is one part. It is not waited for. An error
   * thrown in it is given to `onWarning` of the client.
   */
  onPart?: OnPart | undefined
  /** Where an earlier attempt stopped: an object from `progress` or from an error, or its JSON. */
  checkpoint?: Checkpoint | string | null | undefined
  /**
   * Where checkpoints are kept, such as `fileCheckpoints()`: an upload that was interrupted, be it by
   * the end of the process, goes on when the same file is uploaded under the same name again.
   */
  checkpoints?: CheckpointStore | undefined
  /**
   * What a resumed upload believes. 'full': parts that OSS has are kept where their CRC-64 is that of the
   * bytes here, which are read for it. 'identity': they are kept unread where the file is the very one that
   * the upload began with and nobody has touched it since (device, inode, size, mtime and ctime; for a
   * `File` its name, size and date); everything else is read.
   *
   * @default 'full'
   */
  verify?: 'full' | 'identity' | undefined
  /**
   * Whether the CRC-64 of what was read is compared with that of what arrived. Without it an upload costs
   * a little less and proves a lot less: a Complete whose answer was lost is then an error to resume from.
   *
   * @default true
   */
  crc64?: boolean | undefined
  /** Cancels this upload alone. Parts that OSS has stay there, so that it can be resumed. */
  signal?: AbortSignal | undefined
  /**
   * Whether an upload that is cancelled, by `signal` or by `cancel()`, drops its parts at OSS. It then
   * ends when OSS has answered, after ten seconds at the latest.
   *
   * @default false
   */
  abortOnCancel?: boolean | undefined
}

export type Progress = (
  percentage: number,
  checkpoint?: Checkpoint | null,
  res?: ResponseInfo,
) => unknown

/** The options with every default filled in and every mistake found. */
export interface UploadSettings {
  readonly parallel: number | 'auto'
  readonly partSize: number
  readonly progress: Progress | undefined
  readonly onTransfer?: OnTransfer | undefined
  readonly onPart?: OnPart | undefined
  readonly checkpoint: Checkpoint | undefined
  readonly checkpoints?: CheckpointStore | undefined
  readonly verify?: 'full' | 'identity' | undefined
  readonly crc64?: boolean | undefined
  readonly signal: AbortSignal | undefined
  readonly abortOnCancel?: boolean | undefined
}

const STREAM_PART_SIZE = 4 * MiB

/** `size` is undefined for a stream. */
export function resolveUploadOptions(
  size: number | undefined,
  options: UploadOptions,
): UploadSettings {
  const { partSize, progress, checkpoints, signal } = options
  mustBeFunction('progress', progress ?? undefined)
  if (checkpoints !== undefined && typeof Object(checkpoints).claim !== 'function') {
    throw invalidInput(`\`checkpoints\` must be a CheckpointStore: got ${show(checkpoints)}`)
  }
  const { verify = 'full', abortOnCancel = false, crc64 = true } = options
  if (verify !== 'full' && verify !== 'identity') {
    throw invalidInput(`\`verify\` must be 'full' or 'identity': got ${show(verify)}`)
  }
  mustBeBoolean('abortOnCancel', abortOnCancel)
  mustBeBoolean('crc64', crc64)
  mustBeFunction('onTransfer', options.onTransfer)
  mustBeFunction('onPart', options.onPart)
  checkPartSize(partSize)
  checkSize(size)
  const checkpoint = readCheckpoint(options.checkpoint)
  return {
    parallel: parallelOf(options),
    partSize: checkpoint?.partSize ?? usedPartSize(size, partSize ?? undefined),
    progress: progress ?? undefined,
    onTransfer: options.onTransfer,
    onPart: options.onPart,
    checkpoint,
    checkpoints,
    verify,
    crc64,
    signal,
    abortOnCancel,
  }
}

function parallelOf({ parallel = 'auto' }: UploadOptions): number | 'auto' {
  if (parallel === 'auto') return parallel
  if (Number.isInteger(parallel) && parallel >= 1) return Math.min(parallel, MAX_PARTS)
  throw invalidInput(`\`parallel\` must be a whole number from 1, or 'auto': got ${show(parallel)}`)
}

function mustBeBoolean(name: keyof UploadOptions, value: unknown): void {
  if (typeof value === 'boolean') return
  throw invalidInput(`\`${name}\` must be true or false: got ${show(value)}`)
}

function mustBeFunction(name: keyof UploadOptions, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw invalidInput(`\`${name}\` must be a function: got ${show(value)}`)
}

function usedPartSize(size: number | undefined, wanted: number | undefined): number {
  return size === undefined ? (wanted ?? STREAM_PART_SIZE) : choosePartSize(size, wanted)
}

// The first words are those of ali-oss, for whoever compares them.
function checkPartSize(partSize: unknown): void {
  if (partSize === undefined || partSize === null) return
  if (!Number.isInteger(partSize)) {
    throw invalidInput(`partSize must be int number of bytes: got ${show(partSize)}`)
  }
  if (Number(partSize) < MIN_PART_SIZE) {
    throw invalidInput(`partSize must not be smaller than ${MIN_PART_SIZE} bytes: got ${partSize}`)
  }
  if (Number(partSize) > MAX_PART_SIZE) {
    throw invalidInput(
      `partSize must not be larger than ${MAX_PART_SIZE} bytes (5 GiB): got ${partSize}`,
    )
  }
}

function checkSize(size: unknown): void {
  if (size === undefined) return
  if (!Number.isSafeInteger(size) || Number(size) < 0) {
    throw invalidInput(`The size of the source must be a whole number of bytes: got ${show(size)}`)
  }
  if (Number(size) > MAX_OBJECT_SIZE) {
    throw invalidInput(
      `The source has ${size} bytes; an object holds at most ${MAX_OBJECT_SIZE} (48.8 TB)`,
    )
  }
}
