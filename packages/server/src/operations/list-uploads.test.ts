import { describe, expect, it } from 'vitest'
import { errorOf, testService, texts } from './test-service.ts'

async function withUploads(...keys: string[]) {
  const service = await testService()
  for (const key of keys) {
    await service.send({ method: 'POST', bucket: 'b12', key, query: { uploads: '' } })
  }
  const list = async (query: Record<string, string> = {}) =>
    (await service.send({ bucket: 'b12', query: { uploads: '', ...query } })).text
  return { ...service, list }
}

describe('ListMultipartUploads', () => {
  it('has every element, the markers also when there is nothing', async () => {
    const { list } = await withUploads()
    expect(await list()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListMultipartUploadsResult><Bucket>b12</Bucket>' +
        '<KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker></NextKeyMarker>' +
        '<NextUploadIdMarker></NextUploadIdMarker><Delimiter></Delimiter><Prefix></Prefix>' +
        '<MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
    )
  })

  it('tells of each upload', async () => {
    const { list } = await withUploads('k')
    expect(await list()).toMatch(
      /<Upload><Key>k<\/Key><UploadId>[0-9A-F]{32}<\/UploadId><StorageClass>Standard<\/StorageClass><Initiated>2026-01-02T03:04:05.000Z<\/Initiated><\/Upload>/,
    )
  })

  it('pages through several uploads of one key by their ids', async () => {
    const { list } = await withUploads('k', 'k', 'k', 'l')
    const all = texts(await list(), 'UploadId')
    expect(all.slice(0, 3)).toEqual(all.slice(0, 3).sort())
    const paged: string[] = []
    const marker = { 'key-marker': '', 'upload-id-marker': '' }
    for (let page = 0; page < 4; page++) {
      const xml = await list({ ...marker, 'max-uploads': '1' })
      paged.push(...texts(xml, 'UploadId'))
      expect(texts(xml, 'IsTruncated')).toEqual([String(page < 3)])
      marker['key-marker'] = texts(xml, 'NextKeyMarker')[0] ?? ''
      marker['upload-id-marker'] = texts(xml, 'NextUploadIdMarker')[0] ?? ''
    }
    expect(paged).toEqual(all)
  })

  it('skips the whole key when only that is given, and ignores an id alone', async () => {
    const { list } = await withUploads('k', 'k', 'l')
    expect(texts(await list({ 'key-marker': 'k' }), 'Key')).toEqual(['l'])
    const alone = { 'upload-id-marker': 'F'.repeat(32) }
    expect(texts(await list(alone), 'Key')).toEqual(['k', 'k', 'l'])
  })

  it('groups by delimiter, and goes on past a group', async () => {
    const { list } = await withUploads('a', 'b/1', 'b/2', 'c')
    const query = { delimiter: '/', 'max-uploads': '2' }
    const first = await list(query)
    expect(texts(first, 'Key')).toEqual(['a'])
    expect(first).toContain('<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>')
    expect(texts(first, 'NextKeyMarker')).toEqual(['b/'])
    expect(texts(first, 'NextUploadIdMarker')).toEqual([''])
    expect(texts(await list({ ...query, 'key-marker': 'b/' }), 'Key')).toEqual(['c'])
  })

  it('encodes names when asked to', async () => {
    const { list } = await withUploads('x y/a+b')
    const xml = await list({ prefix: 'x y/', 'encoding-type': 'url' })
    expect(texts(xml, 'Key')).toEqual(['x%20y%2Fa%2Bb'])
    expect(texts(xml, 'NextKeyMarker')).toEqual(['x%20y%2Fa%2Bb'])
    expect(texts(xml, 'Prefix')).toEqual(['x%20y%2F'])
  })

  it.each(['0', '1001'])('refuses max-uploads=%s', async (maxUploads) => {
    const { send } = await testService()
    const answer = await send({ bucket: 'b12', query: { uploads: '', 'max-uploads': maxUploads } })
    expect(errorOf(answer)).toMatchObject({ status: 400, code: 'InvalidArgument' })
  })
})
