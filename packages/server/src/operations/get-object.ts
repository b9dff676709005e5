import { isNotModified } from '../protocol/conditions.ts'
import { httpDate } from '../protocol/dates.ts'
import { OssError } from '../protocol/errors.ts'
import { contentMd5, quoted } from '../protocol/etag.ts'
import { headerValue } from '../protocol/object-settings.ts'
import { type ByteRange, chooseRange, contentRange } from '../protocol/range.ts'
import { emptyReply, type Reply, type ReplyHeaders } from '../protocol/reply.ts'
import type { ObjectRecord } from '../store/store.ts'
import type { Call, Handler } from './call.ts'
import { findObject } from './find.ts'

export const getObject: Handler<'GetObject'> = async (operation, call) => {
  const { request, store } = call
  const overrides = readOverrides(call)
  const object = await findObject(store, operation)
  if (isNotModified(request.headers, object)) return notModified(object)
  const range = readRange(call, object)
  const { start, end } = range ?? { start: 0, end: object.size }
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...objectHeaders(object),
      ...overrides,
      'content-length': String(end - start),
      ...(range === undefined ? {} : { 'content-range': contentRange(range, object.size) }),
    },
    body: store.read(object, start, end),
  }
}

export const headObject: Handler<'HeadObject'> = async (operation, { request, store }) => {
  const object = await findObject(store, operation)
  if (isNotModified(request.headers, object)) return notModified(object)
  return emptyReply(200, objectHeaders(object))
}

/** Never the user's metadata. */
export const getObjectMeta: Handler<'GetObjectMeta'> = async (operation, { request, store }) => {
  const object = await findObject(store, operation)
  const headers = { ...validatorHeaders(object), 'content-length': String(object.size) }
  // Older SDKs ask with GET, which would have to send the bytes that its length announces.
  return emptyReply(200, request.method === 'GET' ? { ...headers, 'content-length': '0' } : headers)
}

function objectHeaders(object: ObjectRecord): ReplyHeaders {
  return {
    ...object.headers,
    ...validatorHeaders(object),
    'accept-ranges': 'bytes',
    'content-length': String(object.size),
    'x-oss-object-type': object.type,
    'x-oss-storage-class': object.storageClass,
    'x-oss-hash-crc64ecma': String(object.crc64),
    ...(object.type === 'Normal' ? { 'content-md5': contentMd5(object.etag) } : {}),
  }
}

function validatorHeaders({ etag, lastModified }: ObjectRecord): ReplyHeaders {
  return { etag: quoted(etag), 'last-modified': httpDate(lastModified) }
}

function notModified(object: ObjectRecord): Reply {
  return emptyReply(304, validatorHeaders(object))
}

function readRange({ request }: Call, object: ObjectRecord): ByteRange | undefined {
  const header = request.headers.get('range')
  if (header === undefined) return undefined
  const standard = request.headers.get('x-oss-range-behavior') === 'standard'
  const range = chooseRange(header, object.size, { standard })
  if (range === 'unsatisfiable') {
    throw new OssError('InvalidRange', {
      elements: { ActualObjectSize: object.size, RangeRequested: header },
    })
  }
  return range === 'whole' ? undefined : range
}

const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
]

/** `response-content-type` and its like: what the headers are to say this time. */
function readOverrides({ request, identity }: Call): ReplyHeaders {
  const asked = OVERRIDES.flatMap((name) => {
    const value = request.query.get(`response-${name}`)
    return value === undefined ? [] : [[name, value] as const]
  })
  if (asked.length > 0 && identity === 'anonymous') {
    throw new OssError('InvalidRequest', {
      message: 'Request specific response headers cannot be used for anonymous GET requests.',
    })
  }
  return Object.fromEntries(
    asked.map(([name, value]) => [
      name,
      headerValue(`response-${name}`, Buffer.from(value, 'utf8').toString('latin1')),
    ]),
  )
}
