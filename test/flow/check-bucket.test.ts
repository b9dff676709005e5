import { describe, expect, it } from 'vitest'
import { startFlow } from './testing.ts'

const flow = await startFlow()
const CALLS = [
  'InitiateMultipartUpload',
  'UploadPart',
  'ListParts',
  'CompleteMultipartUpload',
  'HeadObject',
  'AbortMultipartUpload',
]

describe('checkBucket', () => {
  it('finds nothing wrong with a bucket that is as it should be, and leaves nothing there', async () => {
    const client = flow.client()
    const { ok, findings } = await client.checkBucket()
    expect(findings.filter((finding) => !finding.ok)).toEqual([])
    expect(ok).toBe(true)
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['fine']))
    const tried = findings.map(({ what }) => what).filter((what) => CALLS.includes(what))
    expect(tried).toEqual(CALLS)
    expect((await client.listUploads()).uploads).toEqual([])
    expect((await client.list()).objects).toEqual([])
  })

  it.each([
    ['InitiateMultipartUpload', 'oss:PutObject'],
    ['UploadPart', 'oss:PutObject'],
    ['ListParts', 'oss:ListParts'],
    ['CompleteMultipartUpload', 'oss:PutObject'],
    ['AbortMultipartUpload', 'oss:AbortMultipartUpload'],
  ] as const)('says which right is missing for %s', async (operation, right) => {
    const end = flow.observer.disturb({ operation }, { status: 403, code: 'AccessDenied' })
    const { ok, findings } = await flow.client().checkBucket()
    end()
    expect(ok).toBe(false)
    expect(findings.filter((finding) => !finding.ok)).toMatchObject([
      {
        what: operation,
        code: 'AccessDenied',
        found: expect.stringContaining('AccessDenied'),
        remedy: expect.stringContaining(right),
        missing: expect.stringMatching(`^${right} on acs:oss:`),
      },
    ])
  })

  it.each([
    [
      'a key that OSS does not know',
      { accessKeyId: 'nobody' },
      'InvalidAccessKeyId',
      'accessKeyId',
    ],
    ['a wrong secret', { accessKeySecret: 'wrong' }, 'SignatureDoesNotMatch', 'accessKeySecret'],
    ['a bucket that there is not', { bucket: 'nowhere' }, 'NoSuchBucket', '`bucket`'],
    [
      'a host that can not be reached',
      { endpoint: 'http://127.0.0.1:1', retryMax: 0 },
      'unreachable',
      'host',
    ],
  ])('says what to do about %s', async (_, options, code, said) => {
    const { ok, findings } = await flow.client(options).checkBucket()
    expect(ok).toBe(false)
    const remedy = expect.stringContaining(said)
    expect(findings[0]).toMatchObject({ ok: false, code, remedy })
  })

  it('keeps to the names that the keys are for, and stops when it is told to', async () => {
    await flow.client().checkBucket({ prefix: 'users/17/' })
    expect(flow.observer.requests.at(-1)?.key).toMatch(/^users\/17\/oss-multipart-check-/)
    const stopped = flow.client().checkBucket({ signal: AbortSignal.abort(new Error('enough')) })
    await expect(stopped).rejects.toThrow('enough')
  })
})
