import type AliOss from 'ali-oss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADDRESSES, type Address } from './addresses.ts'
import { httpRequest } from './http-request.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

const NAME = '目录/😀 +a&b.txt'
/** ali-oss signs no V1 URL for an IP address. */
const { ip, ipByPath, ...named } = ADDRESSES
const forV1 = Object.values(named)
/** With `ip` it says the bucket by a header alone, so a URL does not lead to it. */
const forV4 = [ipByPath, ...forV1]
const titled = (addresses: readonly Address[]) =>
  addresses.map((address) => [address.name, address] as const)

describe.each(titled(forV4))('URLs that ali-oss signed with V4 by %s', (_title, address) => {
  let server: InteropServer
  let client: AliOss
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.aliOss({ address, authorizationV4: true })
    await client.put(NAME, Buffer.from('text'))
  })
  afterAll(() => server.close())

  it('read an object, with other headers in the answer', async () => {
    const queries = { 'response-content-disposition': 'attachment; filename="a b.txt"' }
    const url = await client.signatureUrlV4('GET', 60, { queries }, NAME)
    const { status, body, headers } = await httpRequest(url)
    expect([status, body.toString()]).toEqual([200, 'text'])
    expect(headers['content-disposition']).toBe(queries['response-content-disposition'])
  })

  it('store an object, only with the headers that were signed', async () => {
    const headers = { 'content-type': 'text/x-put', 'x-oss-meta-by': 'url', 'x-more': 'signed' }
    const url = await client.signatureUrlV4('PUT', 60, { headers }, 'put by url', ['x-more'])
    const body = Buffer.from('by url')
    const { status } = await httpRequest(url, { method: 'PUT', headers, body })
    expect(status).toBe(200)
    const { meta, res } = await client.head('put by url')
    expect([meta, res.headers['content-type']]).toEqual([{ by: 'url' }, 'text/x-put'])

    const other = { ...headers, 'x-more': 'changed' }
    const refused = await httpRequest(url, { method: 'PUT', headers: other, body })
    expect(refused.status).toBe(403)
    expect(refused.body.toString()).toContain('<Code>SignatureDoesNotMatch</Code>')
  })

  it('are for one method and one object', async () => {
    const url = await client.signatureUrlV4('GET', 60, {}, NAME)
    expect((await httpRequest(url, { method: 'DELETE' })).status).toBe(403)
    expect((await httpRequest(url.replace('a%26b', 'other'))).status).toBe(403)
  })
})

describe.each(titled(forV1))('URLs that ali-oss signed with V1 by %s', (_title, address) => {
  let server: InteropServer
  let client: AliOss
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.aliOss({ address, authorizationV4: false })
    await client.put(NAME, Buffer.from('text'))
  })
  afterAll(() => server.close())

  it('read an object, with other headers in the answer', async () => {
    const response = { 'content-disposition': 'attachment; filename="a b.txt"' }
    const { status, body, headers } = await httpRequest(client.signatureUrl(NAME, { response }))
    expect([status, body.toString()]).toEqual([200, 'text'])
    expect(headers['content-disposition']).toBe(response['content-disposition'])
  })

  it('store an object of the type that was signed', async () => {
    const url = client.signatureUrl('put by url', { method: 'PUT', 'Content-Type': 'text/x-put' })
    const body = Buffer.from('by url')
    const send = (type: string) =>
      httpRequest(url, { method: 'PUT', headers: { 'content-type': type }, body })
    expect((await send('text/x-put')).status).toBe(200)
    expect((await client.head('put by url')).res.headers['content-type']).toBe('text/x-put')
    expect((await send('text/other')).status).toBe(403)
  })
})

describe('URLs that ali-oss signed', () => {
  it.each([false, true])('stop to work when their time is over (V4: %s)', async (v4) => {
    let ahead = 0
    const server = await startInteropServer({ clock: () => Date.now() + ahead })
    const client = server.aliOss({ address: ADDRESSES.localhost, authorizationV4: v4 })
    await client.put(NAME, Buffer.from('text'))
    const url = v4
      ? await client.signatureUrlV4('GET', 60, {}, NAME)
      : client.signatureUrl(NAME, { expires: 60 })
    expect((await httpRequest(url)).status).toBe(200)
    ahead = 62_000
    const { status, body } = await httpRequest(url)
    expect([status, body.toString()]).toEqual([403, expect.stringContaining('AccessDenied')])
    await server.close()
  })
})
