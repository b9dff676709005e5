import type { Body } from '../oss/body.ts'
import { crc64 } from '../oss/crc64.ts'
import { OssError } from '../oss/errors.ts'
import { MIN_PART_SIZE } from '../oss/limits.ts'
import { concat, type ResponseInfo, readBody, responseInfo } from '../oss/response.ts'
import type { Multipart } from './multipart.ts'
import type { UploadSettings } from './options.ts'
import type { Subject } from './session.ts'

/** OSS as an upload sees it, for one object. To make it fail, spread it and replace a method. */
export interface FakeOss extends Multipart {
  /** What was asked of it, in order: `initiate`, `uploadPart 3`, `complete`. */
  readonly calls: string[]
  /** The bytes of the parts of every upload that is under way, by upload id and number. */
  readonly uploads: ReadonlyMap<string, Map<number, Uint8Array>>
  /** The object as it is stored; undefined as long as it is not. */
  stored(): Uint8Array | undefined
}

export function fakeOss(): FakeOss {
  const calls: string[] = []
  const uploads = new Map<string, Map<number, Uint8Array>>()
  let object: Uint8Array | undefined
  let begun = 0

  function partsOf(uploadId: string): Map<number, Uint8Array> {
    const parts = uploads.get(uploadId)
    if (parts === undefined) throw noSuchUpload()
    return parts
  }
  function store(bytes: Uint8Array, etag: string) {
    object = bytes
    return { etag, bucket: SUBJECT.bucket, crc64: sumOf(bytes), res: fakeRes(etag) }
  }

  return {
    calls,
    uploads,
    stored: () => object,
    async initiate(signal) {
      calls.push('initiate')
      signal?.throwIfAborted()
      const uploadId = `upload-${++begun}`
      uploads.set(uploadId, new Map())
      return { uploadId, res: fakeRes('initiate') }
    },
    async uploadPart(uploadId, { number, body }, signal) {
      calls.push(`uploadPart ${number}`)
      const bytes = await received(body, signal)
      partsOf(uploadId).set(number, bytes)
      const etag = etagOf(bytes)
      return { etag, crc64: sumOf(bytes), res: fakeRes(`part ${number}`) }
    },
    async listedParts(uploadId, signal) {
      calls.push('listedParts')
      signal?.throwIfAborted()
      const listed = [...partsOf(uploadId)].map(([number, bytes]) => ({
        number,
        size: bytes.byteLength,
        etag: etagOf(bytes),
        crc64: sumOf(bytes),
      }))
      return new Map(listed.map((part) => [part.number, part]))
    },
    async complete(uploadId, parts, signal) {
      calls.push('complete')
      signal?.throwIfAborted()
      const held = partsOf(uploadId)
      const bytes = parts.map(({ number, etag }) => {
        const part = held.get(number)
        if (part !== undefined && etagOf(part) === etag) return part
        throw new OssError('One of the parts could not be found', {
          name: 'InvalidPartError',
          code: 'InvalidPart',
          status: 400,
        })
      })
      uploads.delete(uploadId)
      return store(concat(bytes), `"complete-${parts.length}"`)
    },
    async abort(uploadId) {
      calls.push('abort')
      uploads.delete(uploadId)
    },
    async head(signal) {
      calls.push('head')
      signal?.throwIfAborted()
      if (object === undefined) return undefined
      const [size, etag] = [object.byteLength, '"head"']
      return { etag, size, crc64: sumOf(object), res: fakeRes('head') }
    },
    async put(body, signal) {
      calls.push('put')
      return store(await received(body, signal), '"put"')
    },
  }
}

async function received(body: Body, signal: AbortSignal | undefined): Promise<Uint8Array> {
  async function* copies() {
    for await (const chunk of body.chunks()) {
      signal?.throwIfAborted()
      // `slice` of a Buffer is no copy.
      yield new Uint8Array(chunk)
    }
  }
  const bytes = await readBody(copies())
  signal?.throwIfAborted()
  if (bytes.byteLength === body.size) return bytes
  throw new Error(`The body has ${bytes.byteLength} bytes and said ${body.size}`)
}

export function etagOf(bytes: Uint8Array): string {
  return `"${sumOf(bytes).toString(16)}"`
}

const sums = new WeakMap<Uint8Array, bigint>()

/** The CRC-64 of bytes that never change, computed once. */
function sumOf(bytes: Uint8Array): bigint {
  const sum = sums.get(bytes) ?? crc64(bytes)
  sums.set(bytes, sum)
  return sum
}

export function noSuchUpload(): OssError {
  const named = { name: 'NoSuchUploadError', code: 'NoSuchUpload', status: 404 }
  return new OssError('The upload does not exist', { ...named, requestId: 'GONE' })
}

/** The connection broke before there was an answer. */
export function reset(): OssError {
  return new OssError('socket hang up', {
    name: 'ResponseError',
    code: 'ResponseError',
    status: -1,
  })
}

/** An answer that can be told from others by its request id. */
export function fakeRes(requestId: string): ResponseInfo {
  const response = {
    status: 200,
    statusMessage: 'OK',
    headers: { 'x-oss-request-id': requestId },
    body: (async function* () {})(),
    connection: { remoteAddress: '192.0.2.1', remotePort: 443, keepAliveSocket: true },
  }
  return responseInfo(response, new Uint8Array(), { url: 'https://media.oss.test/film', rt: 1 })
}

/** `size` bytes of which no two stretches are alike. */
export function bytesOf(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size)
  let state = seed
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    bytes[index] = state >>> 24
  }
  return bytes
}

export const PART = MIN_PART_SIZE

export const SUBJECT: Subject = {
  file: '/films/big.mp4',
  name: 'films/big.mp4',
  bucket: 'media',
  size: undefined,
}

/** Three parts at once, each as small as can be. */
export const SETTINGS: UploadSettings = {
  parallel: 3,
  partSize: PART,
  progress: undefined,
  checkpoint: undefined,
  signal: undefined,
}
