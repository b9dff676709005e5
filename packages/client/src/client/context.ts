import { createGate, type Gate } from '../async/gate.ts'
import { sleep } from '../async/sleep.ts'
import { invalidInput } from '../oss/errors.ts'
import { checkBucketName } from '../oss/names.ts'
import type { Sha256 } from '../oss/portable-sha256.ts'
import { createOpen, createSend, type Open, type Send, type Signer } from '../oss/send.ts'
import { signV4 } from '../oss/sign-v4.ts'
import type { Transport } from '../oss/transport.ts'
import { type Recovery, withRecovery } from '../transport/recovery.ts'
import { RETRY_POLICY, type RetryPolicy, withRetry } from '../transport/retry.ts'
import { createRetryBudget } from '../transport/retry-budget.ts'
import { createServerClock, type ServerClock } from '../transport/server-clock.ts'
import type { Source, StreamSource } from '../upload/source.ts'
import type { TypeOfExtension } from './content-type.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import { type AnyClientOptions, type ClientSettings, resolveClientOptions } from './options.ts'
import { createRunningUploads, type RunningUploads } from './running-uploads.ts'
import { NO_KEYS, signElsewhere } from './sign-elsewhere.ts'

/** What differs between Node and a browser. */
export interface Platform {
  /** Sent as User-Agent; undefined where that is not ours to say. */
  readonly userAgent: string | undefined
  /** Where the page is from that makes the requests; undefined where CORS is none of our concern. */
  origin?(): string | undefined
  transport(options: AnyClientOptions): Transport
  /** A source for what only this platform knows, such as a path; undefined for anything else. */
  openSource(file: unknown): Promise<Source | StreamSource | undefined>
  readonly typeOf: TypeOfExtension
  /** Left out where there is none faster than the portable one. */
  readonly sha256?: Sha256
  /** Left out where Signature V4 has to do: the older one costs a page two more hashes. */
  readonly signV1?: Signer
  /** Milliseconds that this process has not been at work, ever; left out where nobody knows. */
  readonly idle?: () => number
  /** The kind of bytes that users expect: a Buffer in Node. */
  bytes(data: Uint8Array): Uint8Array
  warn(warning: Error): void
}

/**
 * Of all uploads of a client together, unless one of them asks for more: each part takes a connection and
 * a buffer, and a thousand uploads at once must not take thousands of them.
 */
const MAX_PARTS_IN_FLIGHT = 64

/** What every method of a client works with. */
export interface Client {
  readonly settings: ClientSettings
  readonly platform: Platform
  readonly keyring: Keyring
  readonly send: Send
  readonly open: Open
  readonly uploads: RunningUploads
  /** Parts in flight, which all uploads of the client share. */
  readonly places: Gate
  /** Milliseconds on a clock that only grows: for how long something takes. */
  readonly elapsed: () => number
  /** Milliseconds since 1970, by our clock … */
  readonly clock: () => number
  /** … and by that of OSS, which signatures are measured with. */
  readonly serverClock: () => number
  /** The bucket in use; throws when there is none. */
  bucket(): string
  useBucket(name: string): void
  warn(problem: unknown): void
}

export function createClient(options: AnyClientOptions, platform: Platform): Client {
  const settings = resolveClientOptions(options)
  const clock = () => Date.now()
  const elapsed = () => performance.now()
  const serverClock = createServerClock(clock)
  const { sign } = settings
  const keyring = sign === undefined ? createKeyring(settings, { clock, sleep }) : NO_KEYS
  const parts = {
    address: settings.address,
    credentials: () => keyring.fresh(),
    sign: signerOf(settings, platform),
    signElsewhere: sign && signElsewhere(sign, sleep),
    transport: platform.transport(options),
    timeouts: settings.timeouts,
    headers: commonHeaders(settings, platform),
    clock,
    serverClock: serverClock.now,
    bytes: platform.bytes,
  }
  const retry = {
    policy: policyOf(settings),
    budget: createRetryBudget(elapsed),
    sleep,
    random: Math.random,
    now: serverClock.now,
  }
  const recoveries = recoveriesOf(serverClock, keyring)
  const warn = settings.warn ?? platform.warn
  let bucket = settings.bucket

  return {
    settings,
    platform,
    keyring,
    send: withRetry(withRecovery(createSend(parts), recoveries, clock), retry),
    open: withRetry(withRecovery(createOpen(parts), recoveries, clock), retry),
    uploads: createRunningUploads(),
    places: createGate(MAX_PARTS_IN_FLIGHT),
    elapsed,
    clock,
    serverClock: serverClock.now,
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

function policyOf({ retryMax }: ClientSettings): RetryPolicy {
  if (retryMax === undefined) return RETRY_POLICY
  return { ...RETRY_POLICY, limit: retryMax, patientLimit: retryMax }
}

const EXPIRED_KEYS = new Set(['SecurityTokenExpired', 'InvalidSecurityToken'])

/** A wrong clock and keys that have expired are put right, and the request that was hit is sent again. */
function recoveriesOf(serverClock: ServerClock, keyring: Keyring): Recovery[] {
  return [
    {
      applies: ({ code }) => code === 'RequestTimeTooSkewed',
      recover: ({ serverTime }) => serverClock.learn(serverTime),
    },
    {
      applies: ({ code = '' }) => EXPIRED_KEYS.has(code),
      recover: (_, sentAt) => keyring.renewSince(sentAt),
    },
  ]
}

function signerOf({ scope, signsV4, sign }: ClientSettings, { signV1, sha256 }: Platform): Signer {
  if (scope === undefined || !signsV4) {
    if (signV1 !== undefined) return signV1
    // Then it is never asked.
    if (sign !== undefined) return () => ({})
    throw invalidInput('oss-multipart/core knows Signature V4 alone: give the client a `region`')
  }
  return (request, credentials, now) => signV4(request, credentials, scope, now, [], sha256)
}

function commonHeaders(
  { requestPayer }: ClientSettings,
  { userAgent }: Platform,
): Record<string, string> {
  return {
    ...(userAgent && { 'user-agent': userAgent }),
    ...(requestPayer && { 'x-oss-request-payer': 'requester' }),
  }
}
