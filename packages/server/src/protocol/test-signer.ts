import { createHash, createHmac } from 'node:crypto'

/**
 * A client's signer for tests, written from the published rules and vectors and not from the
 * verifier beside it, so that the two can disagree.
 */
export interface Unsigned {
  readonly method: string
  readonly bucket?: string
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

export interface Signer {
  readonly id: string
  readonly secret: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly token?: string
  readonly region?: string
  readonly product?: string
  readonly additionalHeaders?: readonly string[]
  /** Of a URL. @default 600 */
  readonly expiresInSeconds?: number
}

export interface Signed {
  readonly headers: Record<string, string>
  readonly query: Record<string, string>
}

export function signHeaderV4(request: Unsigned, signer: Signer): Signed {
  const date = basicDate(signer.time)
  const headers = lowerCase({
    ...request.headers,
    'x-oss-date': date,
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    ...(signer.token === undefined ? {} : { 'x-oss-security-token': signer.token }),
  })
  const query = { ...request.query }
  const signature = signatureV4(request, { headers, query, date, signer })
  const additional = signer.additionalHeaders?.join(';')
  const authorization = [
    `OSS4-HMAC-SHA256 Credential=${signer.id}/${scope(date, signer)}`,
    ...(additional === undefined ? [] : [`AdditionalHeaders=${additional}`]),
    `Signature=${signature}`,
  ].join(',')
  return { headers: { ...headers, authorization }, query }
}

export function signUrlV4(request: Unsigned, signer: Signer): Signed {
  const date = basicDate(signer.time)
  const headers = lowerCase({ ...request.headers })
  const query: Record<string, string> = {
    ...request.query,
    'x-oss-signature-version': 'OSS4-HMAC-SHA256',
    'x-oss-credential': `${signer.id}/${scope(date, signer)}`,
    'x-oss-date': date,
    'x-oss-expires': String(signer.expiresInSeconds ?? 600),
    ...(signer.token === undefined ? {} : { 'x-oss-security-token': signer.token }),
    ...(signer.additionalHeaders === undefined
      ? {}
      : { 'x-oss-additional-headers': signer.additionalHeaders.join(';') }),
  }
  const signature = signatureV4(request, { headers, query, date, signer })
  return { headers, query: { ...query, 'x-oss-signature': signature } }
}

/** `subResources` are the query parameters that the scheme signs. */
export function signHeaderV1(
  request: Unsigned & { subResources?: string },
  signer: Signer,
): Signed {
  const date = new Date(signer.time).toUTCString()
  const headers = lowerCase({
    ...request.headers,
    'x-oss-date': date,
    ...(signer.token === undefined ? {} : { 'x-oss-security-token': signer.token }),
  })
  const signature = signatureV1(request, headers, date, signer.secret)
  return {
    headers: { ...headers, authorization: `OSS ${signer.id}:${signature}` },
    query: { ...request.query },
  }
}

export function signUrlV1(request: Unsigned & { subResources?: string }, signer: Signer): Signed {
  const expires = String(Math.floor(signer.time / 1000) + (signer.expiresInSeconds ?? 600))
  const headers = lowerCase({ ...request.headers })
  const signature = signatureV1(request, headers, expires, signer.secret)
  const query = { ...request.query, OSSAccessKeyId: signer.id, Expires: expires }
  return { headers, query: { ...query, Signature: signature } }
}

/** `?a=b&c` */
export function queryString(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) =>
    value === '' ? encode(name) : `${encode(name)}=${encode(value)}`,
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

interface SigningV4 {
  readonly headers: Record<string, string>
  readonly query: Record<string, string>
  readonly date: string
  readonly signer: Signer
}

function signatureV4(request: Unsigned, { headers, query, date, signer }: SigningV4): string {
  const additional = signer.additionalHeaders ?? []
  const names = Object.keys(headers).filter(
    (name) => /^(content-type|content-md5|x-oss-.*)$/.test(name) || additional.includes(name),
  )
  const canonicalRequest = [
    request.method,
    pathOf(request).split('/').map(encode).join('/'),
    queryString(Object.fromEntries(Object.entries(query).sort(byEncodedName))).slice(1),
    ...names.sort().map((name) => `${name}:${headers[name]}`),
    '',
    additional.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const hash = createHash('sha256').update(canonicalRequest).digest('hex')
  const stringToSign = `OSS4-HMAC-SHA256\n${date}\n${scope(date, signer)}\n${hash}`
  const [day = '', region = '', product = ''] = scope(date, signer).split('/')
  const dayKey = hmac(`aliyun_v4${signer.secret}`, day)
  const key = hmac(hmac(hmac(dayKey, region), product), 'aliyun_v4_request')
  return hmac(key, stringToSign).toString('hex')
}

function signatureV1(
  request: Unsigned & { subResources?: string },
  headers: Record<string, string>,
  date: string,
  secret: string,
): string {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-oss-'))
  const stringToSign = [
    request.method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    date,
    ...names.sort().map((name) => `${name}:${headers[name]}`),
    pathOf(request) + (request.subResources ?? ''),
  ].join('\n')
  return createHmac('sha1', secret).update(stringToSign).digest('base64')
}

function pathOf({ bucket, key = '' }: Unsigned): string {
  return bucket === undefined ? '/' : `/${bucket}/${key}`
}

function scope(date: string, { region = 'cn-hangzhou', product = 'oss' }: Signer): string {
  return `${date.slice(0, 8)}/${region}/${product}/aliyun_v4_request`
}

function basicDate(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

function byEncodedName([a]: [string, string], [b]: [string, string]): number {
  return encode(a) < encode(b) ? -1 : 1
}
