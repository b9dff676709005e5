/** The part of a request that a signature covers. */
export interface Signable {
  /** In upper case, as sent. */
  readonly method: string
  /** Signed even where the host name does not show it. */
  readonly bucket?: string | undefined
  /** Decoded: as the caller knows it. */
  readonly key?: string | undefined
  /** Decoded. `undefined` and '' both stand for a parameter without a value, such as `?uploads`. */
  readonly query: Readonly<Record<string, string | undefined>>
  /** Names in any case. Of two that differ in case only the later counts. */
  readonly headers: Readonly<Record<string, string>>
}

/** `/bucket/key`, `/bucket/` for the bucket itself, `/` for the service. */
export function resourcePath({ bucket, key = '' }: Signable): string {
  if (bucket !== undefined) return `/${bucket}/${key}`
  if (key === '') return '/'
  throw new TypeError('A key cannot be signed without the name of its bucket: pass `bucket` too')
}

const BLANK_ENDS = /^[ \t]|[ \t]$/
const BLANKS = /^[ \t]+|[ \t]+$/g

/** Headers by lower-case name, without the blanks that HTTP ignores around a value. */
export function headersByName(headers: Signable['headers']): Map<string, string> {
  const byName = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) {
    byName.set(name.toLowerCase(), BLANK_ENDS.test(value) ? value.replace(BLANKS, '') : value)
  }
  return byName
}

/** The headers that `isSigned` picks, sorted, each as `name:value` and a line feed. */
export function headerLines(
  headers: ReadonlyMap<string, string>,
  isSigned: (name: string) => boolean,
): string {
  const signed: [string, string][] = []
  for (const header of headers) if (isSigned(header[0])) signed.push(header)
  return signed
    .sort(byName)
    .map(([name, value]) => `${name}:${value}\n`)
    .join('')
}

/** `name=value` or, without a value, `name`; sorted by name and joined by `&`. */
export function queryText(parameters: readonly (readonly [string, string])[]): string {
  return [...parameters]
    .sort(byName)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .join('&')
}

// Names are ASCII here, so `<` compares bytes. By name only: `=` would sort after `-` in `a=1`, `a-b=2`.
function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : Number(a > b)
}
