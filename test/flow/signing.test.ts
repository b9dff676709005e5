import OSS, { createSigner, type SignElsewhere, type SigningRequest } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { BUCKET, bytesOf, failure, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const { accessKeyId, accessKeySecret } = flow.server
const bytes = bytesOf(3 * PART - 5)
const signer = createSigner({
  credentials: { accessKeyId, accessKeySecret },
  region: 'oss-cn-hangzhou',
  bucket: BUCKET,
  prefix: 'signed/',
  maxSize: 1024 * 1024,
})

/** As over the network. */
const throughJson = (request: SigningRequest) => JSON.parse(JSON.stringify(request))

function clientWith(sign: SignElsewhere): OSS {
  return new OSS({ endpoint: flow.observer.url, region: 'oss-cn-hangzhou', bucket: BUCKET, sign })
}

describe('a client without keys', () => {
  it('uploads, resumes and looks with what others sign', async () => {
    const client = clientWith((request) => signer(throughJson(request)))
    flow.observer.disturb(
      { operation: 'UploadPart', key: 'signed/film', partNumber: 2 },
      { status: 400, code: 'InvalidArgument' },
    )
    const options = { partSize: PART, meta: { year: 2017 } }
    const { checkpoint } = await failure(client.multipartUpload('signed/film', bytes, options))
    await client.multipartUpload('signed/film', bytes, { ...options, checkpoint })
    await flow.expectStored('signed/film', bytes)
    expect((await client.head('signed/film')).meta).toEqual({ year: '2017' })
    await client.put('signed/small', Buffer.from('small'))
  })

  it('is told why something was not signed, and has sent nothing', async () => {
    const client = clientWith((request) => signer(throughJson(request)))
    const refused = await failure(client.put('elsewhere', Buffer.from('x')))
    expect(refused).toHaveProperty('name', 'SigningError')
    expect(refused.message).toContain('Not allowed, and so not signed: the name "elsewhere"')
    expect(flow.observer.count({ key: 'elsewhere' })).toBe(0)
  })

  it('can not send another length than was signed', async () => {
    const client = clientWith((request) =>
      signer({ ...request, headers: { ...request.headers, 'content-length': '4' } }),
    )
    const refused = await failure(client.put('signed/longer', Buffer.from('longer')))
    expect(refused).toHaveProperty('code', 'SignatureDoesNotMatch')
  })

  it('sends requests to the URLs that others have signed', async () => {
    const known = { accessKeyId, accessKeySecret, bucket: BUCKET, region: 'oss-cn-hangzhou' }
    const holder = new OSS({ ...known, endpoint: flow.observer.url })
    const client = clientWith(async ({ method, key, query, headers }) => ({
      url: await holder.signatureUrlV4(method, 60, { headers, queries: query }, key),
    }))
    await client.multipartUpload('by url/a film', bytes, { partSize: PART })
    await flow.expectStored('by url/a film', bytes)
  })

  it('has nothing to sign a URL with', async () => {
    const client = clientWith((request) => signer(request))
    expect(() => client.signatureUrl('a')).toThrow(/needs keys/)
    await expect(client.signatureUrlV4('GET', 60, {}, 'a')).rejects.toThrow(/needs keys/)
  })
})
