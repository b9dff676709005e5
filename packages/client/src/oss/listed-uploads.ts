import type { CallOptions, Target } from './multipart.ts'
import { nameDecoder } from './name-decoder.ts'
import { type Send, sendForXml } from './send.ts'
import { unexpected } from './xml-answer.ts'

/** A multipart upload that was neither completed nor aborted. */
export interface ListedUpload {
  readonly uploadId: string
  /** Milliseconds since 1970, in whole seconds, by the clock of OSS. */
  readonly initiatedAt: number
}

/** Pages of 1,000: nobody has more unfinished uploads of one key who wants to know of them. */
const MAX_PAGES = 10

/** The uploads under way of exactly this object. */
export async function listedUploads(
  send: Send,
  { bucket, key }: Target,
  options: CallOptions = {},
): Promise<ListedUpload[]> {
  const uploads: ListedUpload[] = []
  let marker: Record<string, string> = {}
  for (let page = 1; page <= MAX_PAGES; page++) {
    const operation = 'ListMultipartUploads'
    const query = { uploads: '', 'encoding-type': 'url', 'max-uploads': '1000', prefix: key }
    const request = { operation, method: 'GET', bucket, ...options, success: [200] } as const
    const root = 'ListMultipartUploadsResult'
    const all = { ...request, root, query: { ...query, ...marker } }
    const { xml, response } = await sendForXml(send, all)
    const decode = nameDecoder(operation, xml)
    for (const upload of xml.children('Upload')) {
      // Of all keys with this prefix, the prefix itself comes first.
      if (decode(upload.value('Key')) !== key) return uploads
      const uploadId = upload.value('UploadId')
      if (!uploadId) throw unexpected(operation, response, 'with an upload that has no UploadId')
      uploads.push({ uploadId, initiatedAt: Date.parse(upload.value('Initiated') ?? '') })
    }
    if (xml.value('IsTruncated') !== 'true') return uploads
    marker = {
      'key-marker': decode(xml.value('NextKeyMarker')),
      'upload-id-marker': xml.value('NextUploadIdMarker') ?? '',
    }
  }
  return uploads
}
