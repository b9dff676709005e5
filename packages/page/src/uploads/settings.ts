/** Who signs requests: keys from an STS endpoint, a server that signs each, or keys that were typed in. */
export type Access = 'sts' | 'sign' | 'keys'

/** Where files go. There is no key in it: it is kept in the browser. */
export interface Settings {
  /** Such as `oss-cn-hangzhou`. */
  readonly region: string
  readonly bucket: string
  /** Empty: the one of the region. */
  readonly endpoint: string
  /** What the names of objects begin with. */
  readonly prefix: string
  /** Bytes; 0: the library chooses by the size of the file. Only `target.json` says otherwise. */
  readonly partSize: number
  readonly access: Access
  /** Answers GET with { accessKeyId, accessKeySecret, stsToken, expiration }. */
  readonly stsUrl: string
  /** Signs what is posted to it: docs/signing.md. */
  readonly signUrl: string
}

/** Of this visit alone: never stored. */
export interface Keys {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly stsToken: string
}

export const NO_KEYS: Keys = { accessKeyId: '', accessKeySecret: '', stsToken: '' }

export const NO_SETTINGS: Settings = {
  region: 'oss-cn-hangzhou',
  bucket: '',
  endpoint: '',
  prefix: '',
  partSize: 0,
  access: 'sts',
  stsUrl: '',
  signUrl: '',
}

const ACCESSES: readonly Access[] = ['sts', 'sign', 'keys']
const STORED_AS = 'oss-multipart-page settings'

/** What can be used of a stored or served value; whatever else is in it, such as a key, is dropped. */
export function readSettings(value: unknown): Settings | undefined {
  const given = Object(value)
  const text = (name: Exclude<keyof Settings, 'partSize'>) =>
    typeof given[name] === 'string' ? given[name].trim() : NO_SETTINGS[name]
  const bucket = text('bucket')
  if (bucket === '') return undefined
  return {
    region: text('region'),
    bucket,
    endpoint: text('endpoint'),
    prefix: text('prefix'),
    partSize: Number.isInteger(given.partSize) ? given.partSize : NO_SETTINGS.partSize,
    access: ACCESSES.find((access) => access === given.access) ?? 'sts',
    stsUrl: text('stsUrl'),
    signUrl: text('signUrl'),
  }
}

/** What was set in this browser, else what the server of the page says in `target.json`. */
export async function loadSettings(): Promise<Settings | undefined> {
  return storedSettings() ?? servedSettings()
}

function storedSettings(): Settings | undefined {
  try {
    return readSettings(JSON.parse(localStorage.getItem(STORED_AS) ?? 'null'))
  } catch {
    return undefined
  }
}

/** Whoever deploys the page may put `target.json` beside it; nobody has to. */
export async function servedSettings(): Promise<Settings | undefined> {
  try {
    const answer = await fetch('target.json')
    return answer.ok ? readSettings(await answer.json()) : undefined
  } catch {
    return undefined
  }
}

export function storeSettings(settings: Settings | undefined): void {
  try {
    if (settings === undefined) localStorage.removeItem(STORED_AS)
    else localStorage.setItem(STORED_AS, JSON.stringify(settings))
  } catch {
    // A browser that keeps nothing forgets them with the visit.
  }
}
