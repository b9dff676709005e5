import { OssError } from '../oss/errors.ts'
import type { OssRequest } from '../oss/request.ts'

/** Something that can be put right after a refusal, so that the same request succeeds when it is signed anew. */
export interface Recovery {
  readonly applies: (error: OssError) => boolean
  /** `sentAt` is when the refused request was signed. False when nothing could be put right. */
  readonly recover: (error: OssError, sentAt: number) => boolean | Promise<boolean>
}

/** The same `send`, but what a recovery puts right is sent again: once for each recovery, so never for ever. */
export function withRecovery<Answer>(
  send: (request: OssRequest) => Promise<Answer>,
  recoveries: readonly Recovery[],
  clock: () => number,
): (request: OssRequest) => Promise<Answer> {
  return async (request) => {
    const tried: Recovery[] = []
    for (;;) {
      const sentAt = clock()
      try {
        return await send(request)
      } catch (error) {
        const recovery =
          error instanceof OssError &&
          recoveries.find((one) => !tried.includes(one) && one.applies(error))
        if (!recovery || request.body?.once || request.signal?.aborted) throw error
        tried.push(recovery)
        if (!(await recovery.recover(error, sentAt))) throw error
      }
    }
  }
}
