import type { Fault as ServerFault } from 'oss-local'
import { bytesOf } from '../flow/testing.ts'
import type { Bench, FaultCase } from './fault-case.ts'
import { KEY } from './judge.ts'

const HOUR = 3_600_000
const PART_3 = { on: 'UploadPart', partNumber: 3 } as const
const COMPLETE = { on: 'CompleteMultipartUpload' } as const
/** A refusal that no repetition can help. */
function final(row: string, where: Pick<ServerFault, 'on' | 'partNumber'>) {
  return ([status, code]: readonly [number, string]): FaultCase => ({
    row,
    name: `${where.on}${where.partNumber ? ` ${where.partNumber}` : ''} is refused with ${status} ${code}`,
    ends: { name: `${code}Error`, code, status, ...(where.partNumber && { partNum: 3 }) },
    arrange: ({ server }) => server.faults.add({ ...where, do: 'refuse', status, code }),
  })
}

const FORBIDDEN = [
  [403, 'SignatureDoesNotMatch'],
  [403, 'AccessDenied'],
  [403, 'InvalidAccessKeyId'],
] as const

const temporary = {
  first: { accessKeyId: 'sts-1', accessKeySecret: 'secret-1', stsToken: 'token-1' },
  next: { accessKeyId: 'sts-2', accessKeySecret: 'secret-2', stsToken: 'token-2' },
}

const withTemporaryKeys: Pick<FaultCase, 'server'> = {
  server: () => ({
    accessKeys: [
      { accessKeyId: 'own', accessKeySecret: 'own-secret' },
      temporary.first,
      temporary.next,
    ],
  }),
}

/** Keys that OSS calls expired when the upload has begun. */
function expired(
  name: string,
  ends: FaultCase['ends'],
  refresh: (call: number) => Promise<Record<string, string>>,
): FaultCase {
  return {
    row: ends === 'arrived' ? 'C34' : 'C35',
    name,
    ...withTemporaryKeys,
    client() {
      let calls = 0
      return { ...temporary.first, refreshSTSToken: async () => refresh(++calls) }
    },
    ends,
    arrange: ({ server }) => server.faults.add({ on: 'UploadPart', times: 3, do: 'expire token' }),
  }
}

