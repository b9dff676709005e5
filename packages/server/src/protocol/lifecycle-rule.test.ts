import { describe, expect, it } from 'vitest'
import { checkLifecycleRules, isTooOld, type LifecycleRule } from './lifecycle-rule.ts'

const time = (text: string) => Date.parse(`${text}Z`)

describe('isTooOld', () => {
  it.each([
    [1, '2026-01-02T03:04:05', '2026-01-03T23:59:59.999', false],
    [1, '2026-01-02T03:04:05', '2026-01-04T00:00', true],
    [1, '2026-01-02T00:00', '2026-01-02T23:59:59.999', false],
    [1, '2026-01-02T00:00', '2026-01-03T00:00', true],
    [7, '2026-01-02T23:59:59.999', '2026-01-09T23:59:59.999', false],
    [7, '2026-01-02T23:59:59.999', '2026-01-10T00:00', true],
    [7, '2026-01-02T03:04', '2025-01-01T00:00', false],
  ])('by %s days, when begun at %s, is at %s: %s', (days, initiatedAt, now, expected) => {
    expect(isTooOld({ days }, time(initiatedAt), time(now))).toBe(expected)
  })

  it.each([
    ['2026-01-01T23:59:59.999', true],
    ['2026-01-02T00:00', false],
  ])('by a date, when begun at %s, is whatever the time: %s', (initiatedAt, expected) => {
    const age = { createdBefore: time('2026-01-02T00:00') }
    expect(isTooOld(age, time(initiatedAt), time('2020-01-01T00:00'))).toBe(expected)
  })
})

describe('checkLifecycleRules', () => {
  const rule = (id: string, prefix: string, more: Partial<LifecycleRule> = {}): LifecycleRule => ({
    id,
    prefix,
    enabled: true,
    abortMultipartUpload: { days: 1 },
    others: [],
    ...more,
  })
  const expiring = (id: string, prefix: string): LifecycleRule => ({
    id,
    prefix,
    enabled: true,
    others: [['Expiration', [['Days', '1']]]],
  })
  const refusal = (code: string, ec?: string) => expect.objectContaining({ code, ec })

  it('takes a thousand rules and not one more', () => {
    const rules = Array.from({ length: 1001 }, (_, index) => rule(`r${index}`, `p${index}/`))
    expect(() => checkLifecycleRules(rules.slice(1))).not.toThrow()
    expect(() => checkLifecycleRules(rules)).toThrowError(refusal('MalformedXML'))
    expect(() => checkLifecycleRules([])).toThrowError(refusal('MalformedXML'))
  })

  it('takes each ID once, and of 255 bytes at most', () => {
    const twice = [rule('a', 'a'), rule('a', 'b')]
    expect(() => checkLifecycleRules(twice)).toThrowError(
      refusal('InvalidArgument', '0014-00000020'),
    )
    expect(() => checkLifecycleRules([rule('x'.repeat(255), '')])).not.toThrow()
    expect(() => checkLifecycleRules([rule('目'.repeat(86), '')])).toThrowError(
      refusal('InvalidArgument'),
    )
  })

  it('takes a prefix that a key can have', () => {
    expect(() => checkLifecycleRules([rule('a', 'x'.repeat(1023))])).not.toThrow()
    expect(() => checkLifecycleRules([rule('a', 'x'.repeat(1024))])).toThrowError(
      refusal('InvalidArgument'),
    )
  })

  it.each([
    ['', 'a'],
    ['a', 'a'],
    ['logs/', 'logs/old/'],
    ['logs/old/', 'logs/'],
  ])('does not take two rules for the same thing: %j and %j', (one, other) => {
    const rules = [rule('1', 'b'), rule('2', one), rule('3', other)].slice(one === '' ? 1 : 0)
    expect(() => checkLifecycleRules(rules)).toThrowError(
      expect.objectContaining({
        code: 'InvalidRequest',
        status: 400,
        ec: '0014-00000084',
        message: 'Overlap for same action type AbortMultipartUpload',
      }),
    )
    expect(() => checkLifecycleRules([expiring('1', one), expiring('2', other)])).toThrowError(
      'Overlap for same action type Expiration',
    )
    expect(() => checkLifecycleRules([rule('1', one), expiring('2', other)])).not.toThrow()
  })

  it('takes rules that lie side by side', () => {
    const rules = ['a', 'b', 'B', '目', '😀', '\uffff'].map((prefix) => rule(prefix, prefix))
    expect(() => checkLifecycleRules(rules)).not.toThrow()
  })

  it('takes no rule that does nothing, nor one that asks for what parts do not have', () => {
    const nothing = { abortMultipartUpload: undefined, others: [['Filter', []]] } as const
    expect(() => checkLifecycleRules([rule('a', '', nothing)])).toThrowError(
      refusal('MalformedXML'),
    )
    const tag = { others: [['Tag', [['Key', 'a']]]] } as const
    expect(() => checkLifecycleRules([rule('a', '', tag)])).toThrowError(refusal('InvalidRequest'))
  })

  it('does not pass over a Filter', () => {
    const filter = { others: [['Filter', [['Not', [['Prefix', 'keep/']]]]]] } as const
    expect(() => checkLifecycleRules([rule('a', '', filter)])).toThrowError(
      expect.objectContaining({ code: 'NotImplemented', status: 501 }),
    )
  })
})
