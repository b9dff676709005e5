import { randomBytes } from 'node:crypto'
import type AliOss from 'ali-oss'
import type { OSS } from 'oss-multipart'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADDRESSES, type Way } from './addresses.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'
import { differences, shapeOf, shapeOfError } from './shape.ts'

const PART = 100 * 1024

/** What ali-oss has in every result and ours has not: details of its HTTP library. */
const RES = {
  'res.timing': 'null → missing',
  'res.socketHandledRequests': 'number → missing',
  'res.socketHandledResponses': 'number → missing',
}

/** Everything else in which our results are not those of ali-oss, by operation. */
const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // As its documentation says; ali-oss gives an array only where there are prefixes.
  list: { prefixes: 'null → array' },
  'list of one page': { prefixes: 'null → array' },
  // The token that the caller has given; its documentation does not know of it.
  listV2: { prefixes: 'null → array', continuationToken: 'null → missing' },
  'listV2 of one page': { prefixes: 'null → array', continuationToken: 'null → missing' },
  // As its documentation says; ali-oss gives the texts of the XML.
  listParts: {
    isTruncated: 'string → boolean',
    maxParts: 'string → number',
    nextPartNumberMarker: 'string → number',
    partNumberMarker: 'string → number',
    'parts[].PartNumber': 'string → number',
    'parts[].Size': 'string → number',
  },
}

/** What its errors have and ours have not: the whole request, with the body in it. */
const ERROR = { params: 'object → missing' }

/** With HEAD also a host, which is always empty. */
const HEAD_ERROR = { ...ERROR, host: 'string → missing' }

const way: Way = { address: ADDRESSES.ip, authorizationV4: true }

let server: InteropServer
let aliOss: AliOss
let ours: OSS
beforeAll(async () => {
  server = await startInteropServer()
  aliOss = server.aliOss(way)
  ours = server.ours(way)
})
afterAll(() => server.close())

/** Methods that are called alike. Each is run with one client after the other. */
const CALLS: Readonly<Record<string, (client: AliOss | OSS) => Promise<object>>> = {
  put: (client) => client.put('r/put', Buffer.from('text'), { meta: { a: 'b' } }),
  head: (client) => client.head('r/put'),
  'head without metadata': async (client) => {
    await client.put('r/bare', Buffer.from('text'))
    return client.head('r/bare')
  },
  getObjectMeta: (client) => client.getObjectMeta('r/put'),
  get: (client) => client.get('r/put'),
  multipartUpload: (client) =>
    client.multipartUpload('r/parts', randomBytes(2 * PART), { partSize: PART }),
  'multipartUpload of a small file': (client) =>
    client.multipartUpload('r/small', Buffer.from('text')),
  list: (client) => client.list({ prefix: 'r/p', delimiter: '/' }),
  'list of folders': (client) => client.list({ delimiter: '/' }),
  'list of one page': (client) => client.list({ 'max-keys': 1 }),
  listV2: (client) => client.listV2({ prefix: 'r/p', delimiter: '/' }),
  'listV2 of one page': (client) => client.listV2({ 'max-keys': 1 }),
  initMultipartUpload: (client) => client.initMultipartUpload('r/init'),
  uploadPart: (client) => withUpload(client, (uploadId) => sendPart(client, uploadId, 1)),
  listParts: (client) =>
    withUpload(client, async (uploadId) => {
      await sendPart(client, uploadId, 1)
      await sendPart(client, uploadId, 2)
      return client.listParts('r/upload', uploadId)
    }),
  listUploads: (client) => withUpload(client, () => client.listUploads({ prefix: 'r/upload' })),
  'listUploads of none': (client) => client.listUploads({ prefix: 'none' }),
  completeMultipartUpload: async (client) => {
    const { uploadId } = await client.initMultipartUpload('r/upload')
    const { etag } = await sendPart(client, uploadId, 1)
    return client.completeMultipartUpload('r/upload', uploadId, [{ number: 1, etag }])
  },
  abortMultipartUpload: async (client) => {
    const { uploadId } = await client.initMultipartUpload('r/upload')
    return client.abortMultipartUpload('r/upload', uploadId)
  },
  copy: (client) => client.copy('r/copy', 'r/put'),
  delete: (client) => client.delete('r/copy'),
  deleteMulti: (client) => client.deleteMulti(['r/copy', 'r/other']),
  'deleteMulti, quiet': (client) => client.deleteMulti(['r/copy'], { quiet: true }),
}

