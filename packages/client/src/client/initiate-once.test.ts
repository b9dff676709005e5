import { describe, expect, it, vi } from 'vitest'
import { OssError } from '../oss/errors.ts'
import type { CallOptions } from '../oss/multipart.ts'
import type { OssRequest } from '../oss/request.ts'
import type { Send } from '../oss/send.ts'
import { failureOf, scriptedOss } from '../oss/testing.contract.ts'
import { type Client, createClient } from './context.ts'
import { initiateOnce } from './initiate-once.ts'
import { nodePlatform } from './node-platform.ts'

const SECOND = 1_000
const KEY = 'films/big.mp4'
const target = { bucket: 'bkt', key: KEY }
const BEGUN = Date.UTC(2026, 0, 2, 3, 4, 5)

/** An upload that is open at OSS. */
interface Open {
  readonly uploadId: string
  /** @default that of the upload that is begun */
  readonly key?: string
  /** Milliseconds before OWN, the upload whose answer arrives, was begun. */
  readonly before?: number
  /** The date that OSS says. */
  readonly initiated?: string
  /** Somebody else has aborted it since it was listed. */
  readonly isGone?: boolean
  /** @default 0 */
  readonly parts?: number
}

interface Case {
  /** How the tries before the last one failed. */
  readonly failures?: readonly OssError[]
  /** How the last one fails, if it does. */
  readonly end?: OssError
  readonly open?: readonly Open[]
  /** Milliseconds that all the tries took. */
  readonly took?: number
  /** Operations that fail. */
  readonly refused?: readonly string[]
  readonly signal?: AbortSignal
}

function failed(name: string, status: number): OssError {
  return new OssError(name, { name, code: name, status })
}

const lost = failed('ResponseError', -1)
const own: Open = { uploadId: 'OWN' }
const orphan: Open = { uploadId: 'LOST', before: 2 * SECOND }

/** Begins an upload at an OSS of which these uploads are open by then. */
function begin({ failures = [lost], end, open = [own, orphan], ...rest }: Case) {
  const { took = 5 * SECOND, refused = [], signal } = rest
  const [asked, aborted]: [string[], string[]] = [[], []]
  const warn = vi.fn<Client['warn']>()
  let now = 100

  const send: Send = async (request) => {
    const { operation, query = {} } = request
    asked.push(operation)
    request.signal?.throwIfAborted()
    if (refused.includes(operation)) throw failed('AccessDenied', 403)
    if (operation === 'InitiateMultipartUpload') {
      for (const failure of failures) request.onRetry?.(failure)
      now += took
      if (end !== undefined) throw end
    }
    if (open.some(({ uploadId, isGone }) => isGone && uploadId === query.uploadId)) {
      throw failed('NoSuchUpload', 404)
    }
    if (operation === 'AbortMultipartUpload') aborted.push(query.uploadId ?? '')
    return scriptedOss({ body: answerOf(request, open), status: statusOf(request) }).send(request)
  }
  const base = createClient({ accessKeyId: 'id', accessKeySecret: 'secret' }, nodePlatform)
  const client: Client = { ...base, send, warn, elapsed: () => now }
  const call: CallOptions = { headers: { 'x-oss-meta-a': '1' }, signal }
  return { client, asked, aborted, warn, begun: () => initiateOnce(client, target, call) }
}

function statusOf({ operation }: OssRequest): number {
  return operation === 'AbortMultipartUpload' ? 204 : 200
}

function answerOf({ operation, query = {} }: OssRequest, open: readonly Open[]): string {
  if (operation === 'InitiateMultipartUpload') {
    return '<InitiateMultipartUploadResult><UploadId>OWN</UploadId></InitiateMultipartUploadResult>'
  }
  if (operation === 'ListParts') {
    const { parts = 0 } = open.find(({ uploadId }) => uploadId === query.uploadId) ?? {}
    const part = '<Part><PartNumber>1</PartNumber><ETag>"E"</ETag><Size>9</Size></Part>'
    return `<ListPartsResult>${part.repeat(parts)}</ListPartsResult>`
  }
  const uploads = open.map(({ uploadId, key = KEY, before = 0, initiated }) => {
    const date = initiated ?? new Date(BEGUN - before).toISOString()
    return `<Upload><Key>${key}</Key><UploadId>${uploadId}</UploadId><Initiated>${date}</Initiated></Upload>`
  })
  return `<ListMultipartUploadsResult>${uploads.join('')}</ListMultipartUploadsResult>`
}

