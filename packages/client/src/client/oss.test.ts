import { describe, expect, it } from 'vitest'
import { KiB } from '../oss/limits.ts'
import { OSS } from './oss.ts'
import { clientOf, listen, rejection } from './testing.contract.ts'

const keys = { accessKeyId: 'id', accessKeySecret: 'secret' }
const PART = 100 * KiB
const BYTES = Buffer.alloc(3 * PART, 'abc')

describe('the bucket in use', () => {
  it('can be chosen when the client is made, and at any time later', async () => {
    const server = await listen(() => ({ status: 204 }))
    const client = clientOf(server)
    expect(client.getBucket()).toBe('bkt')
    await client.delete('a')
    expect(client.useBucket('other')).toBe(client)
    expect(client.getBucket()).toBe('other')
    await client.delete('a')
    client.setBucket('third')
    await client.delete('a')
    expect(server.requests.map(({ path }) => path)).toEqual(['/bkt/a', '/other/a', '/third/a'])
  })

  it('must be chosen before the first call that needs one', async () => {
    const client = new OSS(keys)
    const said = 'Please create a bucket first: give the client a `bucket`, or call useBucket(name)'
    expect(() => client.getBucket()).toThrow(said)
    const calls = [client.head('a'), client.put('a', BYTES), client.list(), client.get('a')]
    const errors = await Promise.all([...calls, client.multipartUpload('a', BYTES)].map(rejection))
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'InvalidArgumentError', message: said })
    }
  })

  it('must have a name that can be, and stays as it was otherwise', () => {
    const client = new OSS({ ...keys, bucket: 'bkt' })
    expect(() => client.useBucket('No')).toThrow('The bucket must be conform')
    expect(client.getBucket()).toBe('bkt')
  })
})

describe('the name of an object', () => {
  it.each([
    'a//b',
    './a',
    '../x',
    'a/../../b',
    '%2e%2e/%2F',
    'a+b c',
    'a?b#c&d=e',
    'a\\b',
    "!'()*",
    '中文/é',
    '😀',
    'e\u0301',
    'a\x01\x7f',
    '__proto__',
    'folder/',
    'x'.repeat(1023),
  ])('goes on the wire to the letter: %j', async (name) => {
    const server = await listen(() => ({ status: 204 }))
    await clientOf(server).delete(name)
    const { path } = server.onlyRequest()
    expect(path).toMatch(/^\/bkt\/[A-Za-z0-9._~/%-]+$/)
    expect(decodeURIComponent(path)).toBe(`/bkt/${name}`)
    expect(path.split('/').length).toBe(name.split('/').length + 2)
  })

  it.each(['', '/', '\\a', 'a\ud83d', '\udc00', 'é'.repeat(512)])(
    'is refused before anything is sent where OSS can not have it: %j',
    async (name) => {
      const server = await listen(() => ({ status: 204 }))
      const client = clientOf(server)
      const calls = [
        client.delete(name),
        client.put(name, BYTES),
        client.multipartUpload(name, BYTES),
      ]
      for (const error of await Promise.all(calls.map(rejection))) {
        expect(error).toMatchObject({ name: 'InvalidArgumentError' })
        expect(error.message).toMatch(/^The object name /)
      }
      expect(server.requests).toEqual([])
    },
  )
})
