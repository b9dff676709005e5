import { singleFlight } from '../async/single-flight.ts'
import type { Sleep } from '../async/sleep.ts'
import type { Credentials } from '../oss/credentials.ts'
import { OssError } from '../oss/errors.ts'
import { askCaller } from './ask-caller.ts'
import type { ClientSettings, TemporaryKeys } from './options.ts'

/** The keys that requests are signed with. */
export interface Keyring {
  /** As they are now, for what must be signed without waiting. */
  readonly current: Credentials
  /** Renewed first when their time has come. */
  fresh(): Credentials | Promise<Credentials>
  /** Renewed unless they already were since `sentAt`. False when there is no way to renew them. */
  renewSince(sentAt: number): Promise<boolean>
}

export interface KeyringParts {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly sleep: Sleep
}

/** Keys whose end is known are renewed this many milliseconds ahead of it … */
const AHEAD = 120_000
/** … or, when they are short-lived, after this share of their life. */
const SHARE = 0.8

interface Renewed {
  readonly credentials: Credentials
  readonly at: number
  /** When to renew them, in milliseconds since 1970. */
  readonly due: number
}

export function createKeyring(
  { credentials, refresh, refreshInterval }: ClientSettings,
  { clock, sleep }: KeyringParts,
): Keyring {
  let held: Renewed = { credentials, at: clock(), due: clock() + refreshInterval }
  // Keys that last for ever need no renewal, even where somebody could renew them.
  const renewable = refresh !== undefined && credentials.stsToken !== undefined

  const renew = singleFlight(async () => {
    held = await askCaller('refreshSTSToken', ask, sleep).catch(credentialsError)
  })

  async function ask(): Promise<Renewed> {
    const given = await refresh?.()
    const at = clock()
    const expires = expirationOf(given)
    if (expires !== undefined && expires <= at)
      throw new Error('The keys that were given have expired')
    const due = expires === undefined ? at + refreshInterval : dueBefore(expires, at)
    return { credentials: readKeys(given), at, due }
  }

  return {
    get current() {
      return held.credentials
    },
    fresh() {
      if (!renewable || clock() < held.due) return held.credentials
      return renew().then(() => held.credentials)
    },
    async renewSince(sentAt) {
      if (!renewable) return false
      // Many requests are refused together; the first of them has had new keys fetched for all.
      if (held.at <= sentAt) await renew()
      return true
    },
  }
}

function dueBefore(expires: number, at: number): number {
  return Math.max(expires - AHEAD, at + (expires - at) * SHARE)
}

/** STS says when its keys end: `Expiration`, an ISO date. */
function expirationOf(given: TemporaryKeys | undefined): number | undefined {
  const said = byLowerName(given).get('expiration')
  const time = said instanceof Date ? said.getTime() : Date.parse(String(said ?? ''))
  return Number.isNaN(time) ? undefined : time
}

/** The keys as the caller's function gives them: `stsToken` or `securityToken`, capitals allowed. */
function readKeys(given: TemporaryKeys | undefined): Credentials {
  const keys = byLowerName(given)
  return {
    accessKeyId: text(keys, 'accessKeyId'),
    accessKeySecret: text(keys, 'accessKeySecret'),
    stsToken: text(keys, keys.has('securityToken') ? 'securityToken' : 'stsToken'),
  }
}

function byLowerName(given: TemporaryKeys | undefined): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(given ?? {}).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      value,
    ]),
  )
}

function text(keys: ReadonlyMap<string, unknown>, name: string): string {
  const value = keys.get(name)
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`refreshSTSToken must return contains ${name}`)
}

function credentialsError(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause)
  const named = { name: 'CredentialsError', code: 'CredentialsError', cause }
  throw new OssError(`The temporary keys could not be renewed: ${why}`, named)
}
