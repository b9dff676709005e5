import { OssError } from '../oss/errors.ts'
import type { Checkpoint } from './checkpoint.ts'

/** The error of one part, with its number; said in the words that users of ali-oss look for. */
export function partFailed(error: unknown, partNumber: number): OssError {
  const failure = asOssError(error)
  const said = `Failed to upload some parts with error: ${failure.name}: ${failure.message} part_num: ${partNumber}`
  return failure.within(said, { partNum: partNumber, cause: failure.cause ?? failure })
}

/** Why `cancel()` stopped an upload: an Error with the name and status that ali-oss gives. */
export function cancelled(): OssError {
  return new OssError('The upload was cancelled', { name: 'cancel', code: 'cancel', status: 0 })
}

/** What an upload is rejected with: the failure as it is known inside, and where to go on from. */
export function uploadFailed(
  error: unknown,
  { checkpoint, signal }: { checkpoint: Checkpoint | undefined; signal: AbortSignal | undefined },
): OssError {
  const failure = signal?.aborted ? stopped(signal) : asOssError(error)
  if (checkpoint === undefined) return failure
  if (failure.code !== 'NoSuchUpload') {
    const kept = signal?.aborted ? '. Its parts stay at OSS, so that it can be resumed' : ''
    const cause = failure.cause ?? failure
    return failure.within(`${failure.message}${kept}`, { checkpoint, cause })
  }
  // ali-oss says "abort" when the upload id is gone: somebody aborted it, or a lifecycle rule did.
  const gone = { name: 'abort', status: 0, checkpoint, cause: failure.cause ?? failure }
  return failure.within(`upload task has been abort: ${failure.message}`, gone)
}

function stopped({ reason }: AbortSignal): OssError {
  if (reason instanceof OssError && reason.name === 'cancel') return reason
  const why = reason instanceof Error && reason.name !== 'AbortError' ? `: ${reason.message}` : ''
  const named = { name: 'AbortError', code: 'AbortError', status: 0, cause: reason }
  return new OssError(`The upload was stopped by its signal${why}`, named)
}

/** Errors of files and streams keep their name and code (`EIO`) and are the cause of what we report. */
function asOssError(error: unknown): OssError {
  if (error instanceof OssError) return error
  if (!(error instanceof Error)) {
    return new OssError(String(error), { name: 'Error', cause: error })
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return new OssError(error.message, { name: error.name, code, cause: error })
}
