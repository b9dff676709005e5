export interface ByteRange {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/**
 * What a GET with this `Range` gets of an object of `size` bytes. OSS answers a range that is not
 * inside the object with the whole of it, unless `x-oss-range-behavior: standard` asks for the
 * rules of HTTP. Only the first of several ranges counts; nonsense counts as no range.
 */
export function chooseRange(
  range: string,
  size: number,
  { standard }: { standard: boolean },
): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)(?:,.*)?$/.exec(range.trim()) ?? []
  if (first === '') return last === '' ? 'whole' : suffix(Number(last), size, standard)
  const start = Number(first)
  const end = last === '' ? size : Number(last) + 1
  if (last !== '' && end <= start) return 'whole'
  if (start < size && end <= size) return { start, end }
  if (!standard) return 'whole'
  return start < size ? { start, end: size } : 'unsatisfiable'
}

function suffix(
  length: number,
  size: number,
  standard: boolean,
): ByteRange | 'whole' | 'unsatisfiable' {
  if (length === 0) return 'unsatisfiable'
  if (length <= size) return { start: size - length, end: size }
  if (!standard) return 'whole'
  return size > 0 ? { start: 0, end: size } : 'unsatisfiable'
}

/** `x-oss-copy-source-range`: undefined for any that breaks the rules, which copies the whole. */
export function copySourceRange(range: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range?.trim() ?? '') ?? []
  if (first === undefined || last === undefined) return undefined
  const [start, end] = [Number(first), Number(last) + 1]
  return start < end && end <= size ? { start, end } : undefined
}

export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`
}
