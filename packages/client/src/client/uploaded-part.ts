import { corsRule } from '../oss/cors-rule.ts'
import { parseCrc64 } from '../oss/crc64.ts'
import { OssError } from '../oss/errors.ts'
import {
  type CallOptions,
  listParts,
  type Target,
  type UploadedPart,
  uploadPart,
} from '../oss/multipart.ts'
import type { Client } from './context.ts'

type Part = Parameters<typeof uploadPart>[2]

/** Sends parts also where the page may not see the headers that tell what arrived. */
export type PartUpload = (part: Part, call: CallOptions) => Promise<UploadedPart>

/**
 * A bucket whose CORS rules expose neither ETag nor CRC-64 tells of them in ListParts all the same, at
 * the price of a request for each part. The caller is told once which rule is missing.
 */
export function createPartUpload(client: Client, target: Target): PartUpload {
  const { send, platform } = client
  // Only a browser hides headers.
  if (platform.origin === undefined) return (part, call) => uploadPart(send, target, part, call)
  const origin = platform.origin()
  let isWarned = false
  let isTold = true

  async function asListed({ uploadId, partNumber }: Part, call: CallOptions) {
    const query = { 'max-parts': '1', 'part-number-marker': String(partNumber - 1) }
    const { timeouts, signal, patient } = call
    const { xml, res } = await listParts(send, target, uploadId, {
      timeouts,
      signal,
      patient,
      query,
    })
    const part = xml.children('Part').find((one) => one.value('PartNumber') === `${partNumber}`)
    return { etag: part?.value('ETag'), crc64: parseCrc64(part?.value('HashCrc64ecma')), res }
  }
  function warn(hidden: string): void {
    if (isWarned) return
    isWarned = true
    client.warn(
      new Error(
        `The CORS rules of bucket ${target.bucket} do not expose ${hidden}, so each part costs another request. Set this rule: ${corsRule(origin)}`,
      ),
    )
  }

  return async (part, call) => {
    const sent = await uploadPart(send, target, part, call).catch((error) => {
      if (!(error instanceof OssError) || error.name !== 'MissingETagError') throw error
      return error
    })
    if (!(sent instanceof OssError)) {
      if (sent.crc64 !== undefined || !isTold) return sent
      const { crc64 } = await asListed(part, call).catch(() => ({ crc64: undefined }))
      // Where it is not told either, there is no use in asking for every part.
      isTold = crc64 !== undefined
      if (isTold) warn('x-oss-hash-crc64ecma')
      return { ...sent, crc64 }
    }
    const { etag, crc64, res } = await asListed(part, call).catch((cause) => {
      throw sent.within(sent.message, { cause })
    })
    if (!etag) throw sent
    warn('ETag')
    return { etag, crc64, res }
  }
}
