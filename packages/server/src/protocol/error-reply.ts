import type { Reply, ReplyHeaders } from './reply.ts'
import { xmlDocument } from './xml-writer.ts'

/** What an error document tells. Every OssError does. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly ec: string | undefined
  /** Further elements of the document, by name. */
  readonly elements: Readonly<Record<string, string | number>>
  readonly headers: ReplyHeaders
}

export interface ErrorOrigin {
  readonly method: string
  readonly requestId: string
  /** The host that was addressed. */
  readonly hostId: string
}

/** The error document; on HEAD, which cannot have a body, it travels in `x-oss-err`. */
export function errorReply(error: Refusal, origin: ErrorOrigin): Reply {
  const document = Buffer.from(errorDocument(error, origin))
  const headers = {
    ...error.headers,
    ...(error.ec === undefined ? {} : { 'x-oss-ec': error.ec }),
    'content-type': 'application/xml',
  }
  if (origin.method === 'HEAD') {
    return {
      status: error.status,
      headers: { ...headers, 'x-oss-err': document.toString('base64') },
    }
  }
  return { status: error.status, headers, body: document }
}

function errorDocument(error: Refusal, { requestId, hostId }: ErrorOrigin): string {
  return xmlDocument([
    'Error',
    [
      ['Code', error.code],
      ['Message', error.message],
      ['RequestId', requestId],
      ['HostId', hostId],
      ...Object.entries(error.elements),
      error.ec === undefined ? undefined : ['EC', error.ec],
      error.ec === undefined
        ? undefined
        : ['RecommendDoc', `https://api.aliyun.com/troubleshoot?q=${error.ec}`],
    ],
  ])
}
