import { describe, expect, it } from 'vitest'
import { type Address, type AddressOptions, isIp, locate, resolveAddress } from './address.ts'

/** Where requests for an object go. */
function urlOf(options: AddressOptions, key = 'key'): string {
  const { origin, path } = locate(resolveAddress(options), { bucket: 'bkt', key })
  return origin + path
}

const resolve = (options: object) => () => resolveAddress(options)

describe('resolveAddress', () => {
  it.each<[AddressOptions, string]>([
    [{}, 'https://bkt.oss-cn-hangzhou.aliyuncs.com/key'],
    [{ region: 'oss-cn-beijing' }, 'https://bkt.oss-cn-beijing.aliyuncs.com/key'],
    [{ region: 'cn-beijing' }, 'https://bkt.oss-cn-beijing.aliyuncs.com/key'],
    [{ region: 'oss-cn-beijing-internal' }, 'https://bkt.oss-cn-beijing-internal.aliyuncs.com/key'],
    [{ region: 'oss-accelerate' }, 'https://bkt.oss-accelerate.aliyuncs.com/key'],
    [{ region: 'oss-cn-beijing', secure: true }, 'https://bkt.oss-cn-beijing.aliyuncs.com/key'],
    [{ region: 'oss-cn-beijing', secure: false }, 'http://bkt.oss-cn-beijing.aliyuncs.com/key'],
    [{ region: 'oss-cn-beijing', endpoint: '' }, 'https://bkt.oss-cn-beijing.aliyuncs.com/key'],
    [{ region: 'vpc100-oss-cn-beijing' }, 'https://bkt.vpc100-oss-cn-beijing.aliyuncs.com/key'],
  ])('finds the region of %j', (options, url) => {
    expect(urlOf(options)).toBe(url)
  })

  it.each([
    ['oss-cn-beijing', 'oss-cn-beijing-internal.aliyuncs.com'],
    ['cn-beijing', 'oss-cn-beijing-internal.aliyuncs.com'],
    ['oss-cn-beijing-internal', 'oss-cn-beijing-internal.aliyuncs.com'],
    ['vpc100-oss-cn-beijing', 'vpc100-oss-cn-beijing.aliyuncs.com'],
  ])('has the host of %s in the internal network', (region, host) => {
    expect(resolveAddress({ region, internal: true }).host).toBe(host)
  })

  it.each<[string, AddressOptions, string]>([
    ['a host name', {}, 'https://bkt.oss.example.com/key'],
    ['secure: false', { secure: false }, 'http://bkt.oss.example.com/key'],
    [
      'a region, which it goes before',
      { region: 'oss-cn-beijing' },
      'https://bkt.oss.example.com/key',
    ],
    ['internal, which is of regions', { internal: true }, 'https://bkt.oss.example.com/key'],
    ['cname', { cname: true }, 'https://oss.example.com/key'],
    ['sldEnable', { sldEnable: true }, 'https://oss.example.com/bkt/key'],
    ['cname before sldEnable', { cname: true, sldEnable: true }, 'https://oss.example.com/key'],
  ])('takes an endpoint with %s', (_, options, url) => {
    expect(urlOf({ endpoint: 'oss.example.com', ...options })).toBe(url)
  })

  it.each([
    ['http://oss.example.com', 'http://bkt.oss.example.com/key'],
    ['https://oss.example.com', 'https://bkt.oss.example.com/key'],
    ['https://OSS.Example.COM', 'https://bkt.oss.example.com/key'],
    ['http://oss.example.com:8080', 'http://bkt.oss.example.com:8080/key'],
    ['oss.example.com:8443', 'https://bkt.oss.example.com:8443/key'],
    ['https://oss.example.com:443', 'https://bkt.oss.example.com/key'],
    ['http://oss.example.com/some/path/', 'http://bkt.oss.example.com/key'],
    ['oss.example.com/some/path', 'https://bkt.oss.example.com/key'],
  ])('reads the endpoint %s', (endpoint, url) => {
    expect(urlOf({ endpoint })).toBe(url)
  })

  it('keeps the scheme that the endpoint names, whatever `secure` says', () => {
    expect(urlOf({ endpoint: 'http://a.b', secure: true })).toBe('http://bkt.a.b/key')
    expect(urlOf({ endpoint: 'https://a.b', secure: false })).toBe('https://bkt.a.b/key')
  })

  it('keeps a port that is the default of the other scheme', () => {
    expect(urlOf({ endpoint: 'a.b:443', secure: false })).toBe('http://bkt.a.b:443/key')
    expect(urlOf({ endpoint: 'a.b:80' })).toBe('https://bkt.a.b:80/key')
    expect(urlOf({ endpoint: 'a.b:80', secure: false })).toBe('http://bkt.a.b/key')
  })

  it.each([
    ['127.0.0.1:9000', 'http://127.0.0.1:9000/bkt/key'],
    ['localhost:9000', 'http://localhost:9000/bkt/key'],
    ['http://localhost', 'http://localhost/bkt/key'],
    ['[::1]:9000', 'http://[::1]:9000/bkt/key'],
    ['http://[::1]', 'http://[::1]/bkt/key'],
    ['https://192.0.2.7', 'https://192.0.2.7/bkt/key'],
    ['192.0.2.7', 'http://192.0.2.7/bkt/key'],
    ['localhost.example.com', 'https://bkt.localhost.example.com/key'],
  ])('names the bucket in the path at %s, which has no sub-domains', (endpoint, url) => {
    expect(urlOf({ endpoint })).toBe(url)
  })

  it('uses TLS and a custom domain even there, when told to', () => {
    expect(urlOf({ endpoint: 'localhost', secure: true })).toBe('https://localhost/bkt/key')
    expect(urlOf({ endpoint: '127.0.0.1:9000', cname: true })).toBe('http://127.0.0.1:9000/key')
  })

  it.each<[AddressOptions, string | undefined]>([
    [{}, 'cn-hangzhou'],
    [{ region: 'oss-cn-beijing' }, 'cn-beijing'],
    [{ region: 'cn-beijing' }, 'cn-beijing'],
    [{ region: 'oss-cn-beijing-internal' }, 'cn-beijing'],
    [{ region: 'vpc100-oss-cn-beijing' }, 'cn-beijing'],
    [{ region: 'oss-us-west-1', endpoint: 'oss.example.com' }, 'us-west-1'],
    [{ endpoint: 'oss-cn-beijing.aliyuncs.com' }, 'cn-beijing'],
    [{ endpoint: 'https://oss-cn-beijing-internal.aliyuncs.com' }, 'cn-beijing'],
    [{ endpoint: 'vpc100-oss-cn-beijing.aliyuncs.com' }, 'cn-beijing'],
    [{ endpoint: 'cn-beijing.oss.aliyuncs.com' }, 'cn-beijing'],
    [{ endpoint: 'oss-cn-beijing.aliyuncs.com', region: '' }, 'cn-beijing'],
    [{ endpoint: 'oss-accelerate.aliyuncs.com' }, undefined],
    [{ endpoint: 'oss-accelerate-overseas.aliyuncs.com' }, undefined],
    [{ endpoint: 'oss-accelerate.aliyuncs.com', region: 'oss-cn-beijing' }, 'cn-beijing'],
    [{ endpoint: 'oss.example.com' }, undefined],
    [{ endpoint: 'oss-cn-beijing.aliyuncs.com.example.com' }, undefined],
    [{ endpoint: '127.0.0.1:9000' }, undefined],
  ])('knows the region to sign for with %j: %s', (options, region) => {
    expect(resolveAddress(options).region).toBe(region)
  })

  it('takes an accelerated region for the name of a host, not of a region to sign for', () => {
    expect(resolveAddress({ region: 'oss-accelerate' }).region).toBeUndefined()
    expect(resolveAddress({ region: 'oss-accelerate-overseas' }).region).toBeUndefined()
  })

  it.each([
    ['oss cn', 'region'],
    ['oss-cn-hangzhou.aliyuncs.com', 'region'],
    ['oss-cn-hangzhou\n', 'region'],
    ['a/b', 'region'],
    [7, 'region must be conform to the specifications, such as "oss-cn-hangzhou": got 7'],
    [null, 'region'],
  ])('refuses %j as a region', (region, message) => {
    expect(resolve({ region })).toThrow(message)
  })

  it.each([
    ['ftp://oss.example.com', 'Endpoint protocol must be http or https.'],
    ['file:///etc/passwd', 'Endpoint protocol must be http or https.'],
    ['oss.example.com?a=b', 'endpoint must be conform'],
    ['oss.example.com#a', 'endpoint must be conform'],
    ['http://user:pass@oss.example.com', 'endpoint must be conform'],
    ['oss.example.com\r\nx: y', 'endpoint must be conform'],
    ['https://目录.example.com', 'endpoint must be conform'],
    ['oss.example.com:99999', 'no host name or URL'],
    ['http://', 'no host name or URL'],
    ['[::1', 'no host name or URL'],
    [9000, '`endpoint` must be a string: got 9000'],
    [{}, '`endpoint` must be a string: got an object of type Object'],
  ])('refuses %j as an endpoint', (endpoint, message) => {
    expect(resolve({ endpoint })).toThrow(message)
  })

  it('asks for one of the two when the region is empty', () => {
    expect(resolve({ region: '' })).toThrow('require options.endpoint or options.region')
  })

  it('reports a mistake as one of the caller', () => {
    expect(resolve({ region: '!' })).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError', code: 'InvalidArgumentError' }),
    )
  })
})

