import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { contentType } from './content-type.ts'
import { typeOfExtension } from './mime-types.ts'

const typed = (key: string) => contentType(undefined, { file: undefined, key }, typeOfExtension)
const file = (name: string, type = '') => new File(['x'], name, { type })

/** The type database of ali-oss, as it is installed for the interop tests. */
const requireOfAliOss = createRequire(createRequire(import.meta.url).resolve('ali-oss'))
const aliOssMime: { getType(name: string): string | null } = requireOfAliOss('mime')

function typesOfAliOss(): Record<'standard' | 'other', Record<string, string[]>> {
  return {
    standard: requireOfAliOss('mime/types/standard.js'),
    other: requireOfAliOss('mime/types/other.js'),
  }
}

describe('contentType', () => {
  it.each([
    ['what the caller says', 'text/x-mine', 'a.png', 'b.pdf', 'text/x-mine'],
    ["the file's own name", undefined, 'dir.d/a.png', 'b.pdf', 'image/png'],
    [
      'the name of a File, also against what it says of itself',
      undefined,
      file('a.png', 'a/b'),
      'b.pdf',
      'image/png',
    ],
    ['what a Blob says of itself', undefined, new Blob(['x'], { type: 'a/b' }), 'b.pdf', 'a/b'],
    ['what a File without an extension says', undefined, file('noext', 'a/b'), 'b.pdf', 'a/b'],
    ["the object's name", undefined, 'no-extension', 'b.pdf', 'application/pdf'],
    ["the object's name for bytes", undefined, Buffer.from('x'), 'dir/b.PDF', 'application/pdf'],
    ['bytes of no known kind', undefined, 'a', 'b', 'application/octet-stream'],
    ['nothing said for an empty text', '', 'a.png', 'b', 'image/png'],
  ])('goes by %s', (_what, given, source, key, expected) => {
    expect(contentType(given, { file: source, key }, typeOfExtension)).toBe(expected)
  })

  it('knows every extension that ali-oss knows, as the same type', () => {
    const { standard, other } = typesOfAliOss()
    const extensions = [...Object.values(standard), ...Object.values(other)].flat()
    const names = extensions.map((extension) => `dir/a.${extension.replace('*', '')}`)
    const different = names
      .map((name) => [name, typed(name), aliOssMime.getType(name)])
      .filter(([, ours, theirs]) => ours !== theirs)
    expect(names.length).toBeGreaterThan(1_000)
    expect(different).toEqual([])
  })

  it.each([
    ['a.tar.gz', 'application/gzip'],
    ['a.JPG', 'image/jpeg'],
    ['a.Js', 'application/javascript'],
  ])('knows %s', (key, expected) => {
    expect(typed(key)).toBe(expected)
  })

  it.each(['dir/png', 'dir.png/b', 'a.', 'a.unheard-of', '.', ''])(
    'does not take %j for a known kind: it has no extension',
    (key) => {
      expect(typed(key)).toBe('application/octet-stream')
    },
  )

  it.each(['png', 'log'])('does not take the whole name %j for an extension', (key) => {
    expect(typed(key)).toBe('application/octet-stream')
  })
})
