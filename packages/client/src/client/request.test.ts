import { describe, expect, it } from 'vitest'
import type { RequestParams } from './request.ts'
import { clientOf, deepFreeze, errorXml, listen, rejection } from './testing.contract.ts'

describe('request', () => {
  it('is about the service, a bucket or an object', async () => {
    const server = await listen(() => ({}))
    const client = clientOf(server)
    await client.request({ method: 'GET' })
    await client.request({ method: 'get', bucket: 'other' })
    await client.request({ method: 'Delete', bucket: 'other', object: '/a b' })
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /',
      'GET /other/',
      'DELETE /other/a%20b',
    ])
  })

  it.each<[string, RequestParams['subres'], string]>([
    ['a name', 'acl', '/bkt/?acl'],
    ['names', ['acl', 'x-oss-process'], '/bkt/?acl&x-oss-process'],
    ['values by name', { versionId: 'v 1', acl: null, n: 5 }, '/bkt/?versionId=v%201&acl&n=5'],
    ['nothing', undefined, '/bkt/'],
  ])('takes %s for sub-resources', async (_what, subres, url) => {
    const server = await listen(() => ({}))
    await clientOf(server).request({ method: 'GET', bucket: 'bkt', subres })
    expect(server.onlyRequest().url).toBe(url)
  })

  it('sends query, headers and content, and changes none of them', async () => {
    const server = await listen(() => ({ body: 'done', headers: { 'x-a': '1' } }))
    const params = deepFreeze({
      method: 'PUT',
      bucket: 'bkt',
      query: { 'max-keys': 5, prefix: 'a b', none: undefined },
      headers: { 'X-Oss-Acl': 'private' },
      content: '<é/>',
      mime: 'application/xml',
      timeout: '5s',
    })
    const { data, ...result } = await clientOf(server).request(params)
    expect(server.onlyRequest()).toMatchObject({
      method: 'PUT',
      url: '/bkt/?max-keys=5&prefix=a%20b',
      headers: {
        'x-oss-acl': 'private',
        'content-type': 'application/xml',
        'content-length': String(Buffer.byteLength('<é/>')),
      },
      body: Buffer.from('<é/>'),
    })
    expect(data).toEqual(Buffer.from('done'))
    expect(result).toMatchObject({
      status: 200,
      size: 4,
      headers: { 'x-a': '1' },
      res: { status: 200, size: 4 },
    })
  })

  it('sends bytes', async () => {
    const server = await listen(() => ({}))
    await clientOf(server).request({ method: 'POST', content: Uint8Array.of(0, 255) })
    expect(server.onlyRequest().body).toEqual(Buffer.from([0, 255]))
  })

  it('gives XML as plain objects where that is asked for', async () => {
    const server = await listen(() => ({
      body: '<?xml version="1.0"?><R><One>1</One><Two>a &amp; b</Two><Two><In>x</In><In>y</In></Two><None/></R>',
    }))
    const { data } = await clientOf(server).request({ method: 'GET', xmlResponse: true })
    expect(data).toEqual({ One: '1', Two: ['a & b', { In: ['x', 'y'] }], None: '' })
  })

  it('is not led astray by elements with the names of object members', async () => {
    const server = await listen(() => ({
      body: '<R><__proto__><polluted>yes</polluted></__proto__><constructor>c</constructor></R>',
    }))
    const { data } = await clientOf(server).request({ method: 'GET', xmlResponse: true })
    expect(Object.keys(Object(data))).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })

  it.each([
    ['HTML', '<!DOCTYPE html><html></html>'],
    ['half of it', '<R><One>1</On'],
    ['nothing', ''],
  ])('rejects %s where XML is asked for, as an unexpected answer', async (_what, body) => {
    const server = await listen(() => ({ body }))
    const sent = clientOf(server).request({ method: 'GET', xmlResponse: true })
    expect(await rejection(sent)).toMatchObject({
      name: 'UnexpectedResponseError',
      requestId: 'REQUEST-ID',
    })
  })

  it('takes any of 2xx for a success, or what is said to be one', async () => {
    const statuses = [204, 404, 200]
    const server = await listen(() => ({ status: statuses.shift() ?? 500 }))
    const client = clientOf(server)
    expect(await client.request({ method: 'DELETE' })).toMatchObject({ status: 204 })
    const asked = { method: 'GET', successStatuses: [404] }
    expect(await client.request(asked)).toMatchObject({ status: 404 })
    expect(await rejection(client.request(asked))).toMatchObject({ status: 200 })
  })

  it('rejects with what OSS says', async () => {
    const server = await listen(() => ({ status: 409, body: errorXml('BucketNotEmpty') }))
    const sent = clientOf(server).request({ method: 'DELETE', bucket: 'bkt' })
    expect(await rejection(sent)).toMatchObject({ name: 'BucketNotEmptyError', status: 409 })
  })

  it.each([
    ['an unknown method', { method: 'PATCH' }, '`method` must be one of GET, HEAD, PUT'],
    ['no method', {}, '`method` must be one of'],
    ['content that is neither text nor bytes', { method: 'PUT', content: 5 }, '`content` must be'],
  ])('refuses %s', async (_what, params, message) => {
    const server = await listen(() => ({}))
    // A caller without types may pass anything.
    const sent = clientOf(server).request(params as unknown as RequestParams)
    expect((await rejection(sent)).message).toContain(message)
    expect(server.requests).toEqual([])
  })

  it.each(['evil.example/', 'evil.example#', 'a.b', 'A'])(
    'refuses %j for a bucket: its name becomes a part of the address',
    async (bucket) => {
      const server = await listen(() => ({}))
      const client = clientOf(server, { sldEnable: false })
      const sent = client.request({ method: 'GET', bucket, object: 'a' })
      expect((await rejection(sent)).message).toContain('The bucket must be conform')
      expect(server.requests).toEqual([])
    },
  )

  it('refuses a type that would start a header of its own, before it is signed', async () => {
    const server = await listen(() => ({}))
    const sent = clientOf(server).request({ method: 'PUT', content: '', mime: 'a/b\r\nx: y' })
    expect(await rejection(sent)).toMatchObject({ name: 'InvalidArgumentError' })
  })
})
