import { onAbort } from '../async/on-abort.ts'
import { cancelled } from '../upload/failure.ts'

/** The uploads of one client that are under way, so that `cancel` can find them. */
export interface RunningUploads {
  begin(signal: AbortSignal | undefined): RunningUpload
  /** Whether an upload of this id is under way. */
  has(uploadId: string): boolean
  /** Cancels every one of them. */
  cancelAll(): void
  /** Cancels those of this upload id and resolves when they have ended. False when there was none. */
  cancel(uploadId: string): Promise<boolean>
  /** Whether `cancelAll` was called since the last upload began or `reset` was called. */
  readonly cancelled: boolean
  reset(): void
}

export interface RunningUpload {
  readonly signal: AbortSignal
  /** Known once OSS has given it. */
  uploadId: string | undefined
  end(): void
}

export function createRunningUploads(): RunningUploads {
  const running = new Map<RunningUpload, { abort(): void; ended: Promise<void> }>()
  let flag = false
  return {
    get cancelled() {
      return flag
    },
    reset() {
      flag = false
    },
    begin(signal) {
      // As with ali-oss: the flag tells of the uploads before this one, and stops none that begins now.
      flag = false
      const controller = new AbortController()
      // By hand: on Node 20 `AbortSignal.any` leaves a trace on the caller's signal for ever.
      const follow = () => controller.abort(signal?.reason)
      if (signal?.aborted) follow()
      const unfollow = signal && onAbort(signal, follow)
      let ended = () => {}
      const promise = new Promise<void>((resolve) => {
        ended = resolve
      })
      const upload: RunningUpload = {
        signal: controller.signal,
        uploadId: undefined,
        end() {
          unfollow?.()
          running.delete(upload)
          ended()
        },
      }
      running.set(upload, { abort: () => controller.abort(cancelled()), ended: promise })
      return upload
    },
    has: (uploadId) => [...running.keys()].some((upload) => upload.uploadId === uploadId),
    cancelAll() {
      flag = true
      for (const { abort } of running.values()) abort()
    },
    async cancel(uploadId) {
      const meant = [...running].filter(([upload]) => upload.uploadId === uploadId)
      for (const [, { abort }] of meant) abort()
      await Promise.all(meant.map(([, { ended }]) => ended))
      return meant.length > 0
    },
  }
}
