import { OssError } from '../protocol/errors.ts'

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>

type Bytes = AsyncIterable<Uint8Array>

/** The first `count` bytes, or all if there are no more than that. The rest is given back. */
export async function* first(count: number, bytes: Bytes): AsyncGenerator<Uint8Array> {
  let left = count
  if (left === 0) return giveBack(bytes)
  for await (const chunk of bytes) {
    yield chunk.subarray(0, left)
    left -= Math.min(left, chunk.length)
    if (left === 0) return
  }
}

/** For bytes that nobody will read. */
export async function giveBack(bytes: Bytes): Promise<void> {
  await bytes[Symbol.asyncIterator]().return?.()
}

/** The same bytes but for one bit of the first. */
export async function* corrupted(bytes: Bytes): AsyncGenerator<Uint8Array> {
  let isFirst = true
  for await (const chunk of bytes) {
    if (!isFirst || chunk.length === 0) {
      yield chunk
      continue
    }
    isFirst = false
    // The chunk belongs to whoever read it.
    const copy = Uint8Array.from(chunk)
    copy[0] = (chunk[0] ?? 0) ^ 1
    yield copy
  }
}

/**
 * The same bytes in pieces of a tenth of a second, or of a byte if that takes longer. Throws when
 * `gone` aborts: nobody waits for the rest.
 */
export async function* paced(
  bytes: Bytes,
  bytesPerSecond: number,
  { sleep, gone }: { sleep: Sleep; gone: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const piece = Math.ceil(bytesPerSecond / 10)
  for await (const chunk of bytes) {
    for (let start = 0; start < chunk.length; start += piece) {
      const slice = chunk.subarray(start, start + piece)
      await sleep((slice.length * 1000) / bytesPerSecond, gone).catch(() => {})
      if (gone.aborted) throw new OssError('IncompleteBody')
      yield slice
    }
  }
}