describe('initiateOnce', () => {
  it.each([lost, failed('ResponseTimeoutError', -2), failed('InternalError', 500)])(
    'finds and aborts the upload of a try that ended with %s',
    async (failure) => {
      const { begun, aborted, warn } = begin({ failures: [failure] })
      expect(await begun()).toMatchObject({ uploadId: 'OWN' })
      expect(aborted).toEqual(['LOST'])
      expect(warn).not.toHaveBeenCalled()
    },
  )

  it('finds those of several tries, whatever the last one failed with', async () => {
    const open = [own, orphan, { uploadId: 'LOST-2', before: SECOND }]
    const failures = [lost, lost, failed('ThrottledError', 429)]
    const { begun, aborted } = begin({ failures, open })
    await begun()
    expect(aborted).toEqual(['LOST', 'LOST-2'])
  })

  it('asks for nothing else where no answer was lost', async () => {
    for (const failures of [
      [],
      [failed('RequestError', -1), failed('ConnectionTimeoutError', -2), failed('Throttled', 429)],
    ]) {
      const { begun, asked } = begin({ failures })
      expect(await begun()).toMatchObject({ uploadId: 'OWN' })
      expect(asked).toEqual(['InitiateMultipartUpload'])
    }
  })

  it.each<[string, Open]>([
    ['that is older than our first try', { uploadId: 'OLD', before: 6 * SECOND + 1 }],
    ['that is newer than ours', { uploadId: 'NEW', before: -SECOND }],
    ['that has parts', { uploadId: 'BUSY', before: SECOND, parts: 1 }],
    ['of another key that begins so', { uploadId: 'OTHER', key: `${KEY}.bak`, before: SECOND }],
    ['of which nobody knows when it was begun', { uploadId: 'UNDATED', initiated: '' }],
  ])('does not touch an upload %s', async (_, other) => {
    const { begun, aborted } = begin({ open: [own, orphan, other] })
    await begun()
    expect(aborted).toEqual(['LOST'])
  })

  it('touches one that was begun in the second of our first try', async () => {
    const { begun, aborted } = begin({ open: [own, { uploadId: 'LOST', before: 6 * SECOND }] })
    await begun()
    expect(aborted).toEqual(['LOST'])
  })

  it('does not touch an upload of the same client, even before it has sent anything', async () => {
    const { client, begun, aborted } = begin({ open: [own, orphan, { uploadId: 'MINE' }] })
    const running = client.uploads.begin(undefined)
    running.uploadId = 'MINE'
    await begun()
    expect(aborted).toEqual(['LOST'])
  })

  it('touches nothing where its own upload is not listed, so that ages are not known', async () => {
    const { begun, aborted } = begin({ open: [orphan] })
    expect(await begun()).toMatchObject({ uploadId: 'OWN' })
    expect(aborted).toEqual([])
  })

  it.each(['ListMultipartUploads', 'ListParts', 'AbortMultipartUpload'])(
    'goes on with one warning where it may not do %s',
    async (operation) => {
      const open = [own, orphan, { uploadId: 'LOST-2', before: SECOND }]
      const { begun, aborted, warn } = begin({ open, refused: [operation] })
      expect(await begun()).toMatchObject({ uploadId: 'OWN' })
      expect(aborted).toEqual([])
      expect(warn).toHaveBeenCalledOnce()
      expect(warn.mock.calls[0]?.[0]).toMatchObject({
        message: expect.stringMatching(
          /^An answer to InitiateMultipartUpload of oss:\/\/bkt\/films\/big\.mp4 was lost, .* listUploads/,
        ),
        cause: { code: 'AccessDenied' },
      })
    },
  )

  it('warns when it fails for good after an answer was lost: an upload may be left', async () => {
    const end = failed('AccessDenied', 403)
    const { begun, warn, asked } = begin({ end })
    expect(await failureOf(begun())).toBe(end)
    expect(warn.mock.calls).toMatchObject([[{ cause: end }]])
    expect(asked).toEqual(['InitiateMultipartUpload'])
  })

  it('warns when its only try was lost', async () => {
    const { begun, warn } = begin({ failures: [], end: lost })
    expect(await failureOf(begun())).toBe(lost)
    expect(warn.mock.calls).toMatchObject([[{ cause: lost }]])
  })

  it('goes on to the next where one is gone by now', async () => {
    const open = [own, { ...orphan, isGone: true }, { uploadId: 'LOST-2', before: SECOND }]
    const { begun, aborted, warn } = begin({ open })
    await begun()
    expect(aborted).toEqual(['LOST-2'])
    expect(warn).not.toHaveBeenCalled()
  })

  it('only fails where no answer was lost', async () => {
    const end = failed('AccessDenied', 403)
    const { begun, warn } = begin({ failures: [failed('RequestError', -1)], end })
    expect(await failureOf(begun())).toBe(end)
    expect(warn).not.toHaveBeenCalled()
  })

  it('is silent when it is stopped while it looks, and gives the upload that it has begun', async () => {
    const stop = new AbortController()
    const { client, warn } = begin({})
    const stopping: Send = async (request) => {
      if (request.operation !== 'InitiateMultipartUpload') stop.abort()
      return client.send(request)
    }
    const { signal } = stop
    const begun = initiateOnce({ ...client, send: stopping }, target, { signal })
    expect(await begun).toMatchObject({ uploadId: 'OWN' })
    expect(warn).not.toHaveBeenCalled()
  })

  it('begins with the headers and query of the upload, and looks without them', async () => {
    const { client } = begin({})
    const requests: OssRequest[] = []
    const send: Send = async (request) => {
      requests.push(request)
      return client.send(request)
    }
    const call = {
      headers: { 'x-oss-meta-a': '1' },
      query: { versionId: 'v' },
      timeouts: { stall: 7 },
    }
    await initiateOnce({ ...client, send }, target, call)
    const [first, ...others] = requests
    expect(first).toMatchObject({ headers: call.headers, query: { uploads: '', versionId: 'v' } })
    expect(others.map(({ operation }) => operation)).toEqual([
      'ListMultipartUploads',
      'ListParts',
      'AbortMultipartUpload',
    ])
    for (const { headers, query, timeouts } of others) {
      expect([headers, query?.versionId, timeouts]).toEqual([undefined, undefined, { stall: 7 }])
    }
  })
})
