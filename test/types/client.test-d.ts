// What must compile for users of oss-multipart. Nothing here is ever run.

import { createReadStream } from 'node:fs'
import type { Agent } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import OSS, {
  type Checkpoint,
  type ClientOptions,
  type CORSRule,
  type CompleteMultipartUploadResult,
  type DeletedObject,
  fileCheckpoints,
  type GetResult,
  type HeadResult,
  type InitMultipartUploadResult,
  type LifecycleRule,
  type ListedObject,
  type ListPartsResult,
  type ListResult,
  type ListUploadsResult,
  type ListV2Result,
  type MultipartUploadOptions,
  type MultipartUploadResult,
  type OSS as NamedOSS,
  OssError,
  type Progress,
  type PutResult,
  type RequestResult,
  type ResponseInfo,
  type Source,
  type TemporaryKeys,
  type UploadCallback,
  type UploadInput,
  type UploadPartResult,
  VERSION,
} from 'oss-multipart'
import { expectTypeOf } from 'vitest'

expectTypeOf(OSS).toEqualTypeOf<typeof NamedOSS>()
expectTypeOf(VERSION).toEqualTypeOf<string>()

declare const agent: Agent

export const leastOptions: ClientOptions = { accessKeyId: 'id', accessKeySecret: 'secret' }

/** Every option of ali-oss that the README names; each may also be `undefined`. */
export const allOptions: Required<Omit<ClientOptions, 'sign'>> = {
  accessKeyId: 'id',
  accessKeySecret: 'secret',
  stsToken: 'token',
  refreshSTSToken: async () => ({ accessKeyId: '', accessKeySecret: '', stsToken: '' }),
  refreshSTSTokenInterval: 1,
  bucket: 'media',
  region: 'oss-cn-hangzhou',
  endpoint: undefined,
  internal: false,
  secure: true,
  timeout: ['10s', 60_000],
  cname: false,
  sldEnable: false,
  isRequestPay: false,
  headerEncoding: 'latin1',
  retryMax: 3,
  bandwidth: 1_000_000,
  authorizationV4: true,
  cloudBoxId: undefined,
  agent,
  httpsAgent: agent,
  maxSockets: 10,
  enableProxy: false,
  proxy: 'http://127.0.0.1:8080',
  onWarning: (warning) => expectTypeOf(warning).toEqualTypeOf<Error>(),
}

const client = new OSS(leastOptions)
expectTypeOf(client).toEqualTypeOf<OSS>()
expectTypeOf<TemporaryKeys>().toExtend<object>()

/** Everything that can be uploaded. */
export const inputs: readonly UploadInput[] = [
  './path',
  Buffer.from(''),
  new Uint8Array(1),
  new Float64Array(1),
  new DataView(new ArrayBuffer(1)),
  new ArrayBuffer(1),
  new Blob([]),
  new File([], 'name'),
  new FileSystemFileHandle(),
  createReadStream('./path'),
  new ReadableStream<Uint8Array>(),
  [new Uint8Array(1)],
  (async function* () {
    yield new Uint8Array(1)
  })(),
]

export const sources: readonly Source[] = [
  { size: 1, read: (start, end) => new Uint8Array(end - start) },
  { size: 1, read: async () => new Blob([]) },
  {
    size: 1,
    async *read(start: number) {
      yield new Uint8Array(start)
    },
    version: async () => '1',
    close: async () => {},
  },
]

export const progresses: readonly Progress[] = [
  () => {},
  async (percentage) => expectTypeOf(percentage).toEqualTypeOf<number>(),
  (_percentage, checkpoint, res) => {
    expectTypeOf(checkpoint).toEqualTypeOf<Checkpoint | null | undefined>()
    expectTypeOf(res).toEqualTypeOf<ResponseInfo | undefined>()
  },
]

const callback: UploadCallback = { url: 'http://127.0.0.1', body: 'by=callback' }

