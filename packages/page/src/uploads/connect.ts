import OSS, { type SigningRequest, type TemporaryKeys } from 'oss-multipart'
import type { Keys, Settings } from './settings.ts'

/** A client for the bucket of the settings. One client for all files: they share its 64 requests at once. */
export async function connect(
  settings: Settings,
  keys: Keys,
  onWarning: (warning: Error) => void,
): Promise<OSS> {
  const { region, bucket, endpoint, access, stsUrl, signUrl } = settings
  const where = { region, bucket, onWarning, ...(endpoint !== '' && { endpoint }) }
  if (access === 'sign') return new OSS({ ...where, sign: (request) => signed(signUrl, request) })
  if (access === 'keys') {
    const { accessKeyId, accessKeySecret, stsToken } = keys
    return new OSS({ ...where, accessKeyId, accessKeySecret, stsToken: stsToken || undefined })
  }
  const refreshSTSToken = () => askForKeys(stsUrl)
  const first = await refreshSTSToken()
  return new OSS({ ...where, ...first, refreshSTSToken })
}

interface GivenKeys extends TemporaryKeys {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly stsToken: string
}

/** What the application's server gives whoever may upload. */
async function askForKeys(url: string): Promise<GivenKeys> {
  const answer = await ask(url)
  const given: unknown = await answer.json().catch((cause) => {
    // A page to sign in at, or that of a hotel's network.
    throw notGiven(url, 'its answer is not JSON', cause)
  })
  if (isKeys(given)) return given
  throw notGiven(url, 'its answer lacks accessKeyId, accessKeySecret or stsToken')
}

async function signed(url: string, request: SigningRequest) {
  const headers = { 'content-type': 'application/json' }
  return (await ask(url, { method: 'POST', headers, body: JSON.stringify(request) })).json()
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, { ...init, cache: 'no-store' }).catch((cause) => {
    throw notGiven(url, 'it can not be reached', cause)
  })
  if (!answer.ok) throw notGiven(url, `it said ${answer.status}`)
  return answer
}

/** The library says the same where keys can not be renewed. */
function notGiven(url: string, why: string, cause?: unknown): Error {
  const error = new Error(`${url || 'The endpoint for keys'}: ${why}`, { cause })
  error.name = 'CredentialsError'
  return error
}

function isKeys(given: unknown): given is GivenKeys {
  const { accessKeyId, accessKeySecret, stsToken } = Object(given)
  return [accessKeyId, accessKeySecret, stsToken].every((key) => typeof key === 'string')
}
