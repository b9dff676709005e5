import { type Authenticated, authenticate } from './authenticate.ts'
import type { AccessKey } from './claim.ts'
import { OssError } from './errors.ts'
import { locate } from './locate.ts'
import type { OssRequest } from './request.ts'

const NAMES = { hosts: ['localhost', 'oss.test'], cnames: new Map<string, string>() }

interface Setting {
  readonly now: number
  readonly keys?: readonly AccessKey[]
}

/** `request` as `authenticate` sees it, with the key `ak` / `sk` unless told otherwise. */
export function check(request: OssRequest, { now, keys = [AK] }: Setting): Authenticated {
  return authenticate(request, locate(request, NAMES), {
    accessKeys: new Map(keys.map((key) => [key.accessKeyId, key])),
    now,
  })
}

/** The error that it is refused with. */
export function refusal(request: OssRequest, setting: Setting): OssError {
  try {
    check(request, setting)
  } catch (error) {
    if (error instanceof OssError) return error
    throw error
  }
  throw new Error('The request was accepted.')
}

export const AK: AccessKey = { accessKeyId: 'ak', accessKeySecret: 'sk' }
