import { describe, expect, it } from 'vitest'
import { bytesBody } from '../oss/body.ts'
import { createClient, type Platform } from './context.ts'
import { nodePlatform } from './node-platform.ts'
import { sendObject } from './send-object.ts'
import { listen, rejection } from './testing.contract.ts'

const page: Platform = { ...nodePlatform, origin: () => 'https://page.example' }
const target = { bucket: 'bkt', key: 'key' }

/** What comes of two objects, where the answers have these headers. */
async function sent(platform: Platform, headers: Record<string, string>) {
  const server = await listen(() => ({ headers }))
  const warnings: unknown[] = []
  const client = createClient(
    {
      accessKeyId: 'id',
      accessKeySecret: 'secret',
      endpoint: server.origin,
      onWarning: (warning) => void warnings.push(warning.message),
      retryMax: 0,
    },
    platform,
  )
  const send = () => sendObject(client, target, bytesBody(new Uint8Array(5)), {})
  return { etags: [(await send()).etag, (await send()).etag], warnings }
}

describe('sendObject', () => {
  it('has nothing to say where all can be seen', async () => {
    const headers = { ETag: '"E"', 'x-oss-hash-crc64ecma': '5' }
    expect(await sent(page, headers)).toEqual({ etags: ['"E"', '"E"'], warnings: [] })
  })

  it('takes an answer without an ETag for none of OSS, but in a page', async () => {
    expect(await rejection(sent(nodePlatform, {}))).toMatchObject({
      name: 'UnexpectedResponseError',
      operation: 'PutObject',
      message: expect.stringContaining('without an ETag'),
    })
  })

  it('tells a page once what its bucket hides', async () => {
    expect(await sent(page, { 'x-oss-hash-crc64ecma': '5' })).toEqual({
      etags: ['', ''],
      warnings: [
        expect.stringMatching(
          /^The CORS rules of bucket bkt do not expose ETag\. .*https:\/\/page\.example;/,
        ),
      ],
    })
    expect(await sent(page, { ETag: '"E"' })).toEqual({
      etags: ['"E"', '"E"'],
      warnings: [expect.stringContaining('x-oss-hash-crc64ecma, so what arrived is not compared')],
    })
  })

  it('knows that a service without checksums hides nothing from Node', async () => {
    expect(await sent(nodePlatform, { ETag: '"E"' })).toEqual({
      etags: ['"E"', '"E"'],
      warnings: [],
    })
  })
})