export const uploadOptions: Required<MultipartUploadOptions> = {
  parallel: 4,
  partSize: 1024 * 1024,
  onTransfer: ({ sent, total, phase }) => [sent, total, phase],
  progress: (percentage) => percentage,
  checkpoint: '{"as": "JSON"}',
  checkpoints: fileCheckpoints('folder'),
  verify: 'identity',
  crc64: true,
  signal: AbortSignal.timeout(1),
  abortOnCancel: true,
  mime: 'video/mp4',
  meta: { year: 2017, people: 'test', public: true },
  headers: { 'Cache-Control': 'no-cache', Expires: undefined },
  callback: { ...callback, customValue: { id: 1 }, contentType: 'application/json' },
  timeout: '60s',
  subres: { versionId: null },
  versionId: undefined,
}

export async function uploads(source: Source, checkpoint: Checkpoint): Promise<void> {
  const result = await client.multipartUpload('name', source, { checkpoint })
  expectTypeOf(result).toEqualTypeOf<MultipartUploadResult>()
  expectTypeOf(result.etag).toEqualTypeOf<string>()
  expectTypeOf(result.data).toEqualTypeOf<unknown>()
  expectTypeOf(result.res.headers).toEqualTypeOf<Readonly<Record<string, string>>>()
  await client.multipartUpload('name', './path')
  await client.multipartUpload('name', undefined, { checkpoint })
  await client.multipartUpload('name', './path', { checkpoint: JSON.stringify(checkpoint) })
  expectTypeOf(client.cancel()).resolves.toEqualTypeOf<void>()
  await client.cancel({ name: 'name', uploadId: checkpoint.uploadId })
  expectTypeOf(client.isCancel()).toEqualTypeOf<boolean>()
  client.resetCancelFlag()
}

export async function partByPart(): Promise<void> {
  const init = await client.initMultipartUpload('name', { mime: 'video/mp4' })
  expectTypeOf(init).toEqualTypeOf<InitMultipartUploadResult>()
  const part = await client.uploadPart('name', init.uploadId, 1, './path', 0, 102_400)
  expectTypeOf(part).toEqualTypeOf<UploadPartResult>()
  const parts = await client.listParts('name', init.uploadId, { 'max-parts': 10 })
  expectTypeOf(parts).toEqualTypeOf<ListPartsResult>()
  const uploads = await client.listUploads({ prefix: 'a/', 'max-uploads': '10' })
  expectTypeOf(uploads).toEqualTypeOf<ListUploadsResult>()
  const whole = await client.completeMultipartUpload('name', init.uploadId, [
    { number: 1, etag: part.etag },
  ])
  expectTypeOf(whole).toEqualTypeOf<CompleteMultipartUploadResult>()
  const aborted = client.abortMultipartUpload('name', init.uploadId)
  expectTypeOf(aborted).resolves.toEqualTypeOf<{ res: ResponseInfo }>()
}

export async function objects(stream: Readable, target: Writable): Promise<void> {
  expectTypeOf(await client.put('name', stream, { contentLength: 3 })).toEqualTypeOf<PutResult>()
  expectTypeOf(await client.putStream('name', stream)).toEqualTypeOf<PutResult>()
  const head = await client.head('name', { headers: { 'If-None-Match': '"a"' } })
  expectTypeOf(head).toEqualTypeOf<HeadResult>()
  expectTypeOf(head.meta).toEqualTypeOf<Record<string, string> | null>()
  expectTypeOf(await client.get('name')).toEqualTypeOf<GetResult>()
  expectTypeOf(await client.get('name', './path', { process: 'image/info' })).toExtend<GetResult>()
  await client.get('name', target)
  await client.get('name', { headers: { Range: 'bytes=0-1' } })
  expectTypeOf((await client.getStream('name')).stream).toEqualTypeOf<Readable>()
  expectTypeOf((await client.getObjectMeta('name')).status).toEqualTypeOf<number>()
  await client.copy('to', 'from', { meta: { a: 1 } })
  const copied = await client.copy('to', 'from', 'other-bucket', { versionId: '1' })
  expectTypeOf(copied.data).toEqualTypeOf<{ etag: string; lastModified: string }>()
  expectTypeOf(client.delete('name')).resolves.toEqualTypeOf<{ res: ResponseInfo }>()
  const { deleted } = await client.deleteMulti(['a', { key: 'b', versionId: '1' }], { quiet: true })
  expectTypeOf(deleted).toEqualTypeOf<DeletedObject[]>()
}

