import { inspect } from 'node:util'
import { handlers } from '../operations/handlers.ts'
import { MAX_PART_NUMBER } from '../protocol/limits.ts'
import type { Effect, Fault, Which } from './fault.ts'

/** An instruction that cannot be followed. */
export class InvalidFaultError extends TypeError {
  override readonly name = 'InvalidFaultError'
}

/**
 * Checks what may come from JSON or from JavaScript without types, and gives a copy with the names
 * of headers in lower case. `where` is what the caller calls it, for the error.
 */
export function readFault(value: unknown, where: string): Fault {
  if (!isRecord(value)) throw wrong(where, 'must be an object', value)
  const { do: what } = value
  if (typeof what !== 'string' || !Object.hasOwn(EFFECTS, what)) {
    throw wrong(`${where}.do`, `must be one of ${quotedList(Object.keys(EFFECTS))}`, what)
  }
  // It is one of the keys, as was just seen.
  const checks: Readonly<Record<string, Check>> = { ...WHICH, ...EFFECTS[what as Effect['do']] }
  for (const field of Object.keys(value)) {
    if (field === 'do' || Object.hasOwn(checks, field)) continue
    const known = quotedList(['do', ...Object.keys(checks)])
    throw new InvalidFaultError(
      `\`${where}.${field}\` is not a field of '${what}', which has ${known}.`,
    )
  }
  const copy = copyOf(value)
  for (const [field, { isGood, words }] of Object.entries(checks)) {
    if (!isGood(copy[field])) throw wrong(`${where}.${field}`, `must be ${words}`, copy[field])
  }
  // Every field was checked, and there are no others.
  return copy as unknown as Fault
}

interface Check {
  readonly isGood: (value: unknown) => boolean
  /** What follows "must be". */
  readonly words: string
}

/** A check for every field: forgetting one does not compile. */
type Checks<fields> = { readonly [field in Exclude<keyof fields, 'do'>]-?: Check }

const BYTES = wholeNumber(0, Number.MAX_SAFE_INTEGER)
/** The longest that a timer of Node can wait. */
const MAX_MS = 2 ** 31 - 1
const MS = wholeNumber(0, MAX_MS)
/** Some thirty years: the date is still one that can be written. */
const MAX_SKEW_MS = 1e12
const STATUS = wholeNumber(200, 599)
const CUT_BY = optional(oneOf(['reset', 'end']))
const TEXT: Check = { isGood: (value) => typeof value === 'string', words: 'a text' }

const WHICH: Checks<Which> = {
  on: optional(oneOf(['*', ...Object.keys(handlers)])),
  key: optional(TEXT),
  partNumber: optional(wholeNumber(1, MAX_PART_NUMBER)),
  nth: optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  times: optional(either(wholeNumber(1, Number.MAX_SAFE_INTEGER), oneOf(['always']))),
}

const EFFECTS: { readonly [name in Effect['do']]: Checks<Extract<Effect, { do: name }>> } = {
  refuse: {
    status: STATUS,
    code: {
      isGood: (value) => typeof value === 'string' && /^[A-Za-z0-9.]{1,100}$/.test(value),
      words: 'a code such as SlowDown: letters, digits and dots',
    },
    message: optional(TEXT),
    headers: optional(headersOf(isHeaderText)),
  },
  answer: { status: STATUS, headers: optional(headersOf(isHeaderText)), body: optional(TEXT) },
  cut: { afterBytes: optional(BYTES), by: CUT_BY },
  stall: { afterBytes: optional(BYTES) },
  slow: { bytesPerSecond: wholeNumber(1, Number.MAX_SAFE_INTEGER) },
  corrupt: {},
  'skew clock': { ms: wholeNumber(-MAX_SKEW_MS, MAX_SKEW_MS) },
  'expire token': {},
  'lose answer': { by: CUT_BY },
  'cut answer': { afterBytes: BYTES, by: CUT_BY },
  'stall answer': { afterBytes: optional(BYTES) },
  'delay answer': { ms: MS },
  'change answer': {
    status: optional(STATUS),
    headers: optional(headersOf((value) => value === null || isHeaderText(value))),
    body: optional(TEXT),
  },
}

function optional({ isGood, words }: Check): Check {
  return { isGood: (value) => value === undefined || isGood(value), words }
}

function either(one: Check, other: Check): Check {
  return {
    isGood: (value) => one.isGood(value) || other.isGood(value),
    words: `${one.words} or ${other.words}`,
  }
}

function wholeNumber(least: number, most: number): Check {
  return {
    isGood: (value) =>
      Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
    words:
      most === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${least}`
        : `a whole number from ${least} to ${most}`,
  }
}

function oneOf(texts: readonly string[]): Check {
  const words = texts.length === 1 ? quotedList(texts) : `one of ${quotedList(texts)}`
  return { isGood: (value) => typeof value === 'string' && texts.includes(value), words }
}

/** A wrong length would garble the next answer on the connection: 'cut answer' is for short ones. */
function headersOf(isValue: (value: unknown) => boolean): Check {
  return {
    isGood: (headers) =>
      isRecord(headers) &&
      Object.entries(headers).every(
        ([name, value]) =>
          /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) &&
          !/^(content-length|transfer-encoding)$/i.test(name) &&
          isValue(value),
      ),
    words: 'an object of header names and texts, without content-length and transfer-encoding',
  }
}

function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && /^[\t\P{Cc}]*$/u.test(value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function copyOf(fault: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const fields = Object.entries(fault).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    fields.map(([field, value]) => [field, isRecord(value) ? lowerCased(value) : value]),
  )
}

function lowerCased(headers: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

function wrong(what: string, must: string, value: unknown): InvalidFaultError {
  const text = value === undefined ? 'nothing' : inspect(value, { breakLength: Infinity, depth: 1 })
  const got = text.length > 60 ? `${text.slice(0, 60)} …` : text
  return new InvalidFaultError(`\`${what}\` ${must}: got ${got}`)
}

function quotedList(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ')
}
