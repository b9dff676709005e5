import { createHash } from 'node:crypto'
import { crc64 } from 'hash-wasm'
import {
  type Answer,
  type Answerer,
  errorXml,
  listen,
  type SeenRequest,
  type TestServer,
} from './testing.contract.ts'

/** What an object or a part is at OSS. */
interface Stored {
  readonly data: Buffer
  readonly etag: string
}

export interface SmallOss {
  readonly answer: Answerer
  /** By path: `/bkt/key`. */
  readonly objects: ReadonlyMap<string, Stored>
  /** By upload id, those that are neither completed nor aborted. */
  readonly uploads: ReadonlyMap<string, ReadonlyMap<number, Stored>>
}

/**
 * As much of OSS as a whole upload needs: PutObject, HeadObject and the operations of a multipart upload,
 * with ETags and checksums. It looks neither at signatures nor at headers. Checksums are computed by
 * another library than the client's, so that a mistake of the client shows.
 */
export function smallOss(): SmallOss {
  const objects = new Map<string, Stored>()
  const uploads = new Map<string, Map<number, Stored>>()
  let begun = 0

  async function stored({ body }: SeenRequest): Promise<Stored> {
    return { data: body, etag: `"${createHash('md5').update(body).digest('hex').toUpperCase()}"` }
  }

  async function uploadPart(request: SeenRequest, parts: Map<number, Stored>): Promise<Answer> {
    const part = await stored(request)
    parts.set(Number(request.query.partNumber), part)
    return { headers: await headersOf(part) }
  }

  async function complete(request: SeenRequest, parts: Map<number, Stored>): Promise<Answer> {
    const numbers = [...request.body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, digits]) =>
      Number(digits),
    )
    const chosen = numbers.flatMap((number) => parts.get(number) ?? [])
    const whole = {
      data: Buffer.concat(chosen.map(({ data }) => data)),
      etag: `"WHOLE-${numbers.length}"`,
    }
    objects.set(request.path, whole)
    uploads.delete(request.query.uploadId ?? '')
    const [, bucket = '', ...key] = decodeURIComponent(request.path).split('/')
    return {
      headers: await headersOf(whole),
      body: `<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key.join('/')}</Key><ETag>${whole.etag}</ETag></CompleteMultipartUploadResult>`,
    }
  }

  async function ofUpload(request: SeenRequest, uploadId: string): Promise<Answer> {
    const parts = uploads.get(uploadId)
    if (parts === undefined) return { status: 404, body: errorXml('NoSuchUpload') }
    if (request.method === 'PUT') return uploadPart(request, parts)
    if (request.method === 'POST') return complete(request, parts)
    if (request.method === 'GET') return { body: await listOf(uploadId, parts) }
    uploads.delete(uploadId)
    return { status: 204 }
  }

  return {
    objects,
    uploads,
    async answer(request) {
      const { method, path, query } = request
      if (query.uploads !== undefined) {
        const uploadId = `UPLOAD-${++begun}`
        uploads.set(uploadId, new Map())
        return {
          body: `<InitiateMultipartUploadResult><Bucket>bkt</Bucket><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
        }
      }
      if (query.uploadId !== undefined) return ofUpload(request, query.uploadId)
      if (method === 'PUT') {
        const object = await stored(request)
        objects.set(path, object)
        return { headers: await headersOf(object) }
      }
      const object = objects.get(path)
      if (object === undefined) return { status: 404 }
      const headers = await headersOf(object)
      return method === 'HEAD' ? { headers } : { headers, body: object.data }
    },
  }
}

async function headersOf({ data, etag }: Stored): Promise<Record<string, string>> {
  return { ETag: etag, 'x-oss-hash-crc64ecma': await checksumOf(data) }
}

/** As OSS writes it: in decimal. */
export async function checksumOf(data: Uint8Array): Promise<string> {
  return BigInt(`0x${await crc64(data)}`).toString()
}

async function listOf(uploadId: string, parts: ReadonlyMap<number, Stored>): Promise<string> {
  const listed = [...parts].sort(([a], [b]) => a - b)
  const entries = await Promise.all(
    listed.map(
      async ([number, { data, etag }]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag><HashCrc64ecma>${await checksumOf(data)}</HashCrc64ecma><Size>${data.length}</Size></Part>`,
    ),
  )
  return `<ListPartsResult><Bucket>bkt</Bucket><UploadId>${uploadId}</UploadId><IsTruncated>false</IsTruncated>${entries.join('')}</ListPartsResult>`
}

/** A server with an OSS of its own, in front of which `before` may answer. */
export async function listenOss(
  before: (request: SeenRequest) => ReturnType<Answerer> | undefined = () => undefined,
): Promise<TestServer & { readonly oss: SmallOss }> {
  const oss = smallOss()
  const server = await listen((request) => before(request) ?? oss.answer(request))
  return { ...server, oss }
}

/** What a request is in a multipart upload: `initiate`, `part 1`, `complete`; otherwise its method. */
export function kindOf({ method, query }: SeenRequest): string {
  if (query.uploads !== undefined) return 'initiate'
  if (query.uploadId === undefined) return method
  if (method === 'POST') return 'complete'
  return method === 'PUT' ? `part ${query.partNumber}` : method
}