export async function lists(): Promise<void> {
  const page = await client.list({ prefix: 'a/', delimiter: '/', 'max-keys': 10 })
  expectTypeOf(page).toEqualTypeOf<ListResult>()
  expectTypeOf(page.objects).toEqualTypeOf<ListedObject[]>()
  expectTypeOf(page.nextMarker).toEqualTypeOf<string | null>()
  await client.list(null, { timeout: 1000 })
  expectTypeOf(await client.listV2({ 'continuation-token': 'a' })).toEqualTypeOf<ListV2Result>()
}

export async function buckets(): Promise<void> {
  const rule: CORSRule = { allowedOrigin: '*', allowedMethod: ['GET', 'PUT'], maxAgeSeconds: 60 }
  const put = client.putBucketCORS('media', [rule, { ...rule, exposeHeader: ['ETag'] }])
  expectTypeOf(put).resolves.toEqualTypeOf<{ res: ResponseInfo }>()
  const { rules } = await client.getBucketCORS('media', { timeout: '10s' })
  expectTypeOf(rules).toEqualTypeOf<CORSRule[]>()
  await client.putBucketCORS('media', rules)
  expectTypeOf(client.deleteBucketCORS('media')).resolves.toEqualTypeOf<{ res: ResponseInfo }>()

  const abortMultipartUpload = { days: 7 }
  const stale: LifecycleRule = { prefix: '', status: 'Enabled', abortMultipartUpload }
  const putRules = client.putBucketLifecycle('media', [stale, { ...stale, days: '1' }])
  expectTypeOf(putRules).resolves.toEqualTypeOf<{ res: ResponseInfo }>()
  const lifecycle = await client.getBucketLifecycle('media')
  expectTypeOf(lifecycle.rules).toEqualTypeOf<LifecycleRule[] | null>()
  const deleted = client.deleteBucketLifecycle('media')
  expectTypeOf(deleted).resolves.toEqualTypeOf<{ res: ResponseInfo }>()
}

export async function urlsAndRequests(): Promise<void> {
  const response = { 'content-disposition': 'attachment' }
  const url = client.signatureUrl('name', { expires: 60, method: 'PUT', response, callback })
  expectTypeOf(url).toEqualTypeOf<string>()
  const v4 = client.signatureUrlV4('GET', 60, { queries: { versionId: null } }, 'name', ['host'])
  expectTypeOf(v4).resolves.toEqualTypeOf<string>()
  expectTypeOf(client.useBucket('other').setBucket('media')).toEqualTypeOf<OSS>()
  expectTypeOf(client.getBucket()).toEqualTypeOf<string>()
  const answer = client.request({ method: 'GET', bucket: 'media', subres: 'acl' })
  expectTypeOf(answer).resolves.toEqualTypeOf<RequestResult>()
}

export function failures(error: unknown): void {
  if (!(error instanceof OssError)) return
  expectTypeOf(error).toExtend<Error>()
  expectTypeOf(error.code).toEqualTypeOf<string | undefined>()
  expectTypeOf(error.status).toEqualTypeOf<number | undefined>()
  expectTypeOf(error.partNum).toEqualTypeOf<number | undefined>()
  expectTypeOf(error.checkpoint).toEqualTypeOf<Checkpoint | undefined>()
}
