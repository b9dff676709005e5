import { describe, expect, it } from 'vitest'
import { errorOf, testService, texts } from './test-service.ts'

async function withObjects(...keys: string[]) {
  const service = await testService()
  for (const key of keys) await service.send({ method: 'PUT', bucket: 'b12', key, body: key })
  const list = async (query: Record<string, string> = {}) =>
    (await service.send({ bucket: 'b12', query })).text
  return { ...service, list }
}

describe('ListObjects', () => {
  it('has every element of every entry', async () => {
    const { list, send } = await withObjects()
    await send({ method: 'PUT', bucket: 'b12', key: 'a<b', body: '0123456789' })
    expect(await list()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>b12</Name><Prefix></Prefix>' +
        '<Marker></Marker><MaxKeys>100</MaxKeys><Delimiter></Delimiter>' +
        '<IsTruncated>false</IsTruncated><Contents><Key>a&lt;b</Key>' +
        '<LastModified>2026-01-02T03:04:05.000Z</LastModified>' +
        '<ETag>"781E5E245D69B566979B86E28D23F2C7"</ETag><Type>Normal</Type><Size>10</Size>' +
        '<StorageClass>Standard</StorageClass><Owner><ID>1000000000000001</ID>' +
        '<DisplayName>1000000000000001</DisplayName></Owner></Contents></ListBucketResult>',
    )
  })

  it('sorts by the bytes of UTF-8', async () => {
    const { list } = await withObjects('😀', '\uff01', 'é', 'z', 'a//b', 'a/b')
    expect(texts(await list(), 'Key')).toEqual(['a//b', 'a/b', 'z', 'é', '\uff01', '😀'])
  })

  it('pages with markers, past common prefixes', async () => {
    const { list } = await withObjects('a', 'b/1', 'b/2', 'c', 'd/1')
    const query = { delimiter: '/', 'max-keys': '2' }
    const first = await list(query)
    expect(texts(first, 'Key')).toEqual(['a'])
    expect(first).toContain('<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>')
    expect(texts(first, 'NextMarker')).toEqual(['b/'])
    const second = await list({ ...query, marker: 'b/' })
    expect(texts(second, 'Key')).toEqual(['c'])
    expect(texts(second, 'Prefix')).toEqual(['', 'd/'])
    expect(texts(second, 'IsTruncated')).toEqual(['false'])
    expect(texts(second, 'NextMarker')).toEqual([])
  })

  it('takes a marker that is no key, and one within a common prefix', async () => {
    const { list } = await withObjects('a', 'b/1', 'b/2', 'c')
    expect(texts(await list({ marker: 'aa' }), 'Key')).toEqual(['b/1', 'b/2', 'c'])
    const within = await list({ marker: 'b/1', delimiter: '/' })
    expect(texts(within, 'Prefix')).toEqual(['', 'b/'])
  })

  it('encodes names when asked to', async () => {
    const { list } = await withObjects('x y/a+b', 'x y/c/d')
    const xml = await list({
      prefix: 'x y/',
      delimiter: '/',
      marker: 'x y/',
      'encoding-type': 'url',
    })
    expect(texts(xml, 'EncodingType')).toEqual(['url'])
    expect(texts(xml, 'Key')).toEqual(['x%20y%2Fa%2Bb'])
    expect(texts(xml, 'Prefix')).toEqual(['x%20y%2F', 'x%20y%2Fc%2F'])
    expect(texts(xml, 'Delimiter')).toEqual(['%2F'])
    expect(texts(xml, 'Marker')).toEqual(['x%20y%2F'])
  })

  it('gives 100 by default and 1000 at most', async () => {
    const keys = Array.from({ length: 101 }, (_, index) => `k${index}`)
    const { list } = await withObjects(...keys)
    expect(texts(await list(), 'Key')).toHaveLength(100)
    expect(texts(await list({ 'max-keys': '1000' }), 'Key')).toHaveLength(101)
  })

  it.each(['0', '-1', '1001', 'x', '1.5'])('refuses max-keys=%s', async (maxKeys) => {
    const { send } = await testService()
    const answer = await send({ bucket: 'b12', query: { 'max-keys': maxKeys } })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidArgument' })
    expect(texts(answer.text, 'ArgumentName')).toEqual(['max-keys'])
  })

  it.each(['prefix', 'marker', 'delimiter'])('refuses a %s longer than any key', async (name) => {
    const { send } = await testService()
    const answer = await send({ bucket: 'b12', query: { [name]: 'x'.repeat(1024) } })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidArgument' })
  })

  it('does not show uploads that are not complete', async () => {
    const { send, list } = await withObjects()
    await send({ method: 'POST', bucket: 'b12', key: 'k', query: { uploads: '' } })
    expect(texts(await list(), 'Key')).toEqual([])
  })
})

describe('ListObjectsV2', () => {
  const v2 = { 'list-type': '2' }

  it('counts keys, and shows owners only when asked to', async () => {
    const { list } = await withObjects('a', 'b/1')
    const xml = await list({ ...v2, delimiter: '/' })
    expect(texts(xml, 'KeyCount')).toEqual(['2'])
    expect(xml).not.toContain('Owner')
    expect(xml).not.toContain('Marker')
    expect(await list({ ...v2, 'fetch-owner': 'true' })).toContain('<Owner>')
  })

  it('pages with tokens, which win over start-after', async () => {
    const { list } = await withObjects('a', 'b/1', 'b/2', '目', '目录')
    const query = { ...v2, delimiter: '/', 'max-keys': '2' }
    const first = await list(query)
    expect(texts(first, 'Prefix')).toEqual(['', 'b/'])
    const [token = ''] = texts(first, 'NextContinuationToken')
    const second = await list({ ...query, 'continuation-token': token, 'start-after': 'zzz' })
    expect(texts(second, 'Key')).toEqual(['目', '目录'])
    expect(texts(second, 'ContinuationToken')).toEqual([token])
    expect(texts(second, 'StartAfter')).toEqual(['zzz'])
    expect(texts(second, 'NextContinuationToken')).toEqual([])
  })

  it('starts after a name', async () => {
    const { list } = await withObjects('a', 'b', 'c')
    expect(texts(await list({ ...v2, 'start-after': 'a' }), 'Key')).toEqual(['b', 'c'])
  })

  it('refuses a token that it did not write', async () => {
    const { send } = await testService()
    const answer = await send({ bucket: 'b12', query: { ...v2, 'continuation-token': 'x' } })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidArgument' })
  })
})
