import { plainEtag } from './conditions.ts'
import { readPartNumber } from './detect.ts'
import { OssError } from './errors.ts'
import { type PartText, plainPartList } from './plain-part-list.ts'
import { childElements, childText, malformedXml, readXml } from './xml-reader.ts'

export interface ListedPart {
  readonly partNumber: number
  /** Without quotes, in upper case. */
  readonly etag: string
}

const EC = '0042-00000205'

/** The parts that a CompleteMultipartUpload names, in ascending order; there may be none. */
export function readCompleteBody(body: Uint8Array): ListedPart[] {
  if (body.length === 0) throw malformedXml('The list of parts is missing.', EC)
  const parts = (plainPartList(body) ?? parsedParts(body)).map(({ partNumber, etag }) => ({
    partNumber: readPartNumber(partNumber.trim()),
    etag: plainEtag(etag),
  }))
  const isAscending = parts.every(
    ({ partNumber }, index) => partNumber > (parts[index - 1]?.partNumber ?? 0),
  )
  if (!isAscending) throw new OssError('InvalidPartOrder')
  return parts
}

function parsedParts(body: Uint8Array): PartText[] {
  const root = readXml(body, 'CompleteMultipartUpload')
  return childElements(root, 'Part').map((part) => {
    const partNumber = childText(part, 'PartNumber')
    const etag = childText(part, 'ETag')
    if (partNumber === undefined || etag === undefined) {
      throw malformedXml('A Part must have a PartNumber and an ETag.', EC)
    }
    return { partNumber, etag }
  })
}
