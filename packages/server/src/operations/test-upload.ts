import { type Answer, type TestCall, type TestService, testService, texts } from './test-service.ts'

export const KEY = { bucket: 'b12', key: 'k' }
export const UNKNOWN = '0004B9894A22E5B1888A1E29F8236E2D'

export interface TestUpload extends TestService {
  readonly uploadId: string
  part(partNumber: number | string, body: string | Uint8Array, more?: TestCall): Promise<Answer>
  complete(parts: readonly (readonly [number, string])[], more?: TestCall): Promise<Answer>
  parts(query?: Record<string, string>): Promise<Answer>
  abort(): Promise<Answer>
}

/** An upload that has begun. */
export async function testUpload(
  initiate: TestCall & { service?: TestService } = {},
): Promise<TestUpload> {
  const service = initiate.service ?? (await testService())
  const begun = await service.send({
    ...initiate,
    ...KEY,
    method: 'POST',
    query: { uploads: '', ...initiate.query },
  })
  const uploadId = texts(begun.text, 'UploadId')[0] ?? ''
  const onUpload = (method: string, call: TestCall) =>
    service.send({ method, ...KEY, ...call, query: { uploadId, ...call.query } })
  return {
    ...service,
    uploadId,
    part: (partNumber, body, more = {}) =>
      onUpload('PUT', { body, ...more, query: { partNumber: String(partNumber), ...more.query } }),
    complete: (parts, more = {}) => onUpload('POST', { body: completeBody(parts), ...more }),
    parts: (query = {}) => onUpload('GET', { query }),
    abort: () => onUpload('DELETE', {}),
  }
}

export function completeBody(parts: readonly (readonly [number, string])[]): string {
  const list = parts.map(
    ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
}
