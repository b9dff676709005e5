import { orAborted } from '../async/or-aborted.ts'
import { bytesBody } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import { readBody, text } from '../oss/response.ts'
import { type Answer, httpResponse } from '../oss/testing.contract.ts'
import type { HttpRequest, Transport } from '../oss/transport.ts'
import {
  abort,
  ask,
  begin,
  complete,
  type Deeds,
  list,
  noAnswer,
  noteCompleting,
  noteSent,
  type Scene,
} from '../upload/fickle-oss.contract.ts'
import { SUBJECT } from '../upload/testing.contract.ts'
import type { Fate } from '../upload/world.contract.ts'

/** By the clock of OSS, which is ours. */
export const EPOCH = Date.UTC(2026, 0, 2, 3, 4, 5)

/** What is asked, as far as it matters here. */
interface Question {
  readonly label: string
  readonly uploadId: string
  readonly number: number
  readonly body: Uint8Array
}

/** A network with an OSS at its end, on a bad day. It looks neither at signatures nor at headers. */
export function fickleTransport(scene: Scene, deeds: Deeds): Transport {
  return {
    async send(request) {
      const question = await questionOf(request)
      const { label, uploadId, number, body } = question
      if (number > 0) noteSent(scene, deeds, { uploadId, number, bytes: body })
      if (label === 'complete') noteCompleting(scene, deeds)
      const work = () => answerOf(scene, deeds, question)
      const { signal } = request
      const answer = await ask(scene, deeds, { label, work, signal, failure }).catch(asAnswer)
      noteHeard(deeds, question, answer)
      return httpResponse(answer)
    },
  }
}

async function questionOf({ method, path, body, signal }: HttpRequest): Promise<Question> {
  const query = new URLSearchParams(path.split('?')[1])
  const uploadId = query.get('uploadId') ?? ''
  const number = Number(query.get('partNumber') ?? 0)
  const bytes = body === undefined ? [] : await orAborted(readBody(body.chunks()), signal)
  return { label: labelOf(method, query), uploadId, number, body: Uint8Array.from(bytes) }
}

function labelOf(method: string, query: URLSearchParams): string {
  if (query.has('uploads')) return method === 'POST' ? 'initiate' : 'uploads'
  if (query.has('partNumber')) return `part ${query.get('partNumber')}`
  if (!query.has('uploadId')) return method === 'HEAD' ? 'head' : 'put'
  if (method === 'POST') return 'complete'
  return method === 'GET' ? 'list' : 'abort'
}

async function answerOf(scene: Scene, deeds: Deeds, question: Question): Promise<Answer> {
  try {
    return await done(scene, deeds, question)
  } catch (error) {
    if (error instanceof OssError) return refusal(error.code ?? '', error.status ?? 0)
    throw error
  }
}

async function done(
  scene: Scene,
  deeds: Deeds,
  { label, uploadId, number, body }: Question,
): Promise<Answer> {
  const { oss } = scene
  if (label === 'initiate') return xml('InitiateMultipartUpload', await begunXml(scene, deeds))
  if (label === 'uploads') return xml('ListMultipartUploads', uploadsXml(scene))
  if (label === 'list') {
    const parts = [...(await list(scene, deeds, uploadId)).values()]
    const listed = parts
      .sort((a, b) => a.number - b.number)
      .map(
        (part) =>
          `<Part><PartNumber>${part.number}</PartNumber><ETag>${part.etag}</ETag><Size>${part.size}</Size><HashCrc64ecma>${part.crc64}</HashCrc64ecma></Part>`,
      )
    return xml('ListParts', listed.join(''))
  }
  if (label === 'complete') {
    const parts = [...text(body).matchAll(/<PartNumber>(\d+)<.*?<ETag>(.*?)</g)].map(
      ([, digits, etag = '']) => ({ number: Number(digits), etag: etag.replaceAll('&quot;', '"') }),
    )
    const { etag, crc64 } = await complete(scene, deeds, { uploadId, parts })
    return { ...xml('CompleteMultipartUpload', `<ETag>${etag}</ETag>`), headers: sums(etag, crc64) }
  }
  if (label === 'abort') {
    await abort(scene, uploadId)
    return { status: 204 }
  }
  if (label === 'head') {
    const stored = await oss.head()
    if (stored === undefined) return { status: 404 }
    const { etag, crc64, size } = stored
    return { headers: { ...sums(etag, crc64), 'content-length': `${size}` } }
  }
  const { etag, crc64 } = await oss.uploadPart(uploadId, { number, body: bytesBody(body) })
  return { headers: sums(etag, crc64) }
}

async function begunXml(scene: Scene, deeds: Deeds): Promise<string> {
  const { uploadId } = await begin(scene, deeds)
  return `<Bucket>${SUBJECT.bucket}</Bucket><Key>${SUBJECT.name}</Key><UploadId>${uploadId}</UploadId>`
}

function uploadsXml({ oss, begunAt }: Scene): string {
  const uploads = [...oss.uploads.keys()].map((uploadId) => {
    const second = Math.floor((begunAt.get(uploadId) ?? 0) / 1000) * 1000
    const date = new Date(EPOCH + second).toISOString()
    return `<Upload><Key>${SUBJECT.name}</Key><UploadId>${uploadId}</UploadId><Initiated>${date}</Initiated></Upload>`
  })
  return uploads.join('')
}

function xml(operation: string, inside: string): Answer {
  return { body: `<${operation}Result>${inside}</${operation}Result>` }
}

function sums(etag: string, crc64: bigint | undefined): Record<string, string> {
  return { etag, 'x-oss-hash-crc64ecma': `${crc64}` }
}

function refusal(code: string, status: number): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>Said by the test.</Message></Error>` }
}

/** Some failures are answers, and some are none. */
class Answered extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super()
    this.answer = answer
  }
}

function failure(fate: Fate): Error {
  if (fate === 'err') return new Answered(refusal('InternalError', 500))
  if (fate === 'refuse') return new Answered(refusal('AccessDenied', 403))
  if (fate === 'busy') {
    return new Answered({ ...refusal('SlowDown', 503), headers: { 'retry-after': '2' } })
  }
  if (fate === 'hang') return noAnswer()
  const name = fate === 'break' ? 'RequestError' : 'ResponseError'
  return new OssError('socket hang up', { name, code: name, status: -1 })
}

function asAnswer(error: unknown): Answer {
  if (error instanceof Answered) return error.answer
  throw error
}

/** What the client knows from now on. */
function noteHeard(deeds: Deeds, { label, uploadId }: Question, { status, body }: Answer): void {
  if (label === 'initiate') deeds.heardOf = /<UploadId>(.*?)</.exec(`${body}`)?.[1] ?? deeds.heardOf
  const isGone = status === 204 || status === 404
  if (label === 'abort' && isGone && uploadId === (deeds.heardOf ?? uploadId))
    deeds.hasDropped = true
}
