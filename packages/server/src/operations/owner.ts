import type { XmlNode } from '../protocol/xml-writer.ts'

/** The one owner of every bucket and object. */
const OWNER_ID = '1000000000000001'

export function ownerNode(): XmlNode {
  return [
    'Owner',
    [
      ['ID', OWNER_ID],
      ['DisplayName', OWNER_ID],
    ],
  ]
}
