import { describe, expect, it } from 'vitest'
import { errorOf, testService, texts } from './test-service.ts'

const LIFECYCLE = { bucket: 'b12', query: { lifecycle: '' } }
const RULE =
  '<Rule><ID>stale</ID><Prefix>films/</Prefix><Status>Enabled</Status>' +
  '<Expiration><Days>30</Days></Expiration>' +
  '<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload></Rule>'
const document = (inner: string) => `<LifecycleConfiguration>${inner}</LifecycleConfiguration>`

describe('PutBucketLifecycle, GetBucketLifecycle, DeleteBucketLifecycle', () => {
  it('keep rules, replace them all, and drop them', async () => {
    const { send } = await testService()
    const put = (body: string) => send({ ...LIFECYCLE, method: 'PUT', body })
    expect(await put(document(RULE))).toMatchObject({ status: 200, text: '' })
    const got = await send(LIFECYCLE)
    expect(got.text).toBe(`<?xml version="1.0" encoding="UTF-8"?>\n${document(RULE)}`)

    await put(document(RULE.replace('<ID>stale</ID>', '').replace('films/', '')))
    const { text } = await send(LIFECYCLE)
    expect(texts(text, 'Prefix')).toEqual([''])
    expect(texts(text, 'ID')).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])

    expect(await send({ ...LIFECYCLE, method: 'DELETE' })).toMatchObject({ status: 204, text: '' })
    expect(errorOf(await send(LIFECYCLE))).toMatchObject({
      status: 404,
      code: 'NoSuchLifecycle',
      message: 'No Row found in Lifecycle Table.',
    })
    expect((await send({ ...LIFECYCLE, method: 'DELETE' })).status).toBe(204)
  })

  it('refuse rules that OSS does not take, and keep those there are', async () => {
    const { send } = await testService()
    await send({ ...LIFECYCLE, method: 'PUT', body: document(RULE) })
    const bad = await send({ ...LIFECYCLE, method: 'PUT', body: document('') })
    expect(errorOf(bad)).toMatchObject({ status: 400, code: 'MalformedXML' })
    expect(texts((await send(LIFECYCLE)).text, 'ID')).toEqual(['stale'])
  })

  it.each(['GET', 'PUT', 'DELETE'])(
    '%s is for the owner of a bucket that there is',
    async (method) => {
      const { send } = await testService()
      const call = { ...LIFECYCLE, method, body: document(RULE) }
      const refused = errorOf(await send({ ...call, anonymous: true }))
      expect(refused).toMatchObject({ status: 403, code: 'AccessDenied' })
      const nowhere = errorOf(await send({ ...call, bucket: 'nowhere' }))
      expect(nowhere).toMatchObject({ status: 404, code: 'NoSuchBucket' })
    },
  )
})
