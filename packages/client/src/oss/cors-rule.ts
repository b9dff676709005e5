/** What a bucket has to let pages of `origin` see and do for an upload. */
export function corsRule(origin = 'the origin of your page'): string {
  return `AllowedOrigin: ${origin}; AllowedMethod: GET, HEAD, PUT, POST, DELETE; AllowedHeader: *; ExposeHeader: ETag, x-oss-request-id, x-oss-hash-crc64ecma`
}
