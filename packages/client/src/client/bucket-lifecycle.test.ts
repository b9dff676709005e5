import { describe, expect, it } from 'vitest'
import type { LifecycleRule } from './bucket-lifecycle.ts'
import { clientOf, deepFreeze, errorXml, listen, rejection } from './testing.contract.ts'

const RULE: LifecycleRule = {
  prefix: '',
  status: 'Enabled',
  abortMultipartUpload: { days: 1 },
}

const document = (inner: string) => `<LifecycleConfiguration>${inner}</LifecycleConfiguration>`

/** The body that the rules are sent as. */
async function sent(...rules: LifecycleRule[]): Promise<string> {
  const server = await listen(() => ({}))
  const { res } = await clientOf(server).putBucketLifecycle('other', deepFreeze(rules))
  expect(res.status).toBe(200)
  const { body, ...request } = server.onlyRequest()
  expect(request).toMatchObject({
    method: 'PUT',
    url: '/other/?lifecycle',
    headers: { 'content-type': 'application/xml' },
  })
  return String(body)
}

describe('putBucketLifecycle', () => {
  it('sends every action, and changes nothing of what it was given', async () => {
    const body = await sent(
      { id: 'a & b', ...RULE, prefix: 'films/' },
      {
        prefix: 'logs/',
        status: 'Disabled',
        expiration: { createdBeforeDate: '2026-01-02T00:00:00.000Z' },
        transition: { days: '30', storageClass: 'IA' },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        noncurrentVersionTransition: { noncurrentDays: 3, storageClass: 'Archive' },
        tag: [
          { key: 'k', value: 'v' },
          { key: 'l', value: 'w' },
        ],
      },
      { prefix: 'x', status: 'Enabled', expiration: { expiredObjectDeleteMarker: true } },
    )
    expect(body).toBe(
      document(
        '<Rule><ID>a &amp; b</ID><Prefix>films/</Prefix><Status>Enabled</Status>' +
          '<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload></Rule>' +
          '<Rule><Prefix>logs/</Prefix><Status>Disabled</Status>' +
          '<Expiration><CreatedBeforeDate>2026-01-02T00:00:00.000Z</CreatedBeforeDate></Expiration>' +
          '<Transition><Days>30</Days><StorageClass>IA</StorageClass></Transition>' +
          '<NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays>' +
          '</NoncurrentVersionExpiration><NoncurrentVersionTransition>' +
          '<NoncurrentDays>3</NoncurrentDays><StorageClass>Archive</StorageClass>' +
          '</NoncurrentVersionTransition><Tag><Key>k</Key><Value>v</Value></Tag>' +
          '<Tag><Key>l</Key><Value>w</Value></Tag></Rule>' +
          '<Rule><Prefix>x</Prefix><Status>Enabled</Status>' +
          '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>',
      ),
    )
  })

  it('understands the older way to say when objects expire', async () => {
    const rule = { prefix: 'a', status: 'Enabled' } as const
    const date = '2026-01-02T00:00:00.000Z'
    expect(await sent({ ...rule, days: 20 }, { ...rule, prefix: 'b', date })).toBe(
      document(
        '<Rule><Prefix>a</Prefix><Status>Enabled</Status>' +
          '<Expiration><Days>20</Days></Expiration></Rule>' +
          '<Rule><Prefix>b</Prefix><Status>Enabled</Status>' +
          `<Expiration><CreatedBeforeDate>${date}</CreatedBeforeDate></Expiration></Rule>`,
      ),
    )
  })

  it.each([
    ['no list', RULE, 'rules must be Array'],
    ['no rules', [], 'rules is required'],
    ['no rule', [null], 'A rule must be an object: got null'],
    ['a long ID', [{ ...RULE, id: '目'.repeat(86) }], 'ID is composed of 255 bytes at most'],
    ['no prefix', [{ ...RULE, prefix: undefined }], 'Rule must includes prefix'],
    ['another status', [{ ...RULE, status: 'enabled' }], 'Status must be Enabled or Disabled'],
    [
      'no action',
      [{ prefix: '', status: 'Enabled' }],
      'Rule must includes abortMultipartUpload or',
    ],
    ['no age', [{ ...RULE, abortMultipartUpload: {} }], 'AbortMultipartUpload must includes days'],
    ['half a day', [{ ...RULE, abortMultipartUpload: { days: 0.5 } }], 'days must be a positive'],
    ['a day ago', [{ ...RULE, expiration: { days: -1 } }], 'days must be a positive integer'],
    [
      'an hour',
      [{ ...RULE, expiration: { createdBeforeDate: '2026-01-02T03:00:00.000Z' } }],
      'createdBeforeDate must be a midnight',
    ],
    [
      'another storage class',
      [{ ...RULE, transition: { days: 1, storageClass: 'Standard' } }],
      'StorageClass must be IA or Archive',
    ],
    [
      'no days of versions',
      [{ ...RULE, noncurrentVersionExpiration: {} }],
      'noncurrentDays must be a positive integer',
    ],
    ['a tag of parts', [{ ...RULE, tag: { key: 'k', value: 'v' } }], 'Tag cannot be used with'],
  ])('refuses %s before anything is sent', async (_what, rules, message) => {
    const server = await listen(() => ({}))
    // What JavaScript without types may pass.
    const put = clientOf(server).putBucketLifecycle('other', rules as LifecycleRule[])
    expect(await rejection(put)).toMatchObject({
      name: 'InvalidArgumentError',
      message: expect.stringContaining(message),
    })
    expect(server.requests).toEqual([])
  })
})

