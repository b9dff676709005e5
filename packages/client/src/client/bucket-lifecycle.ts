import { utf8 } from '../oss/encode.ts'
import { invalidInput } from '../oss/errors.ts'
import { show } from '../oss/names.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { tag, type XmlElement } from '../oss/xml.ts'
import {
  type Configuration,
  deleteConfiguration,
  getConfiguration,
  putConfiguration,
  textTag,
} from './bucket-configuration.ts'
import type { RequestOptions } from './call-options.ts'
import type { Client } from './context.ts'

/** When: so many days later, or once for all that is older than a date. */
export interface LifecycleAge {
  /** A whole number from 1. OSS gives it as text. */
  days?: number | string | undefined
  /** A midnight of UTC: `2026-01-02T00:00:00.000Z`. */
  createdBeforeDate?: string | undefined
}

/** What is to become of the objects and uploads whose names start with a prefix, and when. */
export interface LifecycleRule {
  /** At most 255 bytes; OSS makes one up where there is none. */
  id?: string | undefined
  /** '' for all names. */
  prefix: string
  status: 'Enabled' | 'Disabled'
  /** Uploads in parts that nobody has completed: dropped with their parts, counted from their beginning. */
  abortMultipartUpload?: LifecycleAge | undefined
  /** Objects: deleted. */
  expiration?:
    | (LifecycleAge & { expiredObjectDeleteMarker?: boolean | string | undefined })
    | undefined
  /** Objects: put into another storage class, such as IA. */
  transition?: (LifecycleAge & { storageClass: string }) | undefined
  /** Earlier versions of objects. */
  noncurrentVersionExpiration?: { noncurrentDays: number | string } | undefined
  noncurrentVersionTransition?:
    | { noncurrentDays: number | string; storageClass: string }
    | undefined
  /** Only objects that have these tags. */
  tag?: LifecycleTag | readonly LifecycleTag[] | undefined
  /** The older way to write `expiration: { days }`. */
  days?: number | string | undefined
  /** The older way to write `expiration: { createdBeforeDate }`. */
  date?: string | undefined
}

export interface LifecycleTag {
  key: string
  value: string
}

const LIFECYCLE: Configuration = {
  operation: 'BucketLifecycle',
  subResource: 'lifecycle',
  root: 'LifecycleConfiguration',
}

/** Puts `rules` in the place of those that the bucket has. */
export async function putBucketLifecycle(
  client: Client,
  name: string,
  rules: readonly LifecycleRule[],
  options?: RequestOptions,
): Promise<{ res: ResponseInfo }> {
  if (!Array.isArray(rules)) throw invalidInput('rules must be Array')
  if (rules.length === 0) throw invalidInput('rules is required')
  const xml = tag(LIFECYCLE.root, ...rules.map(ruleXml))
  return putConfiguration(client, LIFECYCLE, name, xml, options)
}

/** `rules` is null where there are none, though OSS then says NoSuchLifecycle. */
export async function getBucketLifecycle(
  client: Client,
  name: string,
  options?: RequestOptions,
): Promise<{ rules: LifecycleRule[] | null; res: ResponseInfo }> {
  const { xml, res } = await getConfiguration(client, LIFECYCLE, name, options)
  const rules = xml.children('Rule').map(readRule)
  return { rules: rules.length === 0 ? null : rules, res }
}

/** Takes away all rules. */
export async function deleteBucketLifecycle(
  client: Client,
  name: string,
  options?: RequestOptions,
): Promise<{ res: ResponseInfo }> {
  return deleteConfiguration(client, LIFECYCLE, name, options)
}

const ACTIONS = [
  'abortMultipartUpload',
  'expiration',
  'transition',
  'noncurrentVersionExpiration',
  'noncurrentVersionTransition',
] as const

const STORAGE_CLASSES = ['IA', 'Archive', 'ColdArchive', 'DeepColdArchive']

function ruleXml(given: LifecycleRule): string {
  if (typeof given !== 'object' || given === null) {
    throw invalidInput(`A rule must be an object: got ${show(given)}`)
  }
  const { days, date, ...rule } = given
  const { id, prefix, status, expiration = olderExpiration(days, date), ...others } = rule
  checkRule({ ...rule, expiration })
  return tag('Rule', ...elementsOf({ id, prefix, status, expiration, ...others }))
}

