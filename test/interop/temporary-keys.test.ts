import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADDRESSES } from './addresses.ts'
import { httpRequest } from './http-request.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

const PART = 100 * 1024
const HOUR = 60 * 60_000

const lasting = { accessKeyId: 'STS.lasting', accessKeySecret: 'secret-1', stsToken: 'token 1+/=' }
const expired = { accessKeyId: 'STS.expired', accessKeySecret: 'secret-2', stsToken: 'token-2' }

describe.each([
  ['V1', { address: ADDRESSES.localhost, authorizationV4: false }],
  ['V4', { address: ADDRESSES.localhost, authorizationV4: true }],
])('temporary keys, signed with %s', (_title, way) => {
  let server: InteropServer
  beforeAll(async () => {
    server = await startInteropServer({
      accessKeys: [
        { accessKeyId: 'owner', accessKeySecret: 'secret' },
        { ...lasting, expiration: new Date(Date.now() + HOUR) },
        { ...expired, expiration: new Date(Date.now() - 1000) },
      ],
    })
  })
  afterAll(() => server.close())

  const refreshSTSToken = async () => lasting

  it('upload with our client and with ali-oss', async () => {
    const bytes = randomBytes(2 * PART)
    for (const client of [
      server.ours(way, lasting),
      server.aliOss(way, { ...lasting, refreshSTSToken }),
    ]) {
      const { etag } = await client.multipartUpload('sts', bytes, { partSize: PART })
      expect((await client.head('sts')).res.headers.etag).toBe(etag)
      await client.delete('sts')
    }
  })

  it('sign URLs with our client and with ali-oss', async () => {
    await server.ours(way).put('sts url', Buffer.from('text'))
    for (const client of [
      server.ours(way, lasting),
      server.aliOss(way, { ...lasting, refreshSTSToken }),
    ]) {
      const url = way.authorizationV4
        ? await client.signatureUrlV4('GET', 60, {}, 'sts url')
        : client.signatureUrl('sts url')
      expect(await httpRequest(url)).toMatchObject({ status: 200, body: Buffer.from('text') })
    }
  })

  it('are refused when their time is over', async () => {
    const refused = { name: 'SecurityTokenExpiredError', code: 'SecurityTokenExpired', status: 403 }
    for (const client of [
      server.ours(way, expired),
      server.aliOss(way, { ...expired, refreshSTSToken: async () => expired }),
    ]) {
      await expect(client.put('any', Buffer.from('text'))).rejects.toMatchObject(refused)
      await expect(client.head('any')).rejects.toMatchObject(refused)
    }
  })

  it('are refused without their token, and with that of others', async () => {
    const { stsToken: _, ...tokenless } = lasting
    await expect(server.ours(way, tokenless).head('any')).rejects.toMatchObject({
      status: 403,
      code: 'InvalidSecurityToken',
    })
    const wrong = server.ours(way, { ...lasting, stsToken: expired.stsToken })
    await expect(wrong.head('any')).rejects.toMatchObject({ status: 403 })
  })

  it('are renewed by our client in the middle of an upload', async () => {
    const client = server.ours(way, {
      ...expired,
      refreshSTSToken,
      refreshSTSTokenInterval: 0,
    })
    const bytes = randomBytes(2 * PART)
    const { etag } = await client.multipartUpload('renewed', bytes, { partSize: PART })
    expect(etag).toMatch(/-2"$/)
  })
})