describe('getBucketLifecycle', () => {
  it('gives the rules as ali-oss does, such that they can be put again', async () => {
    const body = document(
      '<Rule><ID>one</ID><Prefix></Prefix><Status>Enabled</Status>' +
        '<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload></Rule>' +
        '<Rule><ID>two</ID><Prefix>logs/</Prefix><Status>Disabled</Status>' +
        '<Tag><Key>k</Key><Value>v</Value></Tag>' +
        '<Expiration><Days>30</Days></Expiration></Rule>',
    )
    const server = await listen(() => ({ body }))
    const { rules, res } = await clientOf(server).getBucketLifecycle('other')
    expect(server.onlyRequest()).toMatchObject({ method: 'GET', url: '/other/?lifecycle' })
    expect(res.status).toBe(200)
    expect(rules).toEqual([
      { id: 'one', prefix: '', status: 'Enabled', abortMultipartUpload: { days: '1' } },
      {
        id: 'two',
        prefix: 'logs/',
        status: 'Disabled',
        tag: [{ key: 'k', value: 'v' }],
        expiration: { days: '30' },
      },
    ])
    expect((await sent(...(rules ?? []))).match(/<ID>.*?<\/ID>/g)).toEqual([
      '<ID>one</ID>',
      '<ID>two</ID>',
    ])
  })

  it('gives null where the answer has none', async () => {
    const server = await listen(() => ({ body: document('') }))
    expect((await clientOf(server).getBucketLifecycle('other')).rules).toBeNull()
  })

  it('says that there are none', async () => {
    const server = await listen(() => ({ status: 404, body: errorXml('NoSuchLifecycle') }))
    expect(await rejection(clientOf(server).getBucketLifecycle('other'))).toMatchObject({
      name: 'NoSuchLifecycleError',
      status: 404,
      operation: 'GetBucketLifecycle',
    })
  })
})

describe('deleteBucketLifecycle', () => {
  it('takes all rules away', async () => {
    const server = await listen(() => ({ status: 204 }))
    const { res } = await clientOf(server).deleteBucketLifecycle('other')
    expect(res.status).toBe(204)
    expect(server.onlyRequest()).toMatchObject({ method: 'DELETE', url: '/other/?lifecycle' })
  })
})
