import { XmlElement } from '@rgrove/parse-xml'
import { isoDate } from './dates.ts'
import { invalidArgument } from './errors.ts'
import {
  checkLifecycleRules,
  type LifecycleRule,
  type OtherNode,
  type UploadAge,
} from './lifecycle-rule.ts'
import { childElements, childText, malformedXml, readXml } from './xml-reader.ts'
import type { XmlNode } from './xml-writer.ts'

/** The body of PutBucketLifecycle. Rules without an ID get one from `newId`. */
export function readLifecycleBody(body: Uint8Array, newId: () => string): LifecycleRule[] {
  const root = readXml(body, 'LifecycleConfiguration')
  const rules = childElements(root, 'Rule').map((rule) => readRule(rule, newId))
  checkLifecycleRules(rules)
  return rules
}

const READ_HERE = ['ID', 'Prefix', 'Status', 'AbortMultipartUpload']

function readRule(rule: XmlElement, newId: () => string): LifecycleRule {
  const [abort, ...more] = childElements(rule, 'AbortMultipartUpload')
  if (more.length > 0) throw malformedXml('A Rule holds more than one AbortMultipartUpload.')
  return {
    id: childText(rule, 'ID') || newId(),
    prefix: childText(rule, 'Prefix') ?? '',
    enabled: readStatus(rule),
    ...(abort === undefined ? {} : { abortMultipartUpload: readAge(abort) }),
    others: elementsIn(rule)
      .filter(({ name }) => !READ_HERE.includes(name))
      .map(readOther),
  }
}

function readStatus(rule: XmlElement): boolean {
  const status = childText(rule, 'Status')
  if (status === 'Enabled' || status === 'Disabled') return status === 'Enabled'
  throw malformedXml('Status must be Enabled or Disabled.')
}

function readAge(abort: XmlElement): UploadAge {
  const days = childText(abort, 'Days')
  const date = childText(abort, 'CreatedBeforeDate')
  if ((days === undefined) === (date === undefined)) {
    throw malformedXml('AbortMultipartUpload must have either Days or CreatedBeforeDate.')
  }
  return days === undefined ? { createdBefore: readMidnight(date ?? '') } : { days: readDays(days) }
}

function readDays(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw invalidArgument('Days', text)
}

function readMidnight(text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}T00:00:00\.000Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw invalidArgument('CreatedBeforeDate', text)
}

function readOther(element: XmlElement): OtherNode {
  const children = elementsIn(element)
  return [element.name, children.length === 0 ? element.text : children.map(readOther)]
}

function elementsIn({ children }: XmlElement): XmlElement[] {
  return children.filter((child) => child instanceof XmlElement)
}

/** The answer to GetBucketLifecycle. */
export function lifecycleNode(rules: readonly LifecycleRule[]): XmlNode {
  return ['LifecycleConfiguration', rules.map(ruleNode)]
}

function ruleNode({
  id,
  prefix,
  enabled,
  others,
  abortMultipartUpload: age,
}: LifecycleRule): XmlNode {
  return [
    'Rule',
    [
      ['ID', id],
      ['Prefix', prefix],
      ['Status', enabled ? 'Enabled' : 'Disabled'],
      ...others,
      age && ['AbortMultipartUpload', [ageNode(age)]],
    ],
  ]
}

function ageNode(age: UploadAge): XmlNode {
  return 'days' in age ? ['Days', age.days] : ['CreatedBeforeDate', isoDate(age.createdBefore)]
}
