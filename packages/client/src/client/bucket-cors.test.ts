import { describe, expect, it } from 'vitest'
import type { CORSRule } from './bucket-cors.ts'
import { clientOf, deepFreeze, errorXml, listen, rejection } from './testing.contract.ts'

const RULE: CORSRule = { allowedOrigin: '*', allowedMethod: 'GET' }

const document = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><CORSConfiguration>${inner}</CORSConfiguration>`

describe('putBucketCORS', () => {
  it('sends the rules in the order of OSS, and changes nothing of what it was given', async () => {
    const server = await listen(() => ({}))
    const rules = deepFreeze([
      {
        allowedOrigin: ['http://a.test', 'http://*.b.test'],
        allowedMethod: ['PUT', 'GET'],
        allowedHeader: '*',
        exposeHeader: ['ETag', 'x-oss-request-id'],
        maxAgeSeconds: 600,
      },
      { ...RULE, maxAgeSeconds: '0' },
    ])
    const { res } = await clientOf(server).putBucketCORS('other', rules)
    expect(res.status).toBe(200)
    const { body, ...request } = server.onlyRequest()
    expect(request).toMatchObject({
      method: 'PUT',
      url: '/other/?cors',
      headers: { 'content-type': 'application/xml' },
    })
    expect(String(body)).toBe(
      '<CORSConfiguration><CORSRule><AllowedOrigin>http://a.test</AllowedOrigin>' +
        '<AllowedOrigin>http://*.b.test</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>' +
        '<AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader>' +
        '<ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-oss-request-id</ExposeHeader>' +
        '<MaxAgeSeconds>600</MaxAgeSeconds></CORSRule><CORSRule><AllowedOrigin>*</AllowedOrigin>' +
        '<AllowedMethod>GET</AllowedMethod><MaxAgeSeconds>0</MaxAgeSeconds></CORSRule>' +
        '</CORSConfiguration>',
    )
  })

  it('leaves out what is empty, and writes what XML has signs for', async () => {
    const server = await listen(() => ({}))
    const rule = { allowedOrigin: 'http://a&<b>', allowedMethod: 'GET', exposeHeader: [] }
    const empty = { allowedHeader: '', maxAgeSeconds: '' }
    await clientOf(server).putBucketCORS('other', [{ ...rule, ...empty }])
    expect(String(server.onlyRequest().body)).toBe(
      '<CORSConfiguration><CORSRule><AllowedOrigin>http://a&amp;&lt;b&gt;</AllowedOrigin>' +
        '<AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
    )
  })

  it.each([
    ['no rules', [], 'rules is required'],
    ['no list', { ...RULE }, 'rules is required'],
    ['no rule', ['*'], 'A rule must be an object: got "*"'],
    ['no origin', [{ ...RULE, allowedOrigin: '' }], 'allowedOrigin is required'],
    ['no method', [RULE, { allowedOrigin: '*' }], 'allowedMethod is required'],
    ['a method that is no text', [{ ...RULE, allowedMethod: ['GET', 1] }], 'allowedMethod must be'],
    ['an empty header', [{ ...RULE, allowedHeader: [''] }], 'allowedHeader must be text'],
    ['a header that is no text', [{ ...RULE, exposeHeader: { ETag: 1 } }], 'exposeHeader must be'],
    ['no whole age', [{ ...RULE, maxAgeSeconds: 1.5 }], 'maxAgeSeconds must be a whole number'],
    ['a NUL', [{ ...RULE, allowedOrigin: 'a\0' }], 'XML cannot hold the character U+0000'],
  ])('refuses %s before anything is sent', async (_what, rules, message) => {
    const server = await listen(() => ({}))
    // What JavaScript without types may pass.
    const put = clientOf(server).putBucketCORS('other', rules as CORSRule[])
    expect(await rejection(put)).toMatchObject({
      name: 'InvalidArgumentError',
      message: expect.stringContaining(message),
    })
    expect(server.requests).toEqual([])
  })
})

describe('getBucketCORS', () => {
  it('gives the rules as ali-oss does: one of a kind as text, several as a list', async () => {
    const server = await listen(() => ({
      body: document(
        '<CORSRule><AllowedOrigin>http://a.test</AllowedOrigin>' +
          '<AllowedOrigin>http://b.test</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>' +
          '<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>' +
          '<ExposeHeader>x-oss-request-id</ExposeHeader><MaxAgeSeconds>0</MaxAgeSeconds></CORSRule>' +
          '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>' +
          '<ResponseVary>false</ResponseVary>',
      ),
    }))
    const { rules, res } = await clientOf(server).getBucketCORS('other')
    expect(server.onlyRequest()).toMatchObject({ method: 'GET', url: '/other/?cors' })
    expect(res.status).toBe(200)
    expect(rules).toEqual([
      {
        allowedOrigin: ['http://a.test', 'http://b.test'],
        allowedMethod: 'PUT',
        allowedHeader: '*',
        exposeHeader: ['ETag', 'x-oss-request-id'],
        maxAgeSeconds: '0',
      },
      { allowedOrigin: '*', allowedMethod: 'GET' },
    ])
  })

  it('says that there are none', async () => {
    const server = await listen(() => ({ status: 404, body: errorXml('NoSuchCORSConfiguration') }))
    expect(await rejection(clientOf(server).getBucketCORS('other'))).toMatchObject({
      name: 'NoSuchCORSConfigurationError',
      code: 'NoSuchCORSConfiguration',
      status: 404,
      operation: 'GetBucketCors',
      requestId: 'REQUEST-ID',
    })
  })

  it.each([
    ['a page of HTML', '<!DOCTYPE html><html></html>'],
    ['other XML', '<LifecycleConfiguration/>'],
  ])('takes %s for no answer of OSS', async (_what, body) => {
    const server = await listen(() => ({ body }))
    expect(await rejection(clientOf(server).getBucketCORS('other'))).toMatchObject({
      name: 'UnexpectedResponseError',
      operation: 'GetBucketCors',
    })
  })
})

describe('deleteBucketCORS', () => {
  it('takes all rules away', async () => {
    const server = await listen(() => ({ status: 204 }))
    const { res } = await clientOf(server).deleteBucketCORS('other')
    expect(res.status).toBe(204)
    expect(server.onlyRequest()).toMatchObject({ method: 'DELETE', url: '/other/?cors' })
  })
})

describe('every call about CORS rules', () => {
  it('takes the options of a request', async () => {
    const server = await listen(({ method }) =>
      method === 'DELETE' ? { status: 204 } : { body: document('') },
    )
    const options = deepFreeze({ headers: { 'x-oss-a': '1' }, subres: { more: 'b' } })
    const client = clientOf(server)
    await client.putBucketCORS('other', [RULE], options)
    expect((await client.getBucketCORS('other', options)).rules).toEqual([])
    await client.deleteBucketCORS('other', options)
    for (const { url, headers } of server.requests) {
      expect([url, headers['x-oss-a']]).toEqual(['/other/?cors&more=b', '1'])
    }
  })

  it('refuses a bucket that cannot be, before anything is sent', async () => {
    const server = await listen(() => ({}))
    const client = clientOf(server)
    const calls = [
      client.putBucketCORS('No', [RULE]),
      client.getBucketCORS('No'),
      client.deleteBucketCORS('No'),
    ]
    for (const error of await Promise.all(calls.map(rejection))) {
      expect(error).toMatchObject({ name: 'InvalidArgumentError' })
    }
    expect(server.requests).toEqual([])
  })
})
