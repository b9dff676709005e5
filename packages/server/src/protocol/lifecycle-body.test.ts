import { describe, expect, it } from 'vitest'
import { lifecycleNode, readLifecycleBody } from './lifecycle-body.ts'
import { xmlDocument } from './xml-writer.ts'

const read = (inner: string, newId = () => 'new') =>
  readLifecycleBody(Buffer.from(`<LifecycleConfiguration>${inner}</LifecycleConfiguration>`), newId)

const ABORT = '<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>'
const ENABLED = '<Status>Enabled</Status>'
const rule = (inner: string) => `<Rule>${inner}</Rule>`

describe('readLifecycleBody', () => {
  it('reads rules, and what lifecycleNode writes', () => {
    const rules = read(
      rule(`<ID>one</ID><Prefix>logs/</Prefix>${ENABLED}${ABORT}`) +
        rule(
          '<ID>two</ID><Prefix>a &amp; b</Prefix><Status>Disabled</Status>' +
            '<Tag><Key>k</Key><Value>v</Value></Tag>' +
            '<Expiration><Days>30</Days></Expiration>',
        ) +
        rule(
          `<ID>three</ID><Prefix>c</Prefix>${ENABLED}<AbortMultipartUpload>` +
            '<CreatedBeforeDate>2026-01-02T00:00:00.000Z</CreatedBeforeDate></AbortMultipartUpload>',
        ),
    )
    const createdBefore = Date.UTC(2026, 0, 2)
    expect(rules).toEqual([
      { id: 'one', prefix: 'logs/', enabled: true, abortMultipartUpload: { days: 1 }, others: [] },
      {
        id: 'two',
        prefix: 'a & b',
        enabled: false,
        others: [
          [
            'Tag',
            [
              ['Key', 'k'],
              ['Value', 'v'],
            ],
          ],
          ['Expiration', [['Days', '30']]],
        ],
      },
      {
        id: 'three',
        prefix: 'c',
        enabled: true,
        abortMultipartUpload: { createdBefore },
        others: [],
      },
    ])
    const xml = xmlDocument(lifecycleNode(rules))
    expect(readLifecycleBody(Buffer.from(xml), () => 'new')).toEqual(rules)
  })

  it('gives an ID to a rule that has none, and takes no prefix for all keys', () => {
    const ids = ['a', 'b']
    const inner = rule(`<ID></ID><Prefix>x</Prefix>${ENABLED}${ABORT}`)
    const more = rule(`${ENABLED}<Expiration><Days>1</Days></Expiration>`)
    const rules = read(inner + more, () => ids.shift() ?? '')
    expect(rules.map(({ id, prefix }) => [id, prefix])).toEqual([
      ['a', 'x'],
      ['b', ''],
    ])
  })

  it.each([
    ['no rule', ''],
    ['a rule without a status', rule(ABORT)],
    ['another status', rule(`<Status>enabled</Status>${ABORT}`)],
    ['a rule that does nothing', rule(ENABLED)],
    ['two of the same action', rule(`${ENABLED}${ABORT}${ABORT}`)],
    ['no age', rule(`${ENABLED}<AbortMultipartUpload></AbortMultipartUpload>`)],
    [
      'two ages',
      rule(
        `${ENABLED}<AbortMultipartUpload><Days>1</Days>` +
          '<CreatedBeforeDate>2026-01-02T00:00:00.000Z</CreatedBeforeDate></AbortMultipartUpload>',
      ),
    ],
    ['broken XML', '<Rule>'],
  ])('takes %s for malformed', (_what, inner) => {
    expect(() => read(inner)).toThrowError(expect.objectContaining({ code: 'MalformedXML' }))
  })

  it.each([
    ['Days', '0'],
    ['Days', '-1'],
    ['Days', '1.5'],
    ['Days', ''],
    ['Days', '1000000000'],
    ['CreatedBeforeDate', '2026-01-02T03:00:00.000Z'],
    ['CreatedBeforeDate', '2026-01-02'],
    ['CreatedBeforeDate', '2026-13-02T00:00:00.000Z'],
    ['CreatedBeforeDate', ''],
  ])('refuses the %s %j', (name, value) => {
    const age = `<AbortMultipartUpload><${name}>${value}</${name}></AbortMultipartUpload>`
    expect(() => read(rule(ENABLED + age))).toThrowError(
      expect.objectContaining({
        code: 'InvalidArgument',
        elements: { ArgumentName: name, ArgumentValue: value },
      }),
    )
  })
})
