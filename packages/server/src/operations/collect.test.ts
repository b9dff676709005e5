import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collect, commonPrefix, lastNameWithin } from './collect.ts'

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

function listing(
  keys: readonly string[],
  {
    prefix = '',
    delimiter = '',
    limit = 1000,
  }: { prefix?: string; delimiter?: string; limit?: number },
) {
  let read = 0
  let fetches = 0
  const sorted = [...keys].sort(compare)
  return {
    reads: () => read,
    fetches: () => fetches,
    page: async (after = '') => {
      const { entries, isTruncated } = await collect<string, string>(after, {
        prefix,
        delimiter,
        limit,
        keyOf: (key) => key,
        after: (key) => key,
        afterName: (name) => name,
        fetch: async (name, wanted) => {
          fetches++
          const found = sorted
            .filter((key) => key.startsWith(prefix) && compare(key, name) > 0)
            .slice(0, wanted)
          read += found.length
          return found
        },
      })
      const names = entries.map((entry) => ('item' in entry ? entry.item : entry.prefix))
      return { names, isTruncated }
    },
  }
}

describe('collect', () => {
  it('groups keys by the delimiter and counts groups like keys', async () => {
    const keys = ['a', 'fun/1', 'fun/2', 'fun0', 'z/', 'z/1/2']
    const { page } = listing(keys, { delimiter: '/', limit: 3 })
    expect(await page()).toEqual({ names: ['a', 'fun/', 'fun0'], isTruncated: true })
    expect(await page('fun0')).toEqual({ names: ['z/'], isTruncated: false })
  })

  it('looks for the delimiter behind the prefix', async () => {
    const keys = ['fun/', 'fun/a/1', 'fun/a/2', 'fun/b', 'gun/a']
    const { page } = listing(keys, { prefix: 'fun/', delimiter: '/' })
    expect((await page()).names).toEqual(['fun/', 'fun/a/', 'fun/b'])
  })

  it('is not truncated when exactly the last entry fits', async () => {
    const { page } = listing(['a', 'b/1', 'b/2'], { delimiter: '/', limit: 2 })
    expect(await page()).toEqual({ names: ['a', 'b/'], isTruncated: false })
  })

  it('jumps over what is below a common prefix', async () => {
    const folders = ['a', 'b', 'c', 'd', 'e']
    const keys = folders.flatMap((folder) =>
      Array.from({ length: 2000 }, (_, index) => `${folder}/${index}`),
    )
    const { page, reads } = listing(keys, { delimiter: '/' })
    expect((await page()).names).toEqual(['a/', 'b/', 'c/', 'd/', 'e/'])
    expect(reads()).toBeLessThan(20)
  })

  it('reads flat keys in few rounds', async () => {
    const keys = Array.from({ length: 2000 }, (_, index) => `k${index}`)
    const { page, fetches } = listing(keys, { delimiter: '/' })
    expect((await page()).names).toHaveLength(1000)
    expect(fetches()).toBeLessThan(8)
  })

  it('finds the same as a scan of all keys, whatever the keys and the page size', async () => {
    const key = fc.string({
      unit: fc.constantFrom('a', 'b', '/', '目', '😀', '\uffff'),
      minLength: 1,
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { maxLength: 30 }),
        fc.constantFrom('', 'a', 'a/', '目'),
        fc.constantFrom('', '/', 'b', '😀'),
        fc.integer({ min: 1, max: 5 }),
        async (keys, prefix, delimiter, limit) => {
          const { page } = listing(keys, { prefix, delimiter, limit })
          const found: string[] = []
          let after = ''
          for (;;) {
            const { names, isTruncated } = await page(after)
            found.push(...names)
            if (!isTruncated) break
            const last = names.at(-1) ?? ''
            const isGroup = commonPrefix(last, prefix, delimiter) === last
            after = isGroup ? lastNameWithin(last) : last
          }
          const scanned = keys
            .filter((name) => name.startsWith(prefix))
            .sort(compare)
            .map((name) => commonPrefix(name, prefix, delimiter) ?? name)
          expect(found).toEqual([...new Set(scanned)])
        },
      ),
    )
  })
})

describe('lastNameWithin', () => {
  it('is not before any key with that prefix, and before the next name', () => {
    const longest = `a/${'\u{10ffff}'.repeat(255)}`
    expect(Buffer.byteLength(longest)).toBe(1022)
    expect(compare(lastNameWithin('a/'), longest)).toBeGreaterThanOrEqual(0)
    expect(compare(lastNameWithin('a/'), 'a0')).toBeLessThan(0)
    expect(Buffer.byteLength(lastNameWithin('a/'))).toBeLessThan(1030)
  })
})
