import { describe, expect, it } from 'vitest'
import { locate } from './locate.ts'
import { testRequest } from './test-request.ts'

const NAMES = {
  hosts: ['localhost', 'oss.test'],
  cnames: new Map([['files.example.com', 'shop']]),
}

function targets(host: string, url: string) {
  return locate(testRequest({ url, headers: { host } }), NAMES)
}

const service = { level: 'service' }
const bucket = (name: string) => ({ level: 'bucket', bucket: name })
const object = (name: string, key: string) => ({ level: 'object', bucket: name, key })

describe('locate', () => {
  it.each([
    ['127.0.0.1:9000', '/', service],
    ['127.0.0.1:9000', '/b12', bucket('b12')],
    ['127.0.0.1:9000', '/b12/', bucket('b12')],
    ['127.0.0.1:9000', '/b12/k', object('b12', 'k')],
    ['[::1]:9000', '/b12/k', object('b12', 'k')],
    ['[::1]', '/b12/k', object('b12', 'k')],
    ['localhost', '/b12/k', object('b12', 'k')],
    ['oss.test:80', '/', service],
    ['somewhere.else', '/b12/k', object('b12', 'k')],
  ])('reads the bucket from the path at %s%s', (host, url, target) => {
    expect(targets(host, url)).toEqual([target])
  })

  it.each([
    ['b12.localhost:9000', '/k', object('b12', 'k')],
    ['B12.OSS.test', '/k', object('b12', 'k')],
    ['b12.oss.test', '/', bucket('b12')],
    ['b12.oss-cn-hangzhou.aliyuncs.com', '/k', object('b12', 'k')],
    ['b12.oss-cn-hangzhou-internal.aliyuncs.com', '/a/b', object('b12', 'a/b')],
    ['b12.cn-hangzhou.oss.aliyuncs.com', '/k', object('b12', 'k')],
    ['oss-b12.oss-cn-hangzhou.aliyuncs.com', '/k', object('oss-b12', 'k')],
    ['files.example.com', '/k', object('shop', 'k')],
    ['Files.Example.com:8080', '/', bucket('shop')],
  ])('reads the bucket from the host %s%s', (host, url, target) => {
    expect(targets(host, url)[0]).toEqual(target)
  })

  it.each([
    'oss-cn-hangzhou.aliyuncs.com',
    'cn-hangzhou.oss.aliyuncs.com',
    'undefined.oss-cn-hangzhou.aliyuncs.com',
    'null.oss-cn-hangzhou.aliyuncs.com',
    '.oss-cn-hangzhou.aliyuncs.com',
  ])('sees no bucket in the host %s', (host) => {
    expect(targets(host, '/')).toEqual([service])
    expect(targets(host, '/b12/k')).toEqual([object('b12', 'k')])
  })

  it('offers both readings where host and path name the same bucket', () => {
    const host = 'b12.oss-cn-hangzhou.aliyuncs.com'
    expect(targets(host, '/b12/k')).toEqual([object('b12', 'b12/k'), object('b12', 'k')])
    expect(targets(host, '/b12/')).toEqual([object('b12', 'b12/'), bucket('b12')])
    expect(targets(host, '/b123/k')).toEqual([object('b12', 'b123/k')])
  })

  it.each([
    ['/b12/a//b', 'a//b'],
    ['/b12/../x', '../x'],
    ['/b12/.', '.'],
    ['/b12/%2e%2e%2fx', '../x'],
    ['/b12/a%2Fb', 'a/b'],
    ['/b12/a+b%2B%20c', 'a+b+ c'],
    ['/b12/%E7%9B%AE%E5%BD%95/%F0%9F%98%80%20%252F%2B%20a%26b.bin', '目录/😀 %2F+ a&b.bin'],
    ['/b12//a', '/a'],
    ['/b12/%00', '\0'],
  ])('normalises nothing in %s', (url, key) => {
    expect(targets('127.0.0.1', url)).toEqual([object('b12', key)])
  })

  it.each(['/b12/%', '/b12/%zz', '/b12/%ff', '/b12/%ED%A0%80'])('refuses the key of %s', (url) => {
    expect(() => targets('127.0.0.1', url)).toThrowError(
      expect.objectContaining({ code: 'InvalidObjectName', ec: '0016-00000002' }),
    )
  })
})
