import { describe, expect, it } from 'vitest'
import { headerValue, readObjectSettings } from './object-settings.ts'

function settings(headers: Record<string, string>) {
  return readObjectSettings(new Map(Object.entries(headers)))
}

function refused(code: string) {
  return expect.objectContaining({ code, status: 400 })
}

describe('readObjectSettings', () => {
  it('keeps what comes back with the object, and nothing else', () => {
    const kept = {
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      'content-disposition': 'attachment',
      'content-encoding': 'gzip',
      'content-language': 'zh',
      expires: '3600000',
      'x-oss-meta-a': '\xe7\x9b\xae',
      'x-oss-server-side-encryption': 'KMS',
      'x-oss-server-side-encryption-key-id': 'id',
      'x-oss-server-side-data-encryption': 'SM4',
    }
    expect(
      settings({
        ...kept,
        'x-oss-date': 'd',
        authorization: 'a',
        'content-length': '5',
        range: 'r',
      }),
    ).toEqual({ headers: kept, storageClass: undefined, acl: undefined })
  })

  it('takes objects without a type for octets', () => {
    expect(settings({}).headers).toEqual({ 'content-type': 'application/octet-stream' })
  })

  it('reads storage class and ACL, and refuses unknown ones', () => {
    const read = settings({ 'x-oss-storage-class': 'IA', 'x-oss-object-acl': 'public-read' })
    expect(read).toMatchObject({ storageClass: 'IA', acl: 'public-read' })
    expect(() => settings({ 'x-oss-storage-class': 'Cold' })).toThrowError(
      expect.objectContaining({
        code: 'InvalidArgument',
        elements: { ArgumentName: 'x-oss-storage-class', ArgumentValue: 'Cold' },
      }),
    )
    expect(() => settings({ 'x-oss-object-acl': 'open' })).toThrowError(refused('InvalidArgument'))
  })

  it('refuses unknown encryption', () => {
    expect(() => settings({ 'x-oss-server-side-encryption': 'ROT13' })).toThrowError(
      refused('InvalidEncryptionAlgorithmError'),
    )
  })

  it('allows 8 KiB of metadata', () => {
    const name = 'x-oss-meta-a'
    const most = 8192 - name.length
    expect(settings({ [name]: 'x'.repeat(most) }).headers[name]).toHaveLength(most)
    expect(() => settings({ [name]: 'x'.repeat(most + 1) })).toThrowError(
      refused('InvalidArgument'),
    )
  })

  it('counts tags', () => {
    expect(settings({ 'x-oss-tagging': 'a=1&b&c%20=%2F' }).headers['x-oss-tagging-count']).toBe('3')
    const eleven = Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&')
    for (const tagging of [
      eleven,
      'a=1&a=2',
      '=1',
      'a=%ff',
      `${'k'.repeat(129)}=1`,
      `k=${'v'.repeat(257)}`,
    ]) {
      expect(() => settings({ 'x-oss-tagging': tagging })).toThrowError(refused('InvalidTag'))
    }
  })

  it('keeps persistent headers, but none that would cut the message', () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const list = (name: string, value: string) => ({
      'x-oss-persistent-headers': `${name}:${base64(value)}`,
    })
    expect(settings(list('X-Own', 'value')).headers['x-own']).toBe('value')
    expect(() => settings(list('X-Own', 'a\r\nset-cookie: b'))).toThrowError(
      refused('InvalidArgument'),
    )
    expect(() => settings(list('Transfer-Encoding', 'chunked'))).toThrowError(
      refused('InvalidArgument'),
    )
    expect(() => settings({ 'x-oss-persistent-headers': 'x' })).toThrowError(
      refused('InvalidArgument'),
    )
  })
})

describe('headerValue', () => {
  it('lets no line break through', () => {
    expect(headerValue('a', 'attachment; filename=\xe7')).toBe('attachment; filename=\xe7')
    for (const value of ['a\r\nb', 'a\nb', 'a\0', '\x7f']) {
      expect(() => headerValue('a', value)).toThrowError(refused('InvalidArgument'))
    }
  })
})
