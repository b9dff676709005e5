import { describe, expect, it } from 'vitest'
import { clientOf, deepFreeze, listen, rejection } from './testing.contract.ts'

const OWNER = '<Owner><ID>0022012</ID><DisplayName>user-example</DisplayName></Owner>'

function contents(key: string, more = ''): string {
  return `<Contents><Key>${key}</Key><LastModified>2012-02-24T08:42:32.000Z</LastModified><ETag>"5B3C"</ETag><Type>Normal</Type><Size>344606</Size><StorageClass>Standard</StorageClass>${more}</Contents>`
}

/** A page as OSS writes it. */
function page(inner: string): { body: string } {
  return {
    body: `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>bkt</Name><EncodingType>url</EncodingType>${inner}</ListBucketResult>`,
  }
}

const LAST = '<IsTruncated>false</IsTruncated>'

describe('list', () => {
  it('gives a page of objects and prefixes, with their names decoded', async () => {
    const server = await listen(() =>
      page(
        `<IsTruncated>true</IsTruncated><NextMarker>a%20b%2F%C3%A9</NextMarker>${contents('a%20b%2F%C3%A9%01.txt', OWNER)}${contents('second')}<CommonPrefixes><Prefix>fun%20%2F</Prefix></CommonPrefixes>`,
      ),
    )
    const { res, objects, ...rest } = await clientOf(server).list()
    expect(server.onlyRequest()).toMatchObject({
      method: 'GET',
      path: '/bkt/',
      query: { 'encoding-type': 'url' },
    })
    expect(res.status).toBe(200)
    expect(objects).toEqual([
      {
        name: 'a b/é\x01.txt',
        url: `${server.origin}/bkt/a%20b/%C3%A9%01.txt`,
        lastModified: '2012-02-24T08:42:32.000Z',
        etag: '"5B3C"',
        type: 'Normal',
        size: 344606,
        storageClass: 'Standard',
        owner: { id: '0022012', displayName: 'user-example' },
      },
      expect.objectContaining({ name: 'second', owner: null }),
    ])
    expect(rest).toEqual({ prefixes: ['fun /'], isTruncated: true, nextMarker: 'a b/é' })
  })

  it('gives empty lists where there is nothing', async () => {
    const server = await listen(() => page(LAST))
    expect(await clientOf(server).list(null)).toMatchObject({
      objects: [],
      prefixes: [],
      isTruncated: false,
      nextMarker: null,
    })
  })

  it('asks for what the query says, and changes neither query nor options', async () => {
    const server = await listen(() => page(LAST))
    const query = deepFreeze({ prefix: 'a b/', delimiter: '/', marker: '', 'max-keys': 5 })
    const options = deepFreeze({ subres: { versions: null }, headers: { 'x-oss-a': '1' } })
    await clientOf(server).list(query, options)
    expect(server.onlyRequest()).toMatchObject({
      url: '/bkt/?versions&encoding-type=url&prefix=a%20b%2F&delimiter=%2F&marker&max-keys=5',
      headers: { 'x-oss-a': '1' },
    })
  })

  it('takes names to the letter where the answer does not encode them', async () => {
    const server = await listen(() => ({
      body: `<ListBucketResult>${LAST}${contents('a%20b')}</ListBucketResult>`,
    }))
    expect((await clientOf(server).list()).objects[0]?.name).toBe('a%20b')
  })

  it('rejects names that can not be decoded as an answer that is not from OSS', async () => {
    const server = await listen(() => page(`${LAST}${contents('%zz')}`))
    expect(await rejection(clientOf(server).list())).toMatchObject({
      name: 'UnexpectedResponseError',
      operation: 'ListObjects',
    })
  })

  it.each([
    ['a page of HTML', '<!DOCTYPE html><html><body>Log in</body></html>'],
    ['other XML', '<ListPartsResult></ListPartsResult>'],
    ['half an answer', '<ListBucketResult><Name>bkt</Na'],
    ['nothing', ''],
  ])('rejects %s with status 200', async (_what, body) => {
    const server = await listen(() => ({ body }))
    expect(await rejection(clientOf(server).list())).toMatchObject({
      name: 'UnexpectedResponseError',
      code: 'UnexpectedResponseError',
      operation: 'ListObjects',
      status: 200,
      requestId: 'REQUEST-ID',
    })
  })
})

describe('listV2', () => {
  it('gives a page with a token for the next one', async () => {
    const server = await listen(() =>
      page(
        `<IsTruncated>true</IsTruncated><NextContinuationToken>CgJiYw--</NextContinuationToken><KeyCount>2</KeyCount>${contents('a')}<CommonPrefixes><Prefix>b%2F</Prefix></CommonPrefixes>`,
      ),
    )
    const { res: _, objects, ...rest } = await clientOf(server).listV2({ 'max-keys': 2 })
    expect(server.onlyRequest().query).toEqual({
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': '2',
    })
    expect(objects.map(({ name, owner }) => [name, owner])).toEqual([['a', null]])
    expect(rest).toEqual({
      prefixes: ['b/'],
      isTruncated: true,
      nextContinuationToken: 'CgJiYw--',
      keyCount: 2,
    })
  })

  it.each([{ continuationToken: 'CgJiYw--' }, { 'continuation-token': 'CgJiYw--' }])(
    'goes on with %j',
    async (query) => {
      const server = await listen(() => page(`${LAST}<KeyCount>0</KeyCount>`))
      const { nextContinuationToken } = await clientOf(server).listV2(deepFreeze(query))
      expect(server.onlyRequest().query).toEqual({
        'list-type': '2',
        'encoding-type': 'url',
        'continuation-token': 'CgJiYw--',
      })
      expect(nextContinuationToken).toBeNull()
    },
  )

  it('asks for owners and gives them', async () => {
    const server = await listen(() => page(`${LAST}<KeyCount>1</KeyCount>${contents('a', OWNER)}`))
    const { objects } = await clientOf(server).listV2({ 'fetch-owner': true, 'start-after': '' })
    expect(server.onlyRequest().query).toMatchObject({ 'fetch-owner': 'true', 'start-after': '' })
    expect(objects[0]?.owner).toEqual({ id: '0022012', displayName: 'user-example' })
  })
})
