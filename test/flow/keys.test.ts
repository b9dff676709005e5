import { describe, expect, it } from 'vitest'
import { bytesOf, PART, SIGNATURES, startFlow } from './testing.ts'

const flow = await startFlow()

/** Names that a path, a URL, XML or an object literal would take for something else. */
const NAMES = [
  '目录/😀 %2F+ a&b.bin',
  'a//b',
  'a/b',
  'a/b/',
  'a/../b',
  '../x',
  'x',
  '.',
  '..',
  './x',
  '%2e%2e',
  '%252e',
  'a?b#c',
  'a?uploads&partNumber=1',
  'a b',
  'a+b',
  'a%20b',
  '\u{FFFF}',
  '\u{FEFF}',
  'tab\tand\r\nline',
  '<Key>&amp;"\'</Key>',
  'caf\u{E9}',
  'cafe\u{301}',
  'UPPER',
  'upper',
  '文'.repeat(341),
  '__proto__',
  'constructor',
  'undefined',
  ' leading and trailing ',
  'back\\slash',
]

describe.each(SIGNATURES)('with Signature %s', (version, options) => {
  const client = flow.client({ ...options, endpoint: flow.server.url })
  const contentOf = (name: string, size = PART + 1) => bytesOf(size, `${version} ${name}`)

  it('each name is a key of its own, to the letter', async () => {
    await Promise.all(
      NAMES.map(async (name) => {
        const result = await client.multipartUpload(name, contentOf(name))
        expect(result.name).toBe(name)
      }),
    )
    expect(await listedKeys()).toEqual([...NAMES].sort(byUtf8))
    for (const name of NAMES) {
      const { content } = await client.get(name)
      expect(content?.equals(contentOf(name)), name).toBe(true)
      expect((await client.head(name)).res.headers['content-length']).toBe(`${PART + 1}`)
    }
    await deleteOneByOne()
  })

  it('a small file is stored under the same key as a large one', async () => {
    for (const name of NAMES) {
      await client.multipartUpload(name, contentOf(name))
      await client.multipartUpload(name, contentOf(name, 5))
      await flow.expectStored(name, contentOf(name, 5))
    }
    // XML has no way to write this one.
    await client.delete('\u{FFFF}')
    const others = NAMES.filter((name) => name !== '\u{FFFF}')
    const { deleted } = await client.deleteMulti(others)
    expect(deleted.map(({ Key }) => Key).sort(byUtf8)).toEqual([...others].sort(byUtf8))
    expect(await listedKeys()).toEqual([])
  })

  it('a slash at the beginning is dropped, and stays in the result', async () => {
    for (const size of [5, PART + 1]) {
      const result = await client.multipartUpload('//lead/x', contentOf('lead', size))
      expect(result.name).toBe('//lead/x')
      await flow.expectStored('lead/x', contentOf('lead', size))
      expect(await listedKeys()).toEqual(['lead/x'])
      await client.delete('/lead/x')
    }
  })

  it('an upload can be resumed and aborted under every name', async () => {
    for (const name of NAMES) {
      const { uploadId } = await client.initMultipartUpload(name)
      await client.uploadPart(name, uploadId, 1, contentOf(name), 0, PART)
      expect((await client.listParts(name, uploadId)).parts).toHaveLength(1)
      const { uploads } = await client.listUploads()
      expect(uploads.map((upload) => upload.name)).toEqual([name])
      await client.abortMultipartUpload(name, uploadId)
    }
    expect((await client.listUploads()).uploads).toEqual([])
  })

  it('listParts tells the name, even one that XML can not write', async () => {
    const { uploadId } = await client.initMultipartUpload('\u{FFFF}')
    const said = [
      await client.listParts('\u{FFFF}', uploadId),
      await client.listParts('\u{FFFF}', uploadId, { 'encoding-type': 'url' }),
    ]
    await client.abortMultipartUpload('\u{FFFF}', uploadId)
    expect(said.map(({ name }) => name)).toEqual(['\u{FFFF}', '\u{FFFF}'])
  })

  /** After each deletion all the others must still be there. */
  async function deleteOneByOne(): Promise<void> {
    for (const [index, name] of NAMES.entries()) {
      await client.delete(name)
      expect(await listedKeys()).toEqual(NAMES.slice(index + 1).sort(byUtf8))
    }
  }

  async function listedKeys(): Promise<string[]> {
    const { objects = [] } = await client.list({ 'max-keys': 1000 })
    return objects.map((object) => object.name)
  }
})

/** OSS lists keys in the order of their UTF-8 bytes. */
function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
