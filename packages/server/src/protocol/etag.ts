import { createHash } from 'node:crypto'

/**
 * The ETag of an object put together from parts: the MD5 of their ETags as upper-case text, one
 * after the other, and their number. (S3 hashes the digests instead.)
 */
export function multipartEtag(partEtags: readonly string[]): string {
  const hash = createHash('md5').update(partEtags.join(''), 'latin1').digest('hex')
  return `${hash.toUpperCase()}-${partEtags.length}`
}

export function quoted(etag: string): string {
  return `"${etag}"`
}

/** `Content-MD5` for an MD5 in hexadecimal. */
export function contentMd5(md5: string): string {
  return Buffer.from(md5, 'hex').toString('base64')
}
