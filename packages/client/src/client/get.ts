import { tap } from '../async/tap.ts'
import { locate } from '../oss/address.ts'
import { createCrc64, parseCrc64 } from '../oss/crc64.ts'
import { OssError } from '../oss/errors.ts'
import { objectKey } from '../oss/names.ts'
import { type ResponseInfo, responseInfo } from '../oss/response.ts'
import type { HttpResponse } from '../oss/transport.ts'
import { callOptions, type RequestOptions } from './call-options.ts'
import type { Client } from './context.ts'

export interface GetOptions extends RequestOptions {
  /** Image processing, such as `image/resize,w_200`. */
  process?: string | undefined
}

export interface OpenedObject {
  readonly response: HttpResponse
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly url: string
  /** The bytes; they end in an error when they are not those that OSS has. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Begins to read an object. 304 is an answer too, without bytes. */
export async function openObject(
  client: Client,
  name: string,
  { process, ...options }: GetOptions = {},
): Promise<OpenedObject> {
  const call = callOptions(options)
  const query = { ...call.query, ...(process && { 'x-oss-process': process }) }
  const target = { bucket: client.bucket(), key: objectKey(name) }
  const { startedAt, ...response } = await client.open({
    operation: 'GetObject',
    method: 'GET',
    ...target,
    ...call,
    query,
    success: [200, 206, 304],
  })
  const whole = response.status === 200 && !('x-oss-process' in query)
  const crc64 = whole ? parseCrc64(response.headers['x-oss-hash-crc64ecma']) : undefined
  const chunks = crc64 === undefined ? response.body : checked(response.body, crc64)
  const { origin, path } = locate(client.settings.address, target, query)
  return { response, startedAt, chunks, url: origin + path }
}

/** The `res` of an object whose bytes were read: `data`, unless they went elsewhere. */
export function infoOf(
  { clock }: Client,
  { response, url, startedAt }: OpenedObject,
  data: Uint8Array,
): ResponseInfo {
  return responseInfo(response, data, { url, rt: clock() - startedAt })
}

function checked(
  chunks: AsyncIterable<Uint8Array>,
  expected: bigint,
): AsyncIterableIterator<Uint8Array> {
  const crc = createCrc64()
  return tap(chunks, {
    each: (chunk) => crc.update(chunk),
    end() {
      if (crc.digest() !== expected) throw corrupted(crc.digest(), expected)
    },
  })
}

function corrupted(arrived: bigint, expected: bigint): OssError {
  return new OssError(
    `The object arrived with other bytes than OSS has: its CRC-64 is ${arrived} instead of ${expected}. Get it again`,
    { name: 'IntegrityError', code: 'IntegrityError', operation: 'GetObject' },
  )
}
