import { singleFlight } from '../async/single-flight.ts'
import type { Credentials } from '../oss/credentials.ts'
import { OssError } from '../oss/errors.ts'
import type { ClientSettings, TemporaryKeys } from './options.ts'

/** The keys that requests are signed with. */
export interface Keyring {
  /** As they are now, for what must be signed without waiting. */
  readonly current: Credentials
  /** Renewed first when their time has come. */
  fresh(): Promise<Credentials>
}

export function createKeyring(
  { credentials, refresh, refreshInterval }: ClientSettings,
  clock: () => number,
): Keyring {
  let current = credentials
  let renewedAt = clock()

  const renew = singleFlight(async () => {
    try {
      current = readKeys(await refresh?.())
      renewedAt = clock()
    } catch (error) {
      throw credentialsError(error)
    }
  })

  return {
    get current() {
      return current
    },
    async fresh() {
      const due = clock() - renewedAt >= refreshInterval
      if (refresh !== undefined && current.stsToken !== undefined && due) await renew()
      return current
    },
  }
}

/** The keys as the caller's function gives them: `stsToken` or `securityToken`, capitals allowed. */
function readKeys(given: TemporaryKeys | undefined): Credentials {
  const keys = new Map(
    Object.entries(given ?? {}).map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      value,
    ]),
  )
  return {
    accessKeyId: text(keys, 'accessKeyId'),
    accessKeySecret: text(keys, 'accessKeySecret'),
    stsToken: text(keys, keys.has('securityToken') ? 'securityToken' : 'stsToken'),
  }
}

function text(keys: ReadonlyMap<string, unknown>, name: string): string {
  const value = keys.get(name)
  if (typeof value === 'string' && value !== '') return value
  throw new Error(`refreshSTSToken must return contains ${name}`)
}

function credentialsError(cause: unknown): OssError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const named = { name: 'CredentialsError', code: 'CredentialsError', cause }
  return new OssError(`The temporary keys could not be renewed: ${why}`, named)
}
