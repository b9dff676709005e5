import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { errorOf, testService, texts } from './test-service.ts'

async function withObjects(...keys: string[]) {
  const service = await testService()
  for (const key of keys) await service.send({ method: 'PUT', bucket: 'b12', key, body: key })
  return service
}

describe('DeleteObject', () => {
  it('answers 204 whether or not there was one', async () => {
    const { send } = await withObjects('k')
    const remove = { method: 'DELETE', bucket: 'b12', key: 'k' }
    expect((await send(remove)).status).toBe(204)
    expect((await send(remove)).status).toBe(204)
    expect((await send({ bucket: 'b12', key: 'k' })).status).toBe(404)
  })

  it('misses the bucket', async () => {
    const { send } = await testService()
    const answer = await send({ method: 'DELETE', bucket: 'nowhere', key: 'k' })
    expect(errorOf(answer)).toMatchObject({ status: 404, code: 'NoSuchBucket' })
  })
})

describe('DeleteMultipleObjects', () => {
  const remove = (inner: string, more: object = {}) => ({
    method: 'POST',
    bucket: 'b12',
    query: { delete: '' },
    body: `<Delete>${inner}</Delete>`,
    ...more,
  })
  const objects = (...keys: string[]) =>
    keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')

  it('deletes and names every key, those that were not there among them', async () => {
    const { send } = await withObjects('a&b', 'c', 'keep')
    const { status, text } = await send(remove(objects('c', 'missing', 'a&amp;b')))
    expect(status).toBe(200)
    expect(texts(text, 'Key')).toEqual(['c', 'missing', 'a&b'])
    expect(texts((await send({ bucket: 'b12' })).text, 'Key')).toEqual(['keep'])
  })

  it('encodes the keys when the query or a header asks for it', async () => {
    const { send } = await testService()
    const query = { delete: '', 'encoding-type': 'url' }
    const headers = { 'encoding-type': 'url' }
    for (const more of [{ query }, { headers }]) {
      const { text } = await send(remove(objects('a b/c+d'), more))
      expect(texts(text, 'EncodingType')).toEqual(['url'])
      expect(texts(text, 'Key')).toEqual(['a%20b%2Fc%2Bd'])
    }
  })

  it('says nothing in quiet mode', async () => {
    const { send } = await withObjects('a')
    const answer = await send(remove(`<Quiet>true</Quiet>${objects('a')}`))
    expect(answer).toMatchObject({ status: 200, text: '' })
  })

  it('checks the Content-MD5', async () => {
    const { send } = await withObjects('a')
    const right = createHash('md5')
      .update(remove(objects('a')).body)
      .digest('base64')
    const wrong = { headers: { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' } }
    expect(errorOf(await send(remove(objects('a'), wrong))).code).toBe('InvalidDigest')
    expect((await send({ bucket: 'b12', key: 'a' })).status).toBe(200)
    const answer = await send(remove(objects('a'), { headers: { 'content-md5': right } }))
    expect(answer.status).toBe(200)
  })

  it.each([
    ['no key', '', '0016-00000608'],
    ['an object without key', '<Object/>', '0016-00000608'],
    ['1001 keys', objects(...Array.from({ length: 1001 }, String)), '0016-00000608'],
    ['over 2 MiB', ' '.repeat(2 * 1024 * 1024), undefined],
    ['broken XML', '<Object>', undefined],
  ])('refuses %s', async (_what, inner, ec) => {
    const { send } = await testService()
    const answer = await send(remove(inner))
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'MalformedXML', ec })
  })

  it('deletes nothing when one of the keys is not a key', async () => {
    const { send } = await withObjects('a')
    const answer = await send(remove(objects('a', '/b')))
    expect(errorOf(answer)).toMatchObject({ code: 'InvalidObjectName', ec: '0016-00000005' })
    expect((await send({ bucket: 'b12', key: 'a' })).status).toBe(200)
  })
})
