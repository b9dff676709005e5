import { MAX_DELETE_KEYS } from './limits.ts'
import { checkKey } from './names.ts'
import { childElements, childText, malformedXml, readXml } from './xml-reader.ts'

export interface DeleteList {
  readonly keys: readonly string[]
  /** The answer names only what could not be deleted. */
  readonly quiet: boolean
}

const EC = '0016-00000608'

export function readDeleteBody(body: Uint8Array): DeleteList {
  const root = readXml(body, 'Delete')
  const keys = childElements(root, 'Object').map((object) => {
    const key = childText(object, 'Key')
    if (key === undefined) throw malformedXml('An Object must have a Key.', EC)
    checkKey(key)
    return key
  })
  if (keys.length === 0 || keys.length > MAX_DELETE_KEYS) {
    throw malformedXml(`Between 1 and ${MAX_DELETE_KEYS} objects can be deleted at once.`, EC)
  }
  return { keys, quiet: childText(root, 'Quiet')?.trim().toLowerCase() === 'true' }
}
