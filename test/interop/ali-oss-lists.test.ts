import type AliOss from 'ali-oss'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WAYS } from './addresses.ts'
import { type InteropServer, startInteropServer } from './interop-server.ts'

const KEYS = ['a.txt', 'films/1.mp4', 'films/2 +&.mp4', 'films/目录/3.mp4', 'z.txt']

describe.each(WAYS)('ali-oss lists objects by %s', (_title, way) => {
  let server: InteropServer
  let client: AliOss
  beforeAll(async () => {
    server = await startInteropServer()
    client = server.aliOss(way)
    for (const key of KEYS) await client.put(key, Buffer.from(key))
  })
  afterAll(() => server.close())

  it('lists everything there is, with size and ETag', async () => {
    const { objects, prefixes, isTruncated, nextMarker } = await client.list(null)
    expect(objects.map(({ name }) => name)).toEqual(KEYS)
    expect({ prefixes, isTruncated, nextMarker }).toEqual({
      prefixes: null,
      isTruncated: false,
      nextMarker: null,
    })
    const { res } = await client.head('a.txt')
    expect(objects[0]).toMatchObject({
      size: 5,
      etag: res.headers.etag,
      type: 'Normal',
      storageClass: 'Standard',
      owner: { id: expect.any(String), displayName: expect.any(String) },
      lastModified: expect.stringMatching(/\.000Z$/),
    })
  })

  it('lists one folder', async () => {
    const { objects, prefixes } = await client.list({ prefix: 'films/', delimiter: '/' })
    expect(objects.map(({ name }) => name)).toEqual(['films/1.mp4', 'films/2 +&.mp4'])
    expect(prefixes).toEqual(['films/目录/'])
  })

  it('lists page by page', async () => {
    const names: string[] = []
    const sizes: number[] = []
    let marker = ''
    do {
      const page = await client.list({ 'max-keys': 2, marker })
      names.push(...page.objects.map(({ name }) => name))
      sizes.push(page.objects.length)
      marker = page.nextMarker ?? ''
    } while (marker !== '')
    expect(names).toEqual(KEYS)
    expect(sizes).toEqual([2, 2, 1])
  })

  it('asks for encoded names when it is told to', async () => {
    const { objects } = await client.list({ prefix: 'films/2', 'encoding-type': 'url' })
    expect(objects.map(({ name }) => decodeURIComponent(name))).toEqual(['films/2 +&.mp4'])
    expect(objects[0]?.name).not.toBe('films/2 +&.mp4')
  })

  it('lists with version 2: folders, owners, and a place to start after', async () => {
    const folder = await client.listV2({ prefix: 'films/', delimiter: '/' })
    expect(folder.objects.map(({ name }) => name)).toEqual(['films/1.mp4', 'films/2 +&.mp4'])
    expect([folder.prefixes, folder.keyCount, folder.isTruncated]).toEqual([
      ['films/目录/'],
      3,
      false,
    ])
    expect(folder.objects[0]).toMatchObject({ owner: null })
    const owned = await client.listV2({ 'start-after': 'films/目录/', 'fetch-owner': 'true' })
    expect(owned.objects.map(({ name }) => name)).toEqual(['films/目录/3.mp4', 'z.txt'])
    expect(owned.objects[0]).toMatchObject({ owner: { id: expect.any(String) } })
  })

  it('lists with version 2 page by page', async () => {
    const names: string[] = []
    let token = ''
    do {
      const page = await client.listV2({
        'max-keys': 2,
        ...(token === '' ? {} : { 'continuation-token': token }),
      })
      names.push(...page.objects.map(({ name }) => name))
      token = page.nextContinuationToken ?? ''
    } while (token !== '')
    expect(names).toEqual(KEYS)
  })
})
