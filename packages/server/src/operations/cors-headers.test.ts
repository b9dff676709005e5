import { describe, expect, it } from 'vitest'
import { testRequest } from '../protocol/test-request.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { createCorsHeaders } from './cors-headers.ts'

const RULE = {
  allowedOrigin: ['http://a.test'],
  allowedMethod: ['GET'],
  allowedHeader: [],
  exposeHeader: ['ETag'],
}

async function corsHeaders() {
  const store = createMemoryStore()
  const bucket = {
    createdAt: 0,
    acl: 'private',
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
  } as const
  await store.putBucket({ ...bucket, name: 'with', cors: { rules: [RULE], responseVary: true } })
  await store.putBucket({ ...bucket, name: 'without' })
  return createCorsHeaders(store, {
    hosts: ['oss.test'],
    cnames: new Map([['files.test', 'with']]),
  })
}

const ALLOWED = {
  'access-control-allow-origin': 'http://a.test',
  'access-control-allow-methods': 'GET',
  'access-control-expose-headers': 'ETag',
  vary: 'Origin',
}

describe('createCorsHeaders', () => {
  it.each([
    ['/with/k', '127.0.0.1:9000', ALLOWED],
    ['/with', 'unheard.of', ALLOWED],
    ['/k', 'with.oss.test:9000', ALLOWED],
    ['/', 'files.test', ALLOWED],
    ['/with/k', 'with.oss-cn-hangzhou.aliyuncs.com', ALLOWED],
    ['/without/k', '127.0.0.1', {}],
    ['/nowhere/k', '127.0.0.1', {}],
    ['/', '127.0.0.1', {}],
    [`/${'x'.repeat(10_000)}/k`, '127.0.0.1', {}],
  ])('goes by the rules of the bucket: %s at %s', async (url, host, expected) => {
    const headersFor = await corsHeaders()
    const headers = { host, origin: 'http://a.test' }
    expect(await headersFor(testRequest({ url, headers }))).toEqual(expected)
  })

  it('knows no rules of what has no readable name', async () => {
    const headersFor = await corsHeaders()
    await expect(headersFor(testRequest({ url: '/with/%ff' }))).rejects.toMatchObject({
      code: 'InvalidObjectName',
    })
  })
})
