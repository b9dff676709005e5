import { sleep } from '../async/sleep.ts'
import { invalidInput } from '../oss/errors.ts'
import { checkBucketName } from '../oss/names.ts'
import { createOpen, createSend, type Open, type Send, type Signer } from '../oss/send.ts'
import { signV1 } from '../oss/sign-v1.ts'
import { signV4 } from '../oss/sign-v4.ts'
import type { Transport } from '../oss/transport.ts'
import { RETRY_POLICY, withRetry } from '../transport/retry.ts'
import type { Source, StreamSource } from '../upload/source.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import { type ClientOptions, type ClientSettings, resolveClientOptions } from './options.ts'
import { createRunningUploads, type RunningUploads } from './running-uploads.ts'

/** What differs between Node and a browser. */
export interface Platform {
  /** Sent as User-Agent where that is allowed. */
  readonly userAgent: string
  transport(options: ClientOptions): Transport
  /** A source for what only this platform knows, such as a path; undefined for anything else. */
  openSource(file: unknown): Promise<Source | StreamSource | undefined>
  /** The kind of bytes that users expect: a Buffer in Node. */
  bytes(data: Uint8Array): Uint8Array
  warn(warning: Error): void
}

/** What every method of a client works with. */
export interface Client {
  readonly settings: ClientSettings
  readonly platform: Platform
  readonly keyring: Keyring
  readonly send: Send
  readonly open: Open
  readonly uploads: RunningUploads
  readonly clock: () => number
  /** The bucket in use; throws when there is none. */
  bucket(): string
  useBucket(name: string): void
  warn(problem: unknown): void
}

export function createClient(options: ClientOptions, platform: Platform): Client {
  const settings = resolveClientOptions(options)
  const clock = () => Date.now()
  const keyring = createKeyring(settings, clock)
  const parts = {
    address: settings.address,
    credentials: () => keyring.fresh(),
    sign: signerOf(settings),
    transport: platform.transport(options),
    timeouts: settings.timeouts,
    headers: commonHeaders(settings, platform),
    clock,
    bytes: platform.bytes,
  }
  const policy = { ...RETRY_POLICY, limit: settings.retryMax }
  const retry = { policy, sleep, random: Math.random }
  const warn = settings.warn ?? platform.warn
  let bucket = settings.bucket

  return {
    settings,
    platform,
    keyring,
    send: withRetry(createSend(parts), retry),
    open: withRetry(createOpen(parts), retry),
    uploads: createRunningUploads(),
    clock,
    bucket() {
      if (bucket === undefined) {
        throw invalidInput(
          'Please create a bucket first: give the client a `bucket`, or call useBucket(name)',
        )
      }
      return bucket
    },
    useBucket(name) {
      bucket = checkBucketName(name)
    },
    warn(problem) {
      try {
        warn(problem instanceof Error ? problem : new Error(String(problem)))
      } catch {
        // Whoever is only told of something must not be able to end it.
      }
    },
  }
}

function signerOf({ scope, signsV4 }: ClientSettings): Signer {
  if (scope === undefined || !signsV4) return signV1
  return (request, credentials, now) => signV4(request, credentials, scope, now)
}

function commonHeaders(
  { requestPayer }: ClientSettings,
  { userAgent }: Platform,
): Record<string, string> {
  return {
    'user-agent': userAgent,
    ...(requestPayer && { 'x-oss-request-payer': 'requester' }),
  }
}
