import type { Sleep } from '../async/sleep.ts'
import { invalidInput, OssError } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import type { SignElsewhere } from '../oss/signing.ts'
import { askCaller } from './ask-caller.ts'
import type { Keyring } from './keyring.ts'

/** The caller's `sign`, asked again where it fails, and not believed before it was looked at. */
export function signElsewhere(sign: SignElsewhere, sleep: Sleep): SignElsewhere {
  return (request) => {
    const ask = async () => checked(await sign(request))
    return askCaller('`sign`', ask, sleep).catch(signingError)
  }
}

function checked(signed: unknown): Awaited<ReturnType<SignElsewhere>> {
  const { headers, url } = Object(signed)
  if (typeof url === 'string' && /^https?:\/\//.test(url)) return { url }
  const values = Object.values(Object(headers))
  if (values.length > 0 && values.every((value) => typeof value === 'string')) return { headers }
  // What was given is not shown: it may be signed.
  throw new Error('`sign` must give { headers } or { url }')
}

function signingError(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new OssError(`The request could not be signed: ${why}`, {
    name: 'SigningError',
    code: 'SigningError',
    cause,
  })
}

/** In the place of keys where there are none. */
export const NO_KEYS: Keyring = {
  get current(): never {
    throw noKeys()
  },
  fresh: async () => {
    throw noKeys()
  },
  // The next try is signed anew, by keys that may be fresh.
  renewSince: async () => true,
}

function noKeys(): OssError {
  return invalidInput('Signing a URL needs keys, and this client has `sign` in their place')
}

export function checkSign(sign: unknown, keys: readonly unknown[]): void {
  if (typeof sign !== 'function')
    throw invalidInput(`\`sign\` must be a function: got ${show(sign)}`)
  if (keys.some((key) => key !== undefined && key !== null)) {
    throw invalidInput(
      'Give either keys or `sign`: where others sign, no key belongs into the page',
    )
  }
}
