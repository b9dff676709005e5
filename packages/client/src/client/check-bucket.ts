import { bytesBody } from '../oss/body.ts'
import { corsRule } from '../oss/cors-rule.ts'
import { OssError } from '../oss/errors.ts'
import * as oss from '../oss/multipart.ts'
import { storedObject } from '../oss/objects.ts'
import type { Client } from './context.ts'

/** One thing that was looked at. */
export interface Finding {
  /** The operation that was tried, 'clock', or a header: 'header ETag'. */
  readonly what: string
  readonly ok: boolean
  /**
   * What kind of thing it is, for programs and translations: 'fine'; 'clock', which is wrong; 'hidden', of a
   * header; 'unreachable'; 'region', which is another; else the code of OSS or of the error, such as
   * 'AccessDenied'.
   */
  readonly code: string
  readonly found: string
  /** What to do about it, where there is something to do. */
  readonly remedy?: string
  /** The CORS rule or the right that `remedy` asks for, alone. */
  readonly missing?: string
}

export interface BucketReport {
  /** Whether an upload can be expected to succeed. */
  readonly ok: boolean
  readonly findings: readonly Finding[]
}

export interface CheckOptions {
  /** The beginning of the name that is tried, where the keys are limited to some names. @default '' */
  prefix?: string | undefined
  signal?: AbortSignal | undefined
}

/** Milliseconds that a clock may be wrong before anybody should care. */
const CLOCK_TOLERANCE = 60_000

/**
 * Tries each call that an upload makes, with one byte under a name of its own, and drops it again: no
 * object comes into being. Never rejects for what is wrong with the bucket: the report says it.
 */
export async function checkBucket(
  client: Client,
  { prefix = '', signal }: CheckOptions = {},
): Promise<BucketReport> {
  const key = `${prefix}oss-multipart-check-${Math.random().toString(36).slice(2)}`
  const target = { bucket: client.bucket(), key }
  const findings: Finding[] = []
  const call = { signal }

  /** What `work` gives, or undefined; a refusal of one of these codes shows that the call is allowed. */
  async function attempt<Value>(
    what: string,
    work: () => Promise<Value>,
    harmless: readonly string[] = [],
  ): Promise<Value | undefined> {
    try {
      const value = await work()
      findings.push(fine(what, 'allowed'))
      return value
    } catch (error) {
      signal?.throwIfAborted()
      const allowed = error instanceof OssError && harmless.includes(error.code ?? '')
      findings.push(allowed ? fine(what, 'allowed') : explain(client, what, error))
      return undefined
    }
  }

  const begun = await attempt('InitiateMultipartUpload', () =>
    oss.initiateMultipartUpload(client.send, target, call),
  )
  findings.push(clockFinding(client))
  if (begun !== undefined) {
    const { uploadId } = begun
    const part = { uploadId, partNumber: 1, body: bytesBody(new Uint8Array(1)) }
    let isHidden = false
    const sent = await attempt('UploadPart', async () => {
      try {
        return await oss.uploadPart(client.send, target, part, call)
      } catch (error) {
        isHidden = error instanceof OssError && error.name === 'MissingETagError'
        if (!isHidden) throw error
      }
    })
    if (sent !== undefined || isHidden) findings.push(...exposed(client, sent))
    await attempt('ListParts', () => oss.listParts(client.send, target, uploadId, call))
    const wrong = { uploadId, parts: [{ number: 1, etag: '"00000000000000000000000000000000"' }] }
    await attempt(
      'CompleteMultipartUpload',
      // With an ETag that is not the part's OSS refuses it, after it has looked whether we may.
      () => oss.completeMultipartUpload(client.send, target, wrong, call),
      ['InvalidPart'],
    )
    await attempt('HeadObject', () => storedObject(client.send, target, call))
    await attempt('AbortMultipartUpload', () =>
      oss.abortMultipartUpload(client.send, target, uploadId, call),
    )
  }
  return { ok: findings.every(({ ok }) => ok), findings }
}

function fine(what: string, found: string): Finding {
  return { what, ok: true, code: 'fine', found }
}

function exposed(client: Client, sent: oss.UploadedPart | undefined): Finding[] {
  const missing = corsRule(client.platform.origin?.())
  const remedy = `Set this CORS rule for the bucket: ${missing}`
  const finding = (header: string, isSeen: boolean): Finding => {
    const what = `header ${header}`
    return isSeen
      ? fine(what, 'can be seen')
      : { what, ok: false, code: 'hidden', found: 'can not be seen', remedy, missing }
  }
  return [
    finding('ETag', sent !== undefined),
    finding('x-oss-hash-crc64ecma', sent?.crc64 !== undefined),
    finding('x-oss-request-id', sent?.res.headers['x-oss-request-id'] !== undefined),
  ]
}

function clockFinding({ clock, serverClock }: Client): Finding {
  const what = 'clock'
  const seconds = Math.round((clock() - serverClock()) / 1000)
  if (Math.abs(seconds) * 1000 <= CLOCK_TOLERANCE) return fine(what, 'right enough')
  const found = `${Math.abs(seconds)} seconds ${seconds < 0 ? 'behind' : 'ahead of'} that of OSS`
  // It is put right from OSS's answers, so uploads work in spite of it.
  return { what, ok: true, code: 'clock', found, remedy: 'Set the clock of this device' }
}

/** What the codes of OSS mean for whoever set up the bucket and the keys. */
const REMEDIES: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Check `bucket`, and `region` or `endpoint`: there is no such bucket there',
  InvalidAccessKeyId: 'Check `accessKeyId`: OSS does not know it, or it is disabled',
  SignatureDoesNotMatch: 'Check `accessKeySecret`, and that `region` is that of the bucket',
  InvalidSecurityToken: 'Fetch new temporary keys: give `refreshSTSToken`',
  SecurityTokenExpired: 'Fetch new temporary keys: give `refreshSTSToken`',
  SigningError: 'See what the application’s server says: `sign` failed',
}

function explain({ platform, bucket }: Client, what: string, error: unknown): Finding {
  const {
    code = '',
    status = 0,
    message,
  } = error instanceof OssError ? error : { message: String(error) }
  const wrong = { what, ok: false, code, found: code ? `${code}: ${message}` : message }
  if (status < 0) {
    const origin = platform.origin?.()
    const network = { ...wrong, code: 'unreachable', remedy: 'See whether the host can be reached' }
    if (origin === undefined) return network
    const missing = corsRule(origin)
    const remedy = `${network.remedy}. If it can, the CORS rule is missing: ${missing}`
    return { ...network, remedy, missing }
  }
  if (/must be addressed using the specified endpoint|region/i.test(message)) {
    return { ...wrong, code: 'region', remedy: 'Give the `region` that the bucket is in' }
  }
  if (code === 'AccessDenied') {
    const missing = `oss:${RIGHTS[what] ?? 'PutObject'} on acs:oss:*:*:${bucket()}/*`
    return { ...wrong, remedy: `Allow ${missing} to these keys`, missing }
  }
  const remedy = REMEDIES[code]
  return { ...wrong, ...(remedy !== undefined && { remedy }) }
}

/** The rights that calls need by the access policies of OSS. */
const RIGHTS: Readonly<Record<string, string>> = {
  ListParts: 'ListParts',
  HeadObject: 'GetObject',
  AbortMultipartUpload: 'AbortMultipartUpload',
}
