import { invalidArgument, OssError } from './errors.ts'
import { MAX_KEY_BYTES, MAX_LIFECYCLE_RULES } from './limits.ts'
import { malformedXml } from './xml-reader.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What is to become of the objects and uploads whose keys start with a prefix, and when. */
export interface LifecycleRule {
  readonly id: string
  readonly prefix: string
  readonly enabled: boolean
  readonly abortMultipartUpload?: UploadAge | undefined
  /** Everything else it says: remembered and shown, without effect. */
  readonly others: readonly OtherNode[]
}

/** Milliseconds since 1970, or days after an upload began. */
export type UploadAge = { readonly days: number } | { readonly createdBefore: number }

/** An element with its text or its children, such as JSON can hold. */
export type OtherNode = readonly [name: string, content: string | readonly OtherNode[]]

/** Whether an upload that began at `initiatedAt` is to be aborted. Both in milliseconds since 1970. */
export function isTooOld(age: UploadAge, initiatedAt: number, now: number): boolean {
  if ('createdBefore' in age) return initiatedAt < age.createdBefore
  // Whole days, and then until the next midnight of UTC.
  return now >= Math.ceil(initiatedAt / DAY_MS + age.days) * DAY_MS
}

/** Days since 1970. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS)
}

/** Refuses what OSS does not take, with its error causes as far as they are known. */
export function checkLifecycleRules(rules: readonly LifecycleRule[]): void {
  if (rules.length === 0) throw malformedXml('There must be a Rule.')
  if (rules.length > MAX_LIFECYCLE_RULES) {
    throw malformedXml(`There can be ${MAX_LIFECYCLE_RULES} rules.`)
  }
  const ids = new Set<string>()
  for (const rule of rules) {
    checkRule(rule)
    if (ids.has(rule.id)) throw invalidArgument('ID', rule.id, { ec: '0014-00000020' })
    ids.add(rule.id)
  }
  checkOverlap(rules)
}

const ACTIONS = [
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
]

function checkRule(rule: LifecycleRule): void {
  if (Buffer.byteLength(rule.id) > 255) throw invalidArgument('ID', rule.id)
  if (Buffer.byteLength(rule.prefix) > MAX_KEY_BYTES) throw invalidArgument('Prefix', rule.prefix)
  const actions = actionsOf(rule)
  if (actions.length === 0) throw malformedXml('A Rule must have an action.')
  if (rule.abortMultipartUpload === undefined) return
  const hasOther = (name: string) => rule.others.some(([other]) => other === name)
  if (hasOther('Tag')) {
    throw new OssError('InvalidRequest', {
      message: 'A rule with AbortMultipartUpload cannot have a Tag: parts have none.',
    })
  }
  // To pass over it would be to abort what it excludes.
  if (hasOther('Filter')) {
    throw new OssError('NotImplemented', {
      status: 501,
      message: 'oss-local does not implement AbortMultipartUpload with a Filter.',
    })
  }
}

/** Where one prefix starts with the other, keys would have two rules for the same thing. */
function checkOverlap(rules: readonly LifecycleRule[]): void {
  const named = rules.flatMap((rule) =>
    // Transitions to different storage classes go together.
    actionsOf(rule)
      .filter((action) => !action.endsWith('Transition'))
      .map((action) => ({ action, prefix: rule.prefix })),
  )
  named.sort((a, b) => compare(a.action, b.action) || compare(a.prefix, b.prefix))
  for (const [index, { action, prefix }] of named.entries()) {
    const next = named[index + 1]
    if (next?.action !== action || !next.prefix.startsWith(prefix)) continue
    throw new OssError('InvalidRequest', {
      message: `Overlap for same action type ${action}`,
      ec: '0014-00000084',
    })
  }
}

function actionsOf({ abortMultipartUpload, others }: LifecycleRule): string[] {
  const other = others.map(([name]) => name).filter((name) => ACTIONS.includes(name))
  return abortMultipartUpload === undefined ? other : [...other, 'AbortMultipartUpload']
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
