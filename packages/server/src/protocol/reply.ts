import type { XmlNode } from './xml-writer.ts'
import { xmlDocument } from './xml-writer.ts'

/** Header names in lower case; each character of a value is one byte of the wire (latin1). */
export type ReplyHeaders = Readonly<Record<string, string>>

export interface Reply {
  readonly status: number
  readonly headers: ReplyHeaders
  /**
   * A stream must come with its `content-length`, and is iterated to its end or returned. A chunk of it is
   * good until the next is asked for.
   */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>
}

export function emptyReply(status: number, headers: ReplyHeaders = {}): Reply {
  return { status, headers }
}

export function xmlReply(root: XmlNode, headers: ReplyHeaders = {}): Reply {
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'application/xml' },
    body: Buffer.from(xmlDocument(root)),
  }
}
