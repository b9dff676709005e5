import { createHash } from 'node:crypto'
import { OssError } from '../protocol/errors.ts'
import { MAX_BODY_BYTES } from '../protocol/limits.ts'
import type { OssRequest } from '../protocol/request.ts'
import { malformedXml } from '../protocol/xml-reader.ts'
import type { Blob, Store } from '../store/store.ts'

/**
 * Streams the body to the store and checks it against every length and checksum that the client
 * gave. When this throws, nothing is kept.
 */
export async function receiveBlob(request: OssRequest, store: Store): Promise<Blob> {
  const expected = readExpectations(request)
  const blob = await store.writeBlob(limited(request.body, MAX_BODY_BYTES, tooLarge))
  const mismatch = firstMismatch(blob, expected)
  if (mismatch === undefined) return blob
  await store.discardBlob(blob)
  throw mismatch
}

/** Runs `name`, which gives `blob` a name in the store, and discards the blob if that fails. */
export async function nameOrDiscard<result>(
  store: Store,
  blob: Blob,
  name: () => Promise<result>,
): Promise<result> {
  try {
    return await name()
  } catch (error) {
    await store.discardBlob(blob)
    throw error
  }
}

/** A small body as a whole, checked against its Content-MD5. */
export async function receiveDocument(
  { headers, body }: OssRequest,
  maxBytes: number,
): Promise<Buffer> {
  const tooLong = () => malformedXml(`The body is longer than ${maxBytes} bytes.`)
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw tooLong()
  const chunks: Uint8Array[] = []
  for await (const chunk of limited(body, maxBytes, tooLong)) chunks.push(Buffer.from(chunk))
  const bytes = Buffer.concat(chunks)
  const md5 = readContentMd5(headers)
  if (md5 !== undefined && createHash('md5').update(bytes).digest('hex').toUpperCase() !== md5) {
    throw new OssError('InvalidDigest')
  }
  return bytes
}

interface Expectations {
  readonly size: number | undefined
  /** As in Blob. */
  readonly md5: string | undefined
  readonly crc64: bigint | undefined
}

/** Refuses what cannot be right before a byte of the body is read. */
function readExpectations({ headers }: OssRequest): Expectations {
  const length = headers.get('content-length')
  if (length === undefined && !headers.has('transfer-encoding')) {
    throw new OssError('MissingContentLength')
  }
  const size = length === undefined ? undefined : Number(length)
  if (size !== undefined && size > MAX_BODY_BYTES) throw tooLarge()
  return { size, md5: readContentMd5(headers), crc64: readCrc64(headers) }
}

function firstMismatch(blob: Blob, { size, md5, crc64 }: Expectations): OssError | undefined {
  if (size !== undefined && blob.size !== size) return new OssError('IncompleteBody')
  if (md5 !== undefined && blob.md5 !== md5) return new OssError('InvalidDigest')
  if (crc64 !== undefined && blob.crc64 !== crc64) return new OssError('InvalidCRC64')
  return undefined
}

function readContentMd5(headers: ReadonlyMap<string, string>): string | undefined {
  const base64 = headers.get('content-md5')
  if (base64 === undefined) return undefined
  if (!/^[A-Za-z0-9+/]{22}==$/.test(base64)) throw new OssError('InvalidDigest')
  return Buffer.from(base64, 'base64').toString('hex').toUpperCase()
}

function readCrc64(headers: ReadonlyMap<string, string>): bigint | undefined {
  const decimal = headers.get('x-oss-hash-crc64ecma')
  if (decimal === undefined) return undefined
  if (!/^\d{1,20}$/.test(decimal)) throw new OssError('InvalidCRC64')
  return BigInt(decimal)
}

function tooLarge(): OssError {
  return new OssError('EntityTooLarge', {
    elements: { MaxSizeAllowed: MAX_BODY_BYTES },
  })
}

async function* limited(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  excess: () => OssError,
): AsyncGenerator<Uint8Array> {
  let received = 0
  for await (const chunk of body) {
    received += chunk.length
    if (received > maxBytes) throw excess()
    yield chunk
  }
}