function olderExpiration(days: unknown, date: unknown): LifecycleAge | undefined {
  if (date) return { createdBeforeDate: String(date) }
  return days ? { days: String(days) } : undefined
}

/** The refusals of ali-oss, in its words. */
function checkRule(rule: LifecycleRule): void {
  const { id, prefix, status, expiration, transition, noncurrentVersionTransition } = rule
  if (id && utf8(String(id)).length > 255) throw invalidInput('ID is composed of 255 bytes at most')
  if (typeof prefix !== 'string') throw invalidInput('Rule must includes prefix')
  if (status !== 'Enabled' && status !== 'Disabled') {
    throw invalidInput(`Status must be Enabled or Disabled: got ${show(status)}`)
  }
  if (ACTIONS.every((action) => !rule[action])) {
    throw invalidInput(`Rule must includes ${ACTIONS.join(' or ')}`)
  }
  if (rule.tag && rule.abortMultipartUpload) {
    throw invalidInput('Tag cannot be used with abortMultipartUpload')
  }
  checkAge('AbortMultipartUpload', rule.abortMultipartUpload)
  if (!expiration?.expiredObjectDeleteMarker) checkAge('Expiration', expiration)
  checkAge('Transition', transition)
  checkStorageClass(transition)
  checkStorageClass(noncurrentVersionTransition)
  for (const each of [rule.noncurrentVersionExpiration, noncurrentVersionTransition]) {
    if (each) checkDays('noncurrentDays', each.noncurrentDays)
  }
}

function checkAge(name: string, age: LifecycleAge | undefined): void {
  if (!age) return
  const { days, createdBeforeDate } = age
  if (days) checkDays('days', days)
  else if (createdBeforeDate) checkMidnight(createdBeforeDate)
  else throw invalidInput(`${name} must includes days or createdBeforeDate`)
}

function checkMidnight(date: string): void {
  if (/^\d{4}-\d{2}-\d{2}T00:00:00\.000Z$/.test(date)) return
  throw invalidInput(
    `createdBeforeDate must be a midnight such as 2026-01-02T00:00:00.000Z: got ${show(date)}`,
  )
}

function checkDays(name: string, days: unknown): void {
  if (/^[1-9]\d*$/.test(String(days))) return
  throw invalidInput(`${name} must be a positive integer: got ${show(days)}`)
}

function checkStorageClass(transition: { storageClass: string } | undefined): void {
  if (!transition || STORAGE_CLASSES.includes(transition.storageClass)) return
  const known = STORAGE_CLASSES.join(' or ')
  throw invalidInput(`StorageClass must be ${known}: got ${show(transition.storageClass)}`)
}

/** `abortMultipartUpload: { days: 1 }` as `<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>`. */
function elementsOf(values: object): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const element = name === 'id' ? 'ID' : name.charAt(0).toUpperCase() + name.slice(1)
    return [value]
      .flat()
      .filter((each) => each !== undefined && each !== null)
      .map((each) =>
        typeof each === 'object'
          ? tag(element, ...elementsOf(each))
          : textTag(element, String(each)),
      )
  })
}

function readRule(rule: XmlElement): LifecycleRule {
  const { tag: tags, ...others } = valuesOf(rule)
  const values = tags === undefined ? others : { ...others, tag: [tags].flat() }
  // OSS has no rule without a prefix and a status.
  return values as unknown as LifecycleRule
}

type Value = string | Values
interface Values {
  [name: string]: Value | Value[]
}

/** As ali-oss gives it: one of a kind by itself, several as a list. */
function valuesOf(element: XmlElement): Values {
  const byName = new Map<string, Value[]>()
  for (const child of element.elements) {
    const name =
      child.name === 'ID' ? 'id' : child.name.charAt(0).toLowerCase() + child.name.slice(1)
    const value = child.elements.length === 0 ? child.text : valuesOf(child)
    byName.set(name, [...(byName.get(name) ?? []), value])
  }
  return Object.fromEntries(
    [...byName].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}
