import { describe, expect, it } from 'vitest'
import { listedParts } from './listed-parts.ts'
import { failureOf, scriptedOss } from './testing.contract.ts'

const target = { bucket: 'bkt', key: 'key' }

function part(number: number | string, more: Record<string, string> = {}): string {
  const fields = { PartNumber: number, ETag: `"E${number}"`, Size: 100, HashCrc64ecma: 7, ...more }
  const inside = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  return `<Part>${inside.join('')}</Part>`
}

/** A page of ListParts; one with a marker says that there are more. */
function page(parts: readonly string[], marker?: string | number): { body: string } {
  const more = `<NextPartNumberMarker>${marker}</NextPartNumberMarker>`
  const end = `<IsTruncated>${marker !== undefined}</IsTruncated>`
  return {
    body: `<ListPartsResult>${marker === undefined ? '' : more}${end}${parts.join('')}</ListPartsResult>`,
  }
}

describe('listedParts', () => {
  it('gives every part with its size, ETag and CRC-64', async () => {
    const { send, requests } = scriptedOss(page([part(1), part(3, { Size: '42' })]))
    const parts = await listedParts(send, target, 'U', { timeouts: { stall: 9_000 } })
    expect([...parts]).toEqual([
      [1, { number: 1, size: 100, etag: '"E1"', crc64: 7n }],
      [3, { number: 3, size: 42, etag: '"E3"', crc64: 7n }],
    ])
    expect(requests).toMatchObject([
      { path: '/key?uploadId=U&max-parts=1000&part-number-marker=0', timeouts: { stall: 9_000 } },
    ])
  })

  it('has none where OSS has none', async () => {
    expect((await listedParts(scriptedOss(page([])).send, target, 'U')).size).toBe(0)
  })

  it('reads page after page, each from where the one before ended', async () => {
    const { send, requests } = scriptedOss(
      page([part(1), part(2)], 2),
      page([part(7)], 7),
      page([part(9)]),
    )
    expect([...(await listedParts(send, target, 'U')).keys()]).toEqual([1, 2, 7, 9])
    const markers = requests.map(({ path }) => path.split('part-number-marker=')[1])
    expect(markers).toEqual(['0', '2', '7'])
  })

  it('keeps a CRC-64 that does not fit into a number', async () => {
    const crc64 = { HashCrc64ecma: '18446744073709551615' }
    const { send } = scriptedOss(page([part(1, crc64)]))
    expect((await listedParts(send, target, 'U')).get(1)?.crc64).toBe(2n ** 64n - 1n)
  })

  it.each(['', 'no number', '-1', '18446744073709551616'])(
    'knows no CRC-64 when OSS says %j',
    async (HashCrc64ecma) => {
      const { send } = scriptedOss(page([part(1, { HashCrc64ecma })]))
      expect((await listedParts(send, target, 'U')).get(1)?.crc64).toBeUndefined()
    },
  )

  it('ignores parts with a number that can not be', async () => {
    const numbers = ['0', '-1', '1.5', '10001', 'NaN', '', 'abc', '1e400']
    const { send } = scriptedOss(page([...numbers.map((number) => part(number)), part(10_000)]))
    expect([...(await listedParts(send, target, 'U')).keys()]).toEqual([10_000])
  })

  it('ignores parts that a page before should have had', async () => {
    const { send } = scriptedOss(page([part(5)], 5), page([part(5, { Size: '1' }), part(6)]))
    const parts = await listedParts(send, target, 'U')
    expect([parts.get(5)?.size, parts.get(6)?.size]).toEqual([100, 100])
  })

  it.each([
    ['another upload', '<UploadId>other</UploadId>', 'about another upload, "other"'],
    ['another key', '<Key>other</Key>', 'about another object, oss://bkt/other'],
    ['another bucket', '<Bucket>b2</Bucket>', 'about another object, oss://b2/key'],
  ])('refuses a listing of %s', async (_, about, message) => {
    const body = `<ListPartsResult>${about}</ListPartsResult>`
    const error = await failureOf(listedParts(scriptedOss({ body }).send, target, 'U'))
    expect(error).toMatchObject({ name: 'UnexpectedResponseError', operation: 'ListParts' })
    expect(error.message).toContain(message)
  })

  it('does not know a part that has no ETag, since it could not be named in Complete', async () => {
    const { send } = scriptedOss(page(['<Part><PartNumber>1</PartNumber></Part>', part(2)]))
    expect([...(await listedParts(send, target, 'U')).keys()]).toEqual([2])
  })

  it('has no size that could be mistaken for one', async () => {
    const { send } = scriptedOss(
      page([part(1, { Size: 'many' }), '<Part><PartNumber>2</PartNumber><ETag>"2"</ETag></Part>']),
    )
    const parts = await listedParts(send, target, 'U')
    expect(parts.get(1)?.size).toBeNaN()
    expect(parts.get(2)).toEqual({ number: 2, size: Number.NaN, etag: '"2"', crc64: undefined })
  })

  it.each(['2', '1', '0', '-5', '', 'abc'])(
    'refuses a listing that goes from part 2 to %j',
    async (marker) => {
      const { send, requests } = scriptedOss(page([part(1), part(2)], 2), page([part(3)], marker))
      const error = await failureOf(listedParts(send, target, 'U'))
      expect(error).toMatchObject({
        name: 'UnexpectedResponseError',
        operation: 'ListParts',
        status: 200,
        requestId: 'REQUEST-ID',
      })
      expect(error.message).toMatch(
        /^ListParts got an answer .* goes in circles: after part 2 comes/,
      )
      expect(requests).toHaveLength(2)
    },
  )

  it.each([
    ['beyond the last part there can be', [10_001, 10_002]],
    ['by less than a whole part', [1.25, 1.5]],
  ])('refuses a listing that goes on %s', async (_, markers) => {
    const { send } = scriptedOss(...markers.map((marker) => page([], marker)), page([]))
    expect(await failureOf(listedParts(send, target, 'U'))).toMatchObject({
      name: 'UnexpectedResponseError',
    })
  })
})