async function withUpload(
  client: AliOss | OSS,
  work: (uploadId: string) => Promise<object>,
): Promise<object> {
  const { uploadId } = await client.initMultipartUpload('r/upload')
  const result = await work(uploadId)
  await client.abortMultipartUpload('r/upload', uploadId)
  return result
}

async function sendPart(
  client: AliOss | OSS,
  uploadId: string,
  partNo: number,
): Promise<{ etag: string }> {
  return client.uploadPart('r/upload', uploadId, partNo, randomBytes(PART), 0, PART)
}

/** Each with what every client of the server runs into. */
const FAILURES: Readonly<Record<string, (client: AliOss | OSS) => Promise<object>>> = {
  'get of a missing key': (client) => client.get('missing'),
  'head of a missing key': (client) => client.head('missing'),
  'copy of a missing key': (client) => client.copy('copy', 'missing'),
  'parts of a missing upload': (client) => client.listParts('missing', 'unknown'),
}

const REFUSALS: typeof FAILURES = {
  'get with a wrong secret': (client) => client.get('any'),
  'head with a wrong secret': (client) => client.head('any'),
  'put with a wrong secret': (client) => client.put('any', Buffer.from('text')),
  'multipartUpload with a wrong secret': (client) =>
    client.multipartUpload('any', randomBytes(2 * PART), { partSize: PART }),
}

it.each(Object.entries(CALLS))('has all that ali-oss gives: %s', async (name, call) => {
  const theirs = shapeOf(await call(aliOss))
  const mine = shapeOf(await call(ours))
  expect(differences(theirs, mine)).toEqual({ ...RES, ...DIFFERENCES[name] })
})

it('gives every part in a list, where ali-oss gives the only one alone', async () => {
  await withUpload(aliOss, async (uploadId) => {
    await sendPart(aliOss, uploadId, 1)
    const theirs = await aliOss.listParts('r/upload', uploadId)
    const mine = await ours.listParts('r/upload', uploadId)
    expect(theirs.parts).toMatchObject({ PartNumber: '1', Size: String(PART) })
    expect(mine.parts).toMatchObject([{ PartNumber: 1, Size: PART }])
    return mine
  })
})

describe('fails as ali-oss does', () => {
  it.each(Object.entries(FAILURES))('%s', async (name, call) => {
    await expectSameFailure(name, call(aliOss), call(ours))
  })

  it.each(Object.entries(REFUSALS))('%s', async (name, call) => {
    const wrong = { accessKeySecret: 'guessed' }
    await expectSameFailure(name, call(server.aliOss(way, wrong)), call(server.ours(way, wrong)))
  })
})

async function expectSameFailure(name: string, theirs: Promise<object>, ours: Promise<object>) {
  const [theirError, ourError] = await Promise.all([rejection(theirs), rejection(ours)])
  const facts = (error: Error) => ['name', 'code', 'status'].map((fact) => Reflect.get(error, fact))
  expect(facts(ourError)).toEqual(facts(theirError))
  const found = differences(shapeOfError(theirError), shapeOfError(ourError))
  expect(found).toEqual(name.startsWith('head') ? HEAD_ERROR : ERROR)
}

async function rejection(promise: Promise<object>): Promise<Error> {
  const reason: unknown = await promise.catch((error: unknown) => error)
  if (reason instanceof Error) return reason
  throw new Error(`Expected a rejection with an Error: got ${reason}`)
}
