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

/** Pages of which origin may do what with a bucket. One text is the same as a list of one. */
export interface CORSRule {
  /** Origins such as `https://www.example.com`; one `*` in each stands for any run of characters. */
  allowedOrigin: string | readonly string[]
  /** Of GET, PUT, POST, DELETE, HEAD. */
  allowedMethod: string | readonly string[]
  /** Names of request headers; one `*` in each stands for any run of characters. */
  allowedHeader?: string | readonly string[] | undefined
  /** Names of response headers that pages get to see. Uploads in parts need `ETag`. */
  exposeHeader?: string | readonly string[] | undefined
  /** For how many seconds browsers may believe the answer to a preflight. OSS gives it as text. */
  maxAgeSeconds?: number | string | undefined
}

const CORS: Configuration = {
  operation: 'BucketCors',
  subResource: 'cors',
  root: 'CORSConfiguration',
}

/** In the order in which OSS writes them. */
const LISTS = [
  ['allowedOrigin', 'AllowedOrigin'],
  ['allowedMethod', 'AllowedMethod'],
  ['allowedHeader', 'AllowedHeader'],
  ['exposeHeader', 'ExposeHeader'],
] as const

/** Puts `rules` in the place of those that the bucket has. */
export async function putBucketCORS(
  client: Client,
  name: string,
  rules: readonly CORSRule[],
  options?: RequestOptions,
): Promise<{ res: ResponseInfo }> {
  if (!Array.isArray(rules) || rules.length === 0) throw invalidInput('rules is required')
  return putConfiguration(client, CORS, name, tag(CORS.root, ...rules.map(ruleXml)), options)
}

export async function getBucketCORS(
  client: Client,
  name: string,
  options?: RequestOptions,
): Promise<{ rules: CORSRule[]; res: ResponseInfo }> {
  const { xml, res } = await getConfiguration(client, CORS, name, options)
  return { rules: xml.children('CORSRule').map(readRule), res }
}

/** Takes away all rules, so that pages of other origins are let in no more. */
export async function deleteBucketCORS(
  client: Client,
  name: string,
  options?: RequestOptions,
): Promise<{ res: ResponseInfo }> {
  return deleteConfiguration(client, CORS, name, options)
}

function ruleXml(rule: CORSRule): string {
  if (typeof rule !== 'object' || rule === null) {
    throw invalidInput(`A rule must be an object: got ${show(rule)}`)
  }
  for (const name of ['allowedOrigin', 'allowedMethod'] as const) {
    if (textsOf(rule, name).length === 0) throw invalidInput(`${name} is required`)
  }
  const lists = LISTS.flatMap(([name, element]) =>
    textsOf(rule, name).map((text) => textTag(element, text)),
  )
  return tag('CORSRule', ...lists, maxAgeXml(rule))
}

/** As with ali-oss, what is empty counts as left out. */
function textsOf(rule: CORSRule, name: (typeof LISTS)[number][0]): readonly string[] {
  const value: unknown = rule[name] || []
  const texts = Array.isArray(value) ? value : [value]
  const wrong = texts.find((text) => typeof text !== 'string' || text === '')
  if (wrong === undefined) return texts
  throw invalidInput(`${name} must be text or a list of texts: got ${show(wrong)}`)
}

function maxAgeXml({ maxAgeSeconds }: CORSRule): string {
  if (maxAgeSeconds === undefined || maxAgeSeconds === null || maxAgeSeconds === '') return ''
  const text = String(maxAgeSeconds)
  if (/^\d+$/.test(text)) return tag('MaxAgeSeconds', text)
  throw invalidInput(`maxAgeSeconds must be a whole number: got ${show(maxAgeSeconds)}`)
}

function readRule(rule: XmlElement): CORSRule {
  const allowedHeader = oneOrMore(rule, 'AllowedHeader')
  const exposeHeader = oneOrMore(rule, 'ExposeHeader')
  const maxAgeSeconds = rule.value('MaxAgeSeconds')
  return {
    allowedOrigin: oneOrMore(rule, 'AllowedOrigin'),
    allowedMethod: oneOrMore(rule, 'AllowedMethod'),
    ...(allowedHeader.length > 0 && { allowedHeader }),
    ...(exposeHeader.length > 0 && { exposeHeader }),
    ...(maxAgeSeconds && { maxAgeSeconds }),
  }
}

/** As ali-oss gives it: one of a kind as text, several as a list. */
function oneOrMore(rule: XmlElement, name: string): string | string[] {
  const texts = rule.children(name).map(({ text }) => text)
  const [first = ''] = texts
  return texts.length === 1 ? first : texts
}
