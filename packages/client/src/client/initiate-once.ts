import { OssError } from '../oss/errors.ts'
import { listedParts } from '../oss/listed-parts.ts'
import { listedUploads } from '../oss/listed-uploads.ts'
import {
  abortMultipartUpload,
  type CallOptions,
  initiateMultipartUpload,
  type Target,
} from '../oss/multipart.ts'
import type { ResponseInfo } from '../oss/response.ts'
import type { Client } from './context.ts'

type Begun = { readonly uploadId: string; readonly res: ResponseInfo }

/**
 * Begins one upload, also where OSS has begun several: when the answer to a try was lost, the next try
 * begins another upload, and the first one would stay for ever, since nobody knows its id. It is looked
 * for and aborted; what can not be found out is told to `onWarning`.
 */
export async function initiateOnce(
  client: Client,
  target: Target,
  call: CallOptions,
): Promise<Begun> {
  const startedAt = client.elapsed()
  let isLost = false
  const onRetry = (error: OssError) => {
    isLost ||= mayHaveBegun(error)
  }
  try {
    const begun = await initiateMultipartUpload(client.send, target, { ...call, onRetry })
    if (isLost) await dropLost(client, target, { begun, call, since: startedAt })
    return begun
  } catch (error) {
    const isLastLost = error instanceof OssError && mayHaveBegun(error)
    if (isLost || isLastLost) client.warn(leftBehind(target, error))
    throw error
  }
}

/** An answer that was lost, or that a server gave which had done its work: the upload may be there. */
function mayHaveBegun({ name, status = 0 }: OssError): boolean {
  return name === 'ResponseError' || name === 'ResponseTimeoutError' || status >= 500
}

/** Clocks are compared in whole seconds. */
const SECOND = 1_000

async function dropLost(
  client: Client,
  target: Target,
  { begun, call, since }: { begun: Begun; call: CallOptions; since: number },
): Promise<void> {
  const { timeouts, signal } = call
  const options = { timeouts, signal }
  const took = client.elapsed() - since
  try {
    const uploads = await listedUploads(client.send, target, options)
    const own = uploads.find(({ uploadId }) => uploadId === begun.uploadId)
    for (const { uploadId, initiatedAt } of uploads) {
      // Begun by our tries, and by nobody whom we know or who has sent anything.
      const age = own === undefined ? Number.NaN : own.initiatedAt - initiatedAt
      const isOurs = age >= 0 && age <= took + SECOND && !client.uploads.has(uploadId)
      if (!isOurs || uploadId === begun.uploadId) continue
      await dropIfEmpty(client, target, { uploadId, options })
    }
  } catch (error) {
    if (!signal?.aborted) client.warn(leftBehind(target, error))
  }
}

/** One that is gone by now needs no dropping. */
async function dropIfEmpty(
  { send }: Client,
  target: Target,
  { uploadId, options }: { uploadId: string; options: CallOptions },
): Promise<void> {
  try {
    const parts = await listedParts(send, target, uploadId, options)
    if (parts.size === 0) await abortMultipartUpload(send, target, uploadId, options)
  } catch (error) {
    if (!(error instanceof OssError) || error.code !== 'NoSuchUpload') throw error
  }
}

function leftBehind({ bucket, key }: Target, cause: unknown): Error {
  return new Error(
    `An answer to InitiateMultipartUpload of oss://${bucket}/${key} was lost, so an upload without parts may be left at OSS: listUploads({ prefix }) shows it`,
    { cause },
  )
}