export const REFUSALS: readonly FaultCase[] = [
  {
    row: 'C16',
    name: 'a part is refused with 400 InvalidDigest',
    ends: { name: 'InvalidDigestError', status: 400, partNum: 3 },
    arrange: ({ server }) =>
      server.faults.add({ ...PART_3, do: 'refuse', status: 400, code: 'InvalidDigest' }),
  },
  ...[HOUR, -HOUR].map(
    (ms): FaultCase => ({
      row: 'C32',
      name: `our clock is an hour ${ms > 0 ? 'slow' : 'fast'}`,
      server: () => ({ clock: () => Date.now() + ms }),
      ends: 'arrived',
      arrange() {},
    }),
  ),
  {
    row: 'C32',
    name: 'the clock of OSS jumps by an hour in the middle',
    ends: 'arrived',
    arrange: ({ server }) =>
      server.faults.add({
        on: 'UploadPart',
        nth: 3,
        times: 'always',
        do: 'skew clock',
        ms: HOUR,
      }),
  },
  {
    row: 'C32',
    name: 'OSS calls the clock wrong whatever it is',
    ends: { name: 'RequestTimeTooSkewedError', status: 403, partNum: 3 },
    arrange: ({ server }) =>
      server.faults.add({
        ...PART_3,
        times: 2,
        do: 'refuse',
        status: 403,
        code: 'RequestTimeTooSkewed',
      }),
  },
  ...FORBIDDEN.map(final('C33', PART_3)),
  ...FORBIDDEN.map(final('C33', { on: 'InitiateMultipartUpload' })),
  ...FORBIDDEN.map(final('C33', COMPLETE)),
  expired(
    'the temporary keys of three parts expire at once',
    'arrived',
    async () => temporary.next,
  ),
  expired(
    'temporary keys expire, and new ones cannot be had for a while',
    { name: 'CredentialsError', code: 'CredentialsError' },
    async (call) => {
      if (call <= 3) throw new Error('The vault is closed')
      return temporary.next
    },
  ),
  expired(
    'temporary keys expire, and the new ones have expired as well',
    { name: 'CredentialsError', code: 'CredentialsError' },
    async (call) => ({
      ...temporary.next,
      Expiration: new Date(Date.now() + (call <= 3 ? -HOUR : HOUR)).toISOString(),
    }),
  ),
  {
    row: 'C37',
    name: 'the upload is aborted by somebody else in the middle',
    ends: { name: 'abort', code: 'NoSuchUpload', status: 0 },
    arrange: (bench) => bench.proxy.add({ ...PART_3, fault: () => abort(bench) }),
  },
  {
    row: 'C37',
    name: 'the upload was aborted before it goes on',
    resumed: true,
    ends: 'arrived',
    arrange: abort,
  },
  {
    row: 'C37',
    name: 'a part is told that there is no such upload, which is not true',
    ends: { name: 'abort', code: 'NoSuchUpload', status: 0, partNum: 3 },
    arrange: ({ server }) =>
      server.faults.add({ ...PART_3, do: 'refuse', status: 404, code: 'NoSuchUpload' }),
  },
  final('C38', { on: 'InitiateMultipartUpload' })([404, 'NoSuchBucket']),
  ...(
    [
      [404, 'NoSuchBucket'],
      [405, 'MethodNotAllowed'],
      [409, 'OperationAborted'],
      [411, 'MissingContentLength'],
      [412, 'PreconditionFailed'],
      [413, 'EntityTooLarge'],
      [501, 'NotImplemented'],
    ] as const
  ).map(final('C38', PART_3)),
  ...(['EntityTooSmall', 'InvalidPart', 'InvalidPartOrder'] as const).map(
    (code): FaultCase => ({
      row: 'C39',
      name: `Complete is refused once with ${code}`,
      ends: 'arrived',
      arrange: ({ server }) => server.faults.add({ ...COMPLETE, do: 'refuse', status: 400, code }),
    }),
  ),
  {
    row: 'C39',
    name: 'a part is overwritten by somebody else before Complete',
    ends: 'arrived',
    arrange: (bench) => bench.proxy.add({ ...COMPLETE, fault: () => overwritePart(bench) }),
  },
  {
    row: 'C39',
    name: 'Complete is refused with InvalidPart again and again',
    ends: { name: 'InvalidPartError', code: 'InvalidPart', status: 400 },
    arrange: ({ server }) =>
      server.faults.add({
        ...COMPLETE,
        times: 'always',
        do: 'refuse',
        status: 400,
        code: 'InvalidPart',
      }),
  },
  ...[301, 302, 307, 308].flatMap((status) => [
    redirected(status, 'InitiateMultipartUpload'),
    redirected(status, 'UploadPart'),
    redirected(status, 'CompleteMultipartUpload'),
  ]),
  {
    row: 'C88',
    name: 'the bucket is said to be elsewhere',
    ends: { name: 'AccessDeniedError', status: 403, operation: 'InitiateMultipartUpload' },
    arrange({ proxy, server }) {
      const body = `<Error><Code>AccessDenied</Code><Message>The bucket must be addressed by the specified endpoint.</Message><Endpoint>${proxy.url}/elsewhere/${TRAP}</Endpoint></Error>`
      server.faults.add({ on: 'InitiateMultipartUpload', do: 'answer', status: 403, body })
    },
    also: expectNotFollowed,
  },
  {
    row: 'C41',
    name: 'a part is answered without an ETag',
    ends: { name: 'MissingETagError', status: 200, partNum: 3 },
    arrange: ({ server }) =>
      server.faults.add({ ...PART_3, do: 'change answer', headers: { etag: null } }),
  },
]

/** To where somebody else would collect what is sent; it is not followed. */
function redirected(status: number, on: NonNullable<ServerFault['on']>): FaultCase {
  return {
    row: 'C40',
    name: `${on} is redirected elsewhere with ${status}`,
    ends: { name: 'UnknownError', status, operation: on },
    arrange({ proxy, server }) {
      const location = `${proxy.url}/elsewhere/${TRAP}`
      server.faults.add({ on, do: 'answer', status, headers: { location } })
    },
    also: expectNotFollowed,
  }
}

function expectNotFollowed({ proxy }: Bench): void {
  if (proxy.count({ key: TRAP }) > 0) throw new Error('The other place was asked')
}

const TRAP = 'trap'

async function abort({ direct }: Bench): Promise<void> {
  const { uploads } = await direct.listUploads()
  for (const { name, uploadId } of uploads) await direct.abortMultipartUpload(name, uploadId)
}

async function overwritePart({ direct, partSize }: Bench): Promise<void> {
  const { uploads } = await direct.listUploads()
  const other = bytesOf(partSize, 'other')
  for (const { uploadId } of uploads) await direct.uploadPart(KEY, uploadId, 2, other, 0, partSize)
}
