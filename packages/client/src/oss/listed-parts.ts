import { parseCrc64 } from './crc64.ts'
import { MAX_PARTS } from './limits.ts'
import { type CallOptions, listParts, type Target } from './multipart.ts'
import type { Send } from './send.ts'
import { unexpected } from './xml-answer.ts'

/** A part that OSS holds, as ListParts tells of it. */
export interface ListedPart {
  readonly number: number
  readonly size: number
  /** With its quotes. */
  readonly etag: string
  readonly crc64: bigint | undefined
}

/** All the parts of an upload, page after page. A listing that does not come forward is refused. */
export async function listedParts(
  send: Send,
  target: Target,
  uploadId: string,
  options: CallOptions = {},
): Promise<Map<number, ListedPart>> {
  const parts = new Map<number, ListedPart>()
  for (let marker = 0; ; ) {
    const query = { 'max-parts': '1000', 'part-number-marker': String(marker) }
    const { xml, res } = await listParts(send, target, uploadId, { ...options, query })
    for (const part of xml.children('Part')) {
      const number = Number(part.value('PartNumber'))
      const etag = part.value('ETag')
      if (!Number.isInteger(number) || number <= marker || number > MAX_PARTS || !etag) continue
      parts.set(number, {
        number,
        size: Number(part.value('Size')),
        etag,
        crc64: parseCrc64(part.value('HashCrc64ecma')),
      })
    }
    if (xml.value('IsTruncated') !== 'true') return parts
    const next = Number(xml.value('NextPartNumberMarker'))
    if (!Number.isInteger(next) || next <= marker || next > MAX_PARTS) {
      throw unexpected('ListParts', res, `that goes in circles: after part ${marker} comes ${next}`)
    }
    marker = next
  }
}
