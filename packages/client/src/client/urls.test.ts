import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ClientOptions } from './options.ts'
import { OSS } from './oss.ts'
import { rejection } from './testing.contract.ts'

const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }

function clientWith(options: Partial<ClientOptions> = {}): OSS {
  return new OSS({ ...keys, bucket: 'bkt', ...options })
}

/** The parameters of a URL, decoded, without its signature. */
function parametersOf(url: string, signature: string): Record<string, string> {
  const { [signature]: _, ...rest } = Object.fromEntries(new URL(url).searchParams)
  return rest
}

/** The signature of a V1 URL, as oss-protocol says it is made: by Node's own cryptography. */
function signatureV1(lines: readonly string[]): string {
  return createHmac('sha1', keys.accessKeySecret).update(lines.join('\n')).digest('base64')
}

/** The signature of a V4 URL, made in the same way from what stands in the URL and what must be sent. */
function signatureV4(
  url: string,
  method: string,
  path: string,
  headers: readonly string[] = [],
): string {
  const parameters = [...new URL(url).searchParams].filter(([name]) => name !== 'x-oss-signature')
  const query = parameters
    .map(([name, value]) => [encode(name), encode(value)])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  const { 'x-oss-date': date = '', 'x-oss-credential': credential = '' } =
    Object.fromEntries(parameters)
  const additional = new URL(url).searchParams.get('x-oss-additional-headers') ?? ''
  const canonical = [
    method,
    path,
    query.join('&'),
    ...headers,
    '',
    additional,
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const scope = credential.split('/').slice(1)
  const hash = createHash('sha256').update(canonical).digest('hex')
  const toSign = ['OSS4-HMAC-SHA256', date, scope.join('/'), hash].join('\n')
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `aliyun_v4${keys.accessKeySecret}`,
  )
  return createHmac('sha256', key).update(toSign).digest('hex')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

const nowInSeconds = () => Math.floor(Date.now() / 1_000)

describe('signatureUrl', () => {
  it('lets its holder read an object for half an hour', () => {
    const before = nowInSeconds()
    const url = clientWith({ region: 'oss-cn-beijing' }).signatureUrl('dir/a b+é.txt')
    expect(url).toMatch(
      /^https:\/\/bkt\.oss-cn-beijing\.aliyuncs\.com\/dir\/a%20b%2B%C3%A9\.txt\?OSSAccessKeyId=id&Expires=\d+&Signature=/,
    )
    const { Expires = '', ...rest } = parametersOf(url, 'Signature')
    expect(rest).toEqual({ OSSAccessKeyId: 'id' })
    expect(Number(Expires)).toBeGreaterThanOrEqual(before + 1_800)
    expect(Number(Expires)).toBeLessThanOrEqual(nowInSeconds() + 1_800)
    expect(new URL(url).searchParams.get('Signature')).toBe(
      signatureV1(['GET', '', '', Expires, '/bkt/dir/a b+é.txt']),
    )
  })

  it('signs method, headers, processing, limits and headers of the answer', () => {
    const url = clientWith().signatureUrl('a', {
      expires: 60.9,
      method: 'put',
      'Content-Type': 'text/plain',
      'Content-MD5': 'MD5',
      process: 'image/resize,w_200',
      trafficLimit: 819_200,
      response: { 'Content-Disposition': 'attachment; filename="é"' },
      subResource: { versionId: 'v 1', other: 5 },
    })
    const { Expires = '', ...rest } = parametersOf(url, 'Signature')
    expect(rest).toEqual({
      OSSAccessKeyId: 'id',
      versionId: 'v 1',
      other: '5',
      'response-content-disposition': 'attachment; filename="é"',
      'x-oss-process': 'image/resize,w_200',
      'x-oss-traffic-limit': '819200',
    })
    const resource = [
      '/bkt/a?response-content-disposition=attachment; filename="é"',
      'versionId=v 1',
      'x-oss-process=image/resize,w_200',
      'x-oss-traffic-limit=819200',
    ]
    expect(new URL(url).searchParams.get('Signature')).toBe(
      signatureV1(['PUT', 'MD5', 'text/plain', Expires, resource.join('&')]),
    )
    expect(Number(Expires)).toBeLessThanOrEqual(nowInSeconds() + 60)
  })

  it('sends the callback along', () => {
    const url = clientWith().signatureUrl('a', {
      method: 'PUT',
      callback: { url: 'http://app.example', body: 'x', customValue: { mine: '1' } },
    })
    const { callback = '', 'callback-var': variables = '' } = parametersOf(url, 'Signature')
    expect(JSON.parse(Buffer.from(callback, 'base64').toString())).toEqual({
      callbackUrl: 'http://app.example',
      callbackBody: 'x',
    })
    expect(JSON.parse(Buffer.from(variables, 'base64').toString())).toEqual({ 'x:mine': '1' })
  })

  it('names the token of temporary keys, and signs it', () => {
    const url = clientWith({ stsToken: 'token/+' }).signatureUrl('a')
    const { Expires = '', 'security-token': token } = parametersOf(url, 'Signature')
    expect(token).toBe('token/+')
    expect(new URL(url).searchParams.get('Signature')).toBe(
      signatureV1(['GET', '', '', Expires, '/bkt/a?security-token=token/+']),
    )
  })

  it.each<[string, Partial<ClientOptions>, string]>([
    [
      'a custom domain',
      { endpoint: 'https://files.example.com', cname: true },
      'https://files.example.com/a?',
    ],
    ['an address', { endpoint: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000/bkt/a?'],
    ['another region', { region: 'oss-us-west-1' }, 'https://bkt.oss-us-west-1.aliyuncs.com/a?'],
  ])('goes to %s', (_what, options, start) => {
    expect(clientWith(options).signatureUrl('a').startsWith(start)).toBe(true)
  })

  it('refuses a name that would be taken for a query, unless it is told not to', () => {
    expect(() => clientWith().signatureUrl('?a')).toThrow('Invalid object name "?a"')
    expect(clientWith().signatureUrl('?a', {}, false)).toContain('/%3Fa?OSSAccessKeyId=')
  })

  it.each([0, -5, Number.NaN])('refuses to expire after %j seconds', (expires) => {
    expect(() => clientWith().signatureUrl('a', { expires })).toThrow(
      '`expires` must be seconds above 0',
    )
  })

  it('refuses a client without a bucket', () => {
    expect(() => new OSS(keys).signatureUrl('a')).toThrow('Please create a bucket first')
  })
})

describe('signatureUrlV4', () => {
  it('lets its holder make one kind of request for so many seconds', async () => {
    const url = await clientWith().signatureUrlV4('get', 60, undefined, 'dir/a b+é.txt')
    expect(url.startsWith('https://bkt.oss-cn-hangzhou.aliyuncs.com/dir/a%20b%2B%C3%A9.txt?')).toBe(
      true,
    )
    expect(parametersOf(url, 'x-oss-signature')).toEqual({
      'x-oss-signature-version': 'OSS4-HMAC-SHA256',
      'x-oss-credential': expect.stringMatching(/^id\/\d{8}\/cn-hangzhou\/oss\/aliyun_v4_request$/),
      'x-oss-date': expect.stringMatching(/^\d{8}T\d{6}Z$/),
      'x-oss-expires': '60',
    })
    expect(new URL(url).searchParams.get('x-oss-signature')).toBe(
      signatureV4(url, 'GET', '/bkt/dir/a%20b%2B%C3%A9.txt'),
    )
  })

  it('signs headers and queries, and tells which headers beyond the usual', async () => {
    const request = {
      headers: { 'Content-Type': 'text/plain', 'X-Oss-Meta-A': 'é', Host: 'h', Other: 'no' },
      queries: { acl: null, versionId: 'v 1' },
    }
    const url = await clientWith().signatureUrlV4('PUT', 60, request, 'a', ['Host'])
    expect(parametersOf(url, 'x-oss-signature')).toMatchObject({
      acl: '',
      versionId: 'v 1',
      'x-oss-additional-headers': 'host',
    })
    expect(new URL(url).searchParams.get('x-oss-signature')).toBe(
      signatureV4(url, 'PUT', '/bkt/a', ['content-type:text/plain', 'host:h', 'x-oss-meta-a:é']),
    )
  })

  it('is about the bucket where no object is named', async () => {
    const url = await clientWith().signatureUrlV4('GET', 60, { queries: { uploads: null } })
    expect(url).toMatch(/^https:\/\/bkt\.oss-cn-hangzhou\.aliyuncs\.com\/\?uploads&/)
    expect(new URL(url).searchParams.get('x-oss-signature')).toBe(signatureV4(url, 'GET', '/bkt/'))
  })

  it('renews temporary keys first, and names their token', async () => {
    const client = clientWith({
      stsToken: 'old',
      refreshSTSTokenInterval: 0,
      refreshSTSToken: async () => ({ ...keys, accessKeyId: 'id-2', stsToken: 'new' }),
    })
    const url = await client.signatureUrlV4('GET', 60, undefined, 'a')
    expect(parametersOf(url, 'x-oss-signature')).toMatchObject({
      'x-oss-credential': expect.stringMatching(/^id-2\//),
      'x-oss-security-token': 'new',
    })
  })

  it('needs a region', async () => {
    const client = clientWith({ endpoint: 'https://files.example.com', cname: true })
    expect((await rejection(client.signatureUrlV4('GET', 60, undefined, 'a'))).message).toBe(
      'Signature V4 needs to know the region: give the client a `region`',
    )
  })

  it.each([0, 604_801, 1.5])('refuses to be valid for %j seconds', async (expires) => {
    const sent = clientWith().signatureUrlV4('GET', expires, undefined, 'a')
    expect((await rejection(sent)).message).toContain('whole seconds (seven days)')
  })

  it('refuses a header that is to be signed and is not there', async () => {
    const sent = clientWith().signatureUrlV4('GET', 60, undefined, 'a', ['host'])
    expect((await rejection(sent)).message).toContain('`host` is to be signed')
  })
})
