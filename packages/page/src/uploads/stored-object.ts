import type OSS from 'oss-multipart'
import type { Job } from './job.ts'
import type { Stored } from './state.ts'

/** What OSS says of an object that is there. Where it may not be asked, what is known without asking. */
export async function storedOf(
  oss: OSS,
  { name, bucket }: Pick<Job, 'name' | 'bucket'>,
  etag: string,
): Promise<Stored> {
  const headers = await oss.head(name).then(
    ({ res }) => res.headers,
    () => undefined,
  )
  return {
    bucket,
    etag: etag.replaceAll('"', ''),
    crc64: headers?.['x-oss-hash-crc64ecma'],
    contentType: headers?.['content-type'],
    lastModified: headers?.['last-modified'],
    requestId: headers?.['x-oss-request-id'],
  }
}

/** Seconds for which a link to an object works. */
const LINK_LASTS = 3_600

/** A link that downloads the object, or undefined where there are no keys to sign one with. */
export function downloadLink(oss: OSS, name: string): string | undefined {
  const file = encodeURIComponent(name.slice(name.lastIndexOf('/') + 1))
  const disposition = `attachment; filename*=UTF-8''${file}`
  try {
    const response = { 'content-disposition': disposition }
    return oss.signatureUrl(name, { expires: LINK_LASTS, response })
  } catch {
    return undefined
  }
}