describe('locate', () => {
  const virtual = resolveAddress({ region: 'oss-cn-beijing' })
  const byPath = resolveAddress({ endpoint: '127.0.0.1:9000' })
  const custom = resolveAddress({ endpoint: 'files.example.com', cname: true })
  const pathOf = (address: Address, bucket?: string, key?: string) =>
    locate(address, { bucket, key }).path

  it('addresses the service and a bucket as such', () => {
    const host = 'oss-cn-beijing.aliyuncs.com'
    expect(locate(virtual, {})).toEqual({ origin: `https://${host}`, path: '/' })
    expect(locate(virtual, { bucket: 'b' })).toEqual({ origin: `https://b.${host}`, path: '/' })
    expect([pathOf(byPath), pathOf(byPath, 'b')]).toEqual(['/', '/b/'])
    expect([pathOf(custom), pathOf(custom, 'b')]).toEqual(['/', '/'])
  })

  it.each([
    ['a//b', 'a//b'],
    ['../x', '../x'],
    ['./a/../../b', './a/../../b'],
    ['.', '.'],
    ['..', '..'],
    ['a/', 'a/'],
    ['%2F', '%252F'],
    ['%2e%2e/x', '%252e%252e/x'],
    ['a?b#c', 'a%3Fb%23c'],
    ['a\\b', 'a%5Cb'],
    ["!'()*", '%21%27%28%29%2A'],
    ['tab\tline\n', 'tab%09line%0A'],
    ['目录/😀 %2F+ a&b.bin', '%E7%9B%AE%E5%BD%95/%F0%9F%98%80%20%252F%2B%20a%26b.bin'],
  ])('keeps every byte of the key %j', (key, encoded) => {
    expect(pathOf(virtual, 'bkt', key)).toBe(`/${encoded}`)
    expect(pathOf(byPath, 'bkt', key)).toBe(`/bkt/${encoded}`)
    expect(pathOf(custom, 'bkt', key)).toBe(`/${encoded}`)
  })

  it('writes the query in its order, encoded, with bare names where there is no value', () => {
    const query = { uploads: '', 'a b': '1+1=2', uploadId: 'A/B&C', 'x?y': '' }
    expect(locate(virtual, { bucket: 'b', key: 'k' }, query).path).toBe(
      '/k?uploads&a%20b=1%2B1%3D2&uploadId=A%2FB%26C&x%3Fy',
    )
  })
})

describe('isIp', () => {
  it('knows addresses from names', () => {
    expect(['127.0.0.1', '[::1]'].map(isIp)).toEqual([true, true])
    expect(['localhost', 'a.1.2.3.4', '1.2.3.4.example.com'].map(isIp)).toEqual([
      false,
      false,
      false,
    ])
  })
})
