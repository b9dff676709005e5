import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crc64 } from '../oss/crc64.ts'
import { KiB } from '../oss/limits.ts'
import type { UploadInput } from './open-input.ts'
import { kindOf, listenOss } from './small-oss.contract.ts'
import { clientOf, deepFreeze, temporaryFolder } from './testing.contract.ts'

const PART = 100 * KiB
/** Two parts and a half. No two kilobytes are alike, so a mixed object would show. */
const BYTES = Buffer.alloc(250 * KiB)
for (let at = 0; at < BYTES.length; at += 4) BYTES.writeUInt32BE(at, at)

async function pathOf(content: Uint8Array, name = 'film.mp4'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, content)
  return path
}

describe('multipartUpload', () => {
  it('sends each header with the requests that it belongs to', async () => {
    const server = await listenOss()
    const options = deepFreeze({
      partSize: PART,
      mime: 'video/x-mine',
      meta: { year: 2017, people: '名前' },
      headers: {
        'Cache-Control': 'no-cache',
        'Content-MD5': 'of-the-whole',
        'Content-Length': '1',
        'x-oss-storage-class': 'IA',
        'x-oss-server-side-encryption': 'AES256',
        'x-oss-tagging': 'a=b',
        'x-oss-object-acl': 'private',
        'x-oss-forbid-overwrite': 'true',
        'x-oss-traffic-limit': '838860800',
        'x-oss-request-payer': 'requester',
      },
    })
    await clientOf(server).multipartUpload('a', BYTES, options)
    const sent = new Map(server.requests.map((request) => [kindOf(request), request.headers]))
    const everywhere = { 'x-oss-request-payer': 'requester' }
    const atTheEnd = { 'x-oss-object-acl': 'private', 'x-oss-forbid-overwrite': 'true' }
    const expected = {
      initiate: {
        ...everywhere,
        ...atTheEnd,
        'content-type': 'video/x-mine',
        'content-length': '0',
        'cache-control': 'no-cache',
        'x-oss-meta-year': '2017',
        'x-oss-meta-people': '名前',
        'x-oss-storage-class': 'IA',
        'x-oss-server-side-encryption': 'AES256',
        'x-oss-tagging': 'a=b',
      },
      'part 3': {
        ...everywhere,
        'content-length': String(50 * KiB),
        'x-oss-traffic-limit': '838860800',
      },
      complete: {
        ...everywhere,
        ...atTheEnd,
        'content-type': 'application/xml',
        'content-length': sent.get('complete')?.['content-length'],
      },
    }
    const always = ['host', 'connection', 'user-agent', 'authorization', 'x-oss-date']
    for (const [kind, headers] of Object.entries(expected)) {
      const { 'x-oss-content-sha256': _, ...rest } = Object.fromEntries(
        Object.entries(sent.get(kind) ?? {}).filter(([name]) => !always.includes(name)),
      )
      expect({ [kind]: rest }).toEqual({ [kind]: headers })
    }
  })

  it('sends all that describes the object with the one request of a small one', async () => {
    const server = await listenOss()
    const options = deepFreeze({
      meta: { year: 2017 },
      headers: { 'Cache-Control': 'no-cache', 'x-oss-object-acl': 'private' },
    })
    await clientOf(server).multipartUpload('a.mp4', Buffer.from('x'), options)
    expect(server.onlyRequest().headers).toMatchObject({
      'content-type': 'video/mp4',
      'x-oss-meta-year': '2017',
      'cache-control': 'no-cache',
      'x-oss-object-acl': 'private',
    })
  })

  it.each<[string, () => UploadInput | Promise<UploadInput>, string, string]>([
    ['the name of the file', () => pathOf(BYTES, 'film.webm'), 'a.mp4', 'video/webm'],
    ['the name of a File', () => new File([BYTES], 'film.webm'), 'a.mp4', 'video/webm'],
    ['the type of a Blob', () => new Blob([BYTES], { type: 'a/b' }), 'a.mp4', 'a/b'],
    ['the name of the object', () => BYTES, 'a.mp4', 'video/mp4'],
    ['nothing', () => BYTES, 'a', 'application/octet-stream'],
  ])('takes the type of the object from %s', async (_what, file, name, type) => {
    const server = await listenOss()
    await clientOf(server).multipartUpload(name, await file())
    expect(server.requests[0]?.headers).toMatchObject({ 'content-type': type })
    expect(server.requests[1]?.headers).not.toHaveProperty('content-type')
  })

  it('has OSS call back when the object is complete, and gives the answer', async () => {
    const checksum = { 'x-oss-hash-crc64ecma': String(crc64(BYTES)) }
    const server = await listenOss((request) =>
      kindOf(request) === 'complete'
        ? { headers: { ETag: '"WHOLE-3"', ...checksum }, body: '{"done":true}' }
        : undefined,
    )
    const callback = { url: 'http://app.example', body: 'x' }
    const result = await clientOf(server).multipartUpload('a', BYTES, { callback, partSize: PART })
    expect(result).toMatchObject({ data: { done: true }, etag: '"WHOLE-3"' })
    const withCallback = server.requests.filter(({ headers }) => headers['x-oss-callback'])
    expect(withCallback.map(kindOf)).toEqual(['complete'])
  })
})
