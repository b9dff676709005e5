import { describe, expect, it } from 'vitest'
import { callbackBody, isLoopback, readCallback } from './callback.ts'
import { testRequest } from './test-request.ts'

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64')

const FIELDS = {
  callbackUrl: '127.0.0.1:1/a;http://127.0.0.1:2/b',
  callbackBody:
    'b=${bucket}&k=${object}&e=${etag}&s=${size}&t=${mimeType}&x=${x:who}&i=${imageInfo.width}',
}
const STORED = { bucket: 'b12', key: '目/a b', etag: 'E-2', size: 12, mimeType: 'text/plain' }

function read(headers: Record<string, string>, url = '/b12/k') {
  return readCallback(testRequest({ method: 'PUT', url, headers }))
}

function refused(message: string) {
  return expect.objectContaining({ code: 'InvalidArgument', status: 400, message })
}

describe('readCallback', () => {
  it('is undefined when none is asked for', () => {
    expect(read({})).toBeUndefined()
  })

  it('reads headers and query alike', () => {
    const variables = base64({ 'x:who': 'me & you' })
    const fromHeaders = read({ 'x-oss-callback': base64(FIELDS), 'x-oss-callback-var': variables })
    const query = `callback=${encodeURIComponent(base64(FIELDS))}&callback-var=${encodeURIComponent(variables)}`
    expect(read({}, `/b12/k?${query}`)).toEqual(fromHeaders)
    expect(fromHeaders?.urls).toEqual(['http://127.0.0.1:1/a', 'http://127.0.0.1:2/b'])
  })

  it.each([
    [{ 'x-oss-callback': '{}' }, 'The callback configuration is not base64 encoded.'],
    [{ 'x-oss-callback': base64('{') }, 'The callback configuration is not json format.'],
    [{ 'x-oss-callback': base64([]) }, 'The callback configuration is not json format.'],
    [{ 'x-oss-callback': base64({ callbackBody: 'b' }) }, 'The callback url is empty.'],
    [{ 'x-oss-callback': base64({ callbackUrl: 'u' }) }, 'The callback body is empty.'],
    [
      { 'x-oss-callback': base64({ ...FIELDS, callbackBodyType: 'text/html' }) },
      'The callback body type is not supported.',
    ],
    [
      { 'x-oss-callback': base64(FIELDS), 'x-oss-callback-var': base64({ who: '' }) },
      'The name of a callback variable starts with x: and is in lower case.',
    ],
    [
      { 'x-oss-callback': base64({ ...FIELDS, callbackHost: 'h'.repeat(5000) }) },
      'The callback is longer than 5120 bytes.',
    ],
  ])('refuses %o', (headers, message) => {
    expect(() => read(headers)).toThrowError(refused(message))
  })

  it('refuses a callback both as header and in the query', () => {
    expect(() => read({ 'x-oss-callback': base64(FIELDS) }, '/b12/k?callback=x')).toThrowError(
      refused('The callback is given both as a header and in the query.'),
    )
  })
})

describe('callbackBody', () => {
  const filled = (fields: Record<string, string>) => {
    const callback = read({
      'x-oss-callback': base64(fields),
      'x-oss-callback-var': base64({ 'x:who': 'me & you' }),
    })
    return callback === undefined ? '' : callbackBody(callback, STORED)
  }

  it('encodes the values of a form', () => {
    expect(filled(FIELDS)).toBe(
      'b=b12&k=%E7%9B%AE%2Fa%20b&e=E-2&s=12&t=text%2Fplain&x=me%20%26%20you&i=',
    )
  })

  it('writes the values of JSON as JSON', () => {
    const body = filled({
      ...FIELDS,
      callbackBodyType: 'application/json',
      callbackBody: '{"k":${object},"s":${size},"x":${x:who},"no":${x:other}}',
    })
    expect(JSON.parse(body)).toEqual({ k: '目/a b', s: 12, x: 'me & you', no: '' })
  })
})

describe('isLoopback', () => {
  it.each([
    ['http://127.0.0.1:80/', true],
    ['http://127.9.9.9/', true],
    ['http://localhost:8080/a', true],
    ['https://[::1]/', true],
    ['http://10.0.0.1/', false],
    ['http://example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://user@example.com/127.0.0.1', false],
    ['http://127.0.0.1@example.com/', false],
    ['nonsense', false],
  ])('%s: %s', (url, expected) => {
    expect(isLoopback(url)).toBe(expected)
  })
})
