export interface PartText {
  readonly partNumber: string
  readonly etag: string
}

const HEAD =
  /^(?:<\?xml version="1\.0" encoding="(?:UTF|utf)-8"\s*\?>\s*)?<CompleteMultipartUpload(?: xmlns="[\w:/.-]*")?>\s*/
const PART =
  /<Part>\s*<PartNumber>(\d+)<\/PartNumber>\s*<ETag>((?:[\w-]|"|&quot;|&#34;)+)<\/ETag>\s*<\/Part>\s*/y
const TAIL = /<\/CompleteMultipartUpload>\s*$/y

/**
 * The parts of a CompleteMultipartUpload, if it is written as most clients do; undefined is for the parser
 * to judge. With 10,000 parts that one would keep everybody waiting for a tenth of a second.
 */
export function plainPartList(body: Uint8Array): PartText[] | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  let at = HEAD.exec(text)?.[0].length
  if (at === undefined) return undefined
  const parts: PartText[] = []
  for (let part = matchAt(PART, text, at); part !== null; part = matchAt(PART, text, at)) {
    const [whole, partNumber = '', etag = ''] = part
    parts.push({ partNumber, etag: etag.replaceAll(/&quot;|&#34;/g, '"') })
    at += whole.length
  }
  return matchAt(TAIL, text, at) === null ? undefined : parts
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
