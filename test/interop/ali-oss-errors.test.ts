import type AliOss from 'ali-oss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WAYS } from './addresses.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

const answered = { requestId: expect.stringMatching(/^[0-9A-F]{24}$/) }

describe.each(WAYS)('ali-oss is told what is wrong by %s', (_title, way) => {
  let server: InteropServer
  let client: AliOss
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.aliOss(way)
  })
  afterAll(() => server.close())

  it('that there is no such object', async () => {
    const missing = { name: 'NoSuchKeyError', code: 'NoSuchKey', status: 404, ...answered }
    await expect(client.get('missing')).rejects.toMatchObject({
      ...missing,
      hostId: expect.stringMatching(/\w/),
      ecCode: '0026-00000001',
    })
    await expect(client.head('missing')).rejects.toMatchObject(missing)
    await expect(client.getObjectMeta('missing')).rejects.toMatchObject(missing)
    await expect(client.getStream('missing')).rejects.toMatchObject(missing)
    await expect(client.copy('copy', 'missing')).rejects.toMatchObject(missing)
  })

  it('that the secret is wrong', async () => {
    const stranger = server.aliOss(way, { accessKeySecret: 'guessed' })
    const refused = {
      name: 'SignatureDoesNotMatchError',
      code: 'SignatureDoesNotMatch',
      status: 403,
      ...answered,
    }
    await expect(stranger.get('any')).rejects.toMatchObject(refused)
    await expect(stranger.head('any')).rejects.toMatchObject(refused)
    await expect(stranger.put('any', Buffer.from('text'))).rejects.toMatchObject(refused)
    await expect(stranger.list(null)).rejects.toMatchObject(refused)
    await expect(stranger.multipartUpload('any', Buffer.alloc(200_000))).rejects.toMatchObject(
      refused,
    )
  })

  it('that the access key is unknown', async () => {
    const stranger = server.aliOss(way, { accessKeyId: 'nobody' })
    await expect(stranger.get('any')).rejects.toMatchObject({
      name: 'InvalidAccessKeyIdError',
      code: 'InvalidAccessKeyId',
      status: 403,
      ...answered,
    })
  })

  it('that a big part of a refused body need not be sent', async () => {
    const stranger = server.aliOss(way, { accessKeySecret: 'guessed' })
    await expect(stranger.put('any', Buffer.alloc(3_000_000))).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
  })

  it('that a condition does not hold', async () => {
    await client.put('there', Buffer.from('text'))
    const headers = { 'If-Match': '"00000000000000000000000000000000"' }
    await expect(client.head('there', { headers })).rejects.toMatchObject({
      name: 'PreconditionFailedError',
      status: 412,
    })
    await expect(client.get('there', undefined, { headers })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
    })
  })

  it('that a part is none that was sent', async () => {
    const { uploadId } = await client.initMultipartUpload('parts')
    const parts = [{ number: 1, etag: '"00000000000000000000000000000000"' }]
    await expect(client.completeMultipartUpload('parts', uploadId, parts)).rejects.toMatchObject({
      name: 'InvalidPartError',
      status: 400,
    })
    await expect(client.listParts('parts', 'unknown')).rejects.toMatchObject({
      name: 'NoSuchUploadError',
      status: 404,
    })
  })

  it('that its clock is wrong', async () => {
    const late = await startInteropServer({ clock: () => Date.now() + 20 * 60_000 })
    await expect(late.aliOss(way).get('any')).rejects.toMatchObject({
      name: 'RequestTimeTooSkewedError',
      status: 403,
    })
    await late.close()
  })

  it('that nobody listens there', async () => {
    const gone = await startInteropServer()
    await gone.close()
    await expect(gone.aliOss(way).get('any')).rejects.toMatchObject({
      name: 'RequestError',
      code: 'RequestError',
      status: -1,
    })
  })
})
