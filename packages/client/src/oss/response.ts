import { OssError } from './errors.ts'
import { MiB } from './limits.ts'
import type { HttpResponse } from './transport.ts'

/** The `res` of every result, in ali-oss's words. */
export interface ResponseInfo {
  readonly status: number
  readonly statusCode: number
  readonly statusMessage: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of the body. */
  readonly size: number
  readonly aborted: boolean
  /** Milliseconds from sending to the end of the answer. */
  readonly rt: number
  readonly keepAliveSocket: boolean
  readonly data: Uint8Array
  readonly requestUrls: readonly string[]
  readonly remoteAddress: string
  readonly remotePort: number | ''
}

/** No XML answer of OSS comes near this; whoever sends more is not OSS. */
export const MAX_XML = 16 * MiB

/** Reads a body into memory, refusing to read more than `limit` bytes. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > limit) {
      throw new OssError(`The answer is longer than ${limit} bytes, which no answer of OSS is`, {
        name: 'UnexpectedResponseError',
        code: 'UnexpectedResponseError',
      })
    }
    chunks.push(chunk)
  }
  return concat(chunks)
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) return first
  const whole = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

export function responseInfo(
  { status, statusMessage, headers, connection }: HttpResponse,
  data: Uint8Array,
  { url, rt }: { url: string; rt: number },
): ResponseInfo {
  return {
    status,
    statusCode: status,
    statusMessage,
    headers,
    size: data.byteLength,
    aborted: false,
    rt,
    keepAliveSocket: connection.keepAliveSocket,
    data,
    requestUrls: [url],
    remoteAddress: connection.remoteAddress,
    remotePort: connection.remotePort,
  }
}

export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data)
}
