import { describe, expect, it } from 'vitest'
import { listedUploads } from './listed-uploads.ts'
import { type Answer, failureOf, scriptedOss } from './testing.contract.ts'

const target = { bucket: 'bkt', key: 'dir/a b' }
const OWN = 'dir%2Fa%20b'

function upload(uploadId: string, key = OWN, initiated = '2026-01-02T03:04:05.000Z'): string {
  return `<Upload><Key>${key}</Key><UploadId>${uploadId}</UploadId><Initiated>${initiated}</Initiated></Upload>`
}

/** A page of ListMultipartUploads; one with markers says that there are more. */
function page(
  uploads: readonly string[],
  ...markers: [key: string, uploadId: string] | []
): Answer {
  const [key = '', id = ''] = markers
  const next = `<NextKeyMarker>${key}</NextKeyMarker><NextUploadIdMarker>${id}</NextUploadIdMarker>`
  const end = `<IsTruncated>${markers.length > 0}</IsTruncated>`
  return {
    body: `<ListMultipartUploadsResult><EncodingType>url</EncodingType>${next}${end}${uploads.join('')}</ListMultipartUploadsResult>`,
  }
}

const queriesOf = ({ requests }: ReturnType<typeof scriptedOss>) =>
  requests.map(({ path }) => Object.fromEntries(new URLSearchParams(path.split('?')[1])))

describe('listedUploads', () => {
  it('gives the uploads of one key, and when each was begun', async () => {
    const oss = scriptedOss(page([upload('U1'), upload('U2', OWN, '2026-01-02T03:04:06.000Z')]))
    const uploads = await listedUploads(oss.send, target, { timeouts: { stall: 9_000 } })
    const at = Date.UTC(2026, 0, 2, 3, 4, 5)
    expect(uploads).toEqual([
      { uploadId: 'U1', initiatedAt: at },
      { uploadId: 'U2', initiatedAt: at + 1_000 },
    ])
    expect(oss.requests).toMatchObject([{ method: 'GET', timeouts: { stall: 9_000 } }])
    expect(oss.requests[0]?.origin).toBe('https://bkt.oss.test')
    expect(queriesOf(oss)).toEqual([
      { uploads: '', 'encoding-type': 'url', 'max-uploads': '1000', prefix: 'dir/a b' },
    ])
  })

  it('has none where there are none', async () => {
    expect(await listedUploads(scriptedOss(page([])).send, target)).toEqual([])
  })

  it('reads page after page, each from where the one before ended', async () => {
    const oss = scriptedOss(
      page([upload('U1'), upload('U2')], OWN, 'U2'),
      page([upload('U3')], OWN, 'U3'),
      page([upload('U4')]),
    )
    const uploads = await listedUploads(oss.send, target)
    expect(uploads.map(({ uploadId }) => uploadId)).toEqual(['U1', 'U2', 'U3', 'U4'])
    expect(queriesOf(oss).map((query) => [query['key-marker'], query['upload-id-marker']])).toEqual(
      [
        [undefined, undefined],
        ['dir/a b', 'U2'],
        ['dir/a b', 'U3'],
      ],
    )
  })

  it('leaves out the keys that only begin so, and asks for no page of them', async () => {
    const neighbours = ['%20', '%2F', '.mp4'].map((end) => upload(`of${end}`, OWN + end))
    const oss = scriptedOss(page([upload('U1'), ...neighbours], `${OWN}.mp4`, 'x'))
    expect(await listedUploads(oss.send, target)).toMatchObject([{ uploadId: 'U1' }])
    expect(oss.requests).toHaveLength(1)
    const others = scriptedOss(page(neighbours))
    expect(await listedUploads(others.send, target)).toEqual([])
  })

  it('reads keys that are not encoded where the answer says so', async () => {
    const { body } = page([upload('U1', 'dir/a b'), upload('U2', OWN)])
    const plain = `${body}`.replace('<EncodingType>url</EncodingType>', '')
    const { send } = scriptedOss({ body: plain })
    expect(await listedUploads(send, target)).toMatchObject([{ uploadId: 'U1' }])
  })

  it('gives up after ten pages: whoever has so many does not want to know of them', async () => {
    const pages = Array.from({ length: 11 }, (_, index) =>
      page([upload(`U${index}`)], OWN, `U${index}`),
    )
    const oss = scriptedOss(...pages)
    expect(await listedUploads(oss.send, target)).toHaveLength(10)
    expect(oss.requests).toHaveLength(10)
  })

  it.each<[string, Answer, string]>([
    ['a page of HTML', { body: '<html></html>' }, 'that can not be read'],
    ['an upload without an id', page([upload('')]), 'with an upload that has no UploadId'],
    ['a refusal', { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, 'status: 403'],
  ])('fails with %s', async (_, answer, message) => {
    const error = await failureOf(listedUploads(scriptedOss(answer).send, target))
    expect(error.message).toContain(message)
    expect(error.operation).toBe('ListMultipartUploads')
  })

  it('does not know when an upload was begun of which OSS says no date', async () => {
    const { send } = scriptedOss(page([upload('U1', OWN, 'yesterday')]))
    expect(await listedUploads(send, target)).toEqual([{ uploadId: 'U1', initiatedAt: Number.NaN }])
  })

  it('hands on the signal', async () => {
    const signal = AbortSignal.abort('enough')
    const { send } = scriptedOss(page([]))
    await expect(listedUploads(send, target, { signal })).rejects.toBe('enough')
  })
})
