import { OssError } from './errors.ts'
import { percentDecode } from './percent.ts'

const MAX_TAGS = 10
const MAX_TAG_KEY = 128
const MAX_TAG_VALUE = 256

/** How many tags `k1=v1&k2=v2` (URL-encoded) holds; throws for what OSS would refuse. */
export function countTags(tagging: string): number {
  const keys = tagging.split('&').filter(Boolean).map(readTagKey)
  if (keys.length > MAX_TAGS) throw invalidTag(`An object has at most ${MAX_TAGS} tags.`)
  if (new Set(keys).size < keys.length) throw invalidTag('Each tag must have its own key.')
  return keys.length
}

function readTagKey(tag: string): string {
  const [encodedKey = '', ...rest] = tag.split('=')
  const key = decode(encodedKey)
  if (key === '' || key.length > MAX_TAG_KEY) {
    throw invalidTag(`The key of a tag has 1 to ${MAX_TAG_KEY} characters.`)
  }
  if (decode(rest.join('=')).length > MAX_TAG_VALUE) {
    throw invalidTag(`The value of a tag has at most ${MAX_TAG_VALUE} characters.`)
  }
  return key
}

function decode(encoded: string): string {
  const text = percentDecode(encoded)
  if (text === undefined) throw invalidTag('The tags must be percent-encoded UTF-8.')
  return text
}

function invalidTag(message: string): OssError {
  return new OssError('InvalidTag', { message })
}
