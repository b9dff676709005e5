import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { RULE } from './cors-proxy.ts'
import { bytesOf, PART, startBrowserFlow } from './testing.ts'

const flow = await startBrowserFlow()
const bytes = bytesOf(3 * PART, 'cors')
const path = await flow.file('a film.mp4', bytes)
const without = (header: string) => ({
  ...RULE,
  exposed: RULE.exposed.filter((name) => name.toLowerCase() !== header),
})

beforeEach(() => {
  flow.cors.rule = RULE
})

async function upload(page: Page, name: string) {
  await page.locator('#file').setInputFiles(path)
  return page.evaluate(
    async ({ options, name, partSize }) => {
      const file = (document.querySelector('#file') as HTMLInputElement).files?.[0]
      const warnings: string[] = []
      const onWarning = (warning: Error) => warnings.push(warning.message)
      const client = new OSS({ ...options, onWarning, retryMax: 0 } as never)
      const ended = await client
        .multipartUpload(name, file, { partSize })
        .then(() => 'done')
        .catch((error) => `${error.name}: ${error.message}`)
      return { ended, warnings }
    },
    { options: flow.options, name, partSize: PART },
  )
}

function check(page: Page) {
  return page.evaluate(
    (options) => new OSS({ ...options, retryMax: 0 } as never).checkBucket(),
    flow.options,
  )
}

describe('a bucket whose CORS rule', () => {
  it('exposes no ETag costs one warning with the rule, and the upload succeeds', async () => {
    flow.cors.rule = without('etag')
    const { ended, warnings } = await upload(await flow.open(), 'no etag')
    expect({ ended, warnings }).toEqual({
      ended: 'done',
      warnings: [
        expect.stringMatching(/do not expose ETag.*AllowedOrigin: http.*ExposeHeader: ETag/),
      ],
    })
    await flow.expectStored('no etag', bytes)
  })

  it('exposes no checksum has it asked for, so that a part that arrived changed is sent again', async () => {
    flow.cors.rule = without('x-oss-hash-crc64ecma')
    flow.observer.disturb({ operation: 'UploadPart', key: 'no crc', partNumber: 2 }, 'corrupt')
    const { ended, warnings } = await upload(await flow.open(), 'no crc')
    expect({ ended, warnings }).toEqual({
      ended: 'done',
      warnings: [expect.stringContaining('do not expose x-oss-hash-crc64ecma')],
    })
    expect(flow.observer.partsSent('no crc')).toEqual([1, 2, 2, 3])
    await flow.expectStored('no crc', bytes)
  })

  it('exposes no ETag to keys that may not list parts is an error that names the rule', async () => {
    flow.cors.rule = without('etag')
    const end = flow.observer.disturb(
      { operation: 'ListParts', key: 'no list' },
      { status: 403, code: 'AccessDenied' },
      99,
    )
    const { ended } = await upload(await flow.open(), 'no list')
    end()
    expect(ended).toMatch(/^MissingETagError: .*expose-headers.*ExposeHeader: ETag/)
  })

  it.each([
    ['ETag', without('etag'), /do not expose ETag\. Set.*AllowedOrigin: http.*ExposeHeader: ETag/],
    [
      'checksum',
      without('x-oss-hash-crc64ecma'),
      /expose x-oss-hash-crc64ecma, so what arrived is not/,
    ],
  ])('exposes no %s costs a client one warning for all that it puts', async (what, rule, said) => {
    flow.cors.rule = rule
    const page = await flow.open()
    await page.locator('#file').setInputFiles(await flow.file('small.mp4', bytes.subarray(0, 9)))
    const warnings = await page.evaluate(
      async ({ options, what }) => {
        const file = (document.querySelector('#file') as HTMLInputElement).files?.[0] ?? ''
        const warnings: string[] = []
        const onWarning = (warning: Error) => warnings.push(warning.message)
        const client = new OSS({ ...options, onWarning, retryMax: 0 } as never)
        await client.put(`put without ${what}`, file)
        await client.multipartUpload(`small without ${what}`, file)
        return warnings
      },
      { options: flow.options, what },
    )
    expect(warnings).toEqual([expect.stringMatching(said)])
    await flow.expectStored(`put without ${what}`, bytes.subarray(0, 9))
    await flow.expectStored(`small without ${what}`, bytes.subarray(0, 9))
  })

  it('is missing makes every request fail, and the error says so', async () => {
    flow.cors.rule = undefined
    const page = await flow.open()
    const { ended } = await upload(page, 'no rule')
    expect(ended).toMatch(/^RequestError: .*CORS rule.*AllowedOrigin: http/)
    expect(await check(page)).toMatchObject({
      ok: false,
      findings: [
        {
          what: 'InitiateMultipartUpload',
          ok: false,
          code: 'unreachable',
          remedy: expect.stringContaining('ExposeHeader'),
          missing: expect.stringMatching(/^AllowedOrigin: http/),
        },
        { what: 'clock', ok: true },
      ],
    })
  })
})

describe('checkBucket in a page', () => {
  it('finds nothing wrong with a rule that is right', async () => {
    expect(await check(await flow.open())).toMatchObject({ ok: true })
  })

  it('says which headers can not be seen, and the rule to set', async () => {
    flow.cors.rule = { ...RULE, exposed: [] }
    const { ok, findings } = await check(await flow.open())
    expect(ok).toBe(false)
    const bad = findings.filter((finding) => !finding.ok)
    expect(bad.map(({ code, what }) => `${code}: ${what}`)).toEqual([
      'hidden: header ETag',
      'hidden: header x-oss-hash-crc64ecma',
      'hidden: header x-oss-request-id',
    ])
    expect(bad[0]?.remedy).toContain(`AllowedOrigin: ${flow.site.url}; `)
  })
})
