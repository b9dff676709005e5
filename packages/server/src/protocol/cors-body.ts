import type { XmlElement } from '@rgrove/parse-xml'
import { type CorsRules, checkCorsRules, type FullCorsRule, readMaxAge } from './cors-rule.ts'
import { childElements, childText, malformedXml, readXml } from './xml-reader.ts'
import type { XmlNode } from './xml-writer.ts'

/** The body of PutBucketCors. */
export function readCorsBody(body: Uint8Array): CorsRules {
  const root = readXml(body, 'CORSConfiguration')
  const rules = childElements(root, 'CORSRule').map(readRule)
  checkCorsRules(rules)
  return { rules, responseVary: readResponseVary(root) }
}

function readRule(rule: XmlElement): FullCorsRule {
  const texts = (name: string) => childElements(rule, name).map(({ text }) => text.trim())
  const maxAge = childText(rule, 'MaxAgeSeconds')?.trim()
  return {
    allowedOrigin: texts('AllowedOrigin'),
    allowedMethod: texts('AllowedMethod'),
    allowedHeader: texts('AllowedHeader'),
    exposeHeader: texts('ExposeHeader'),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: readMaxAge(maxAge) }),
  }
}

function readResponseVary(root: XmlElement): boolean {
  const text = childText(root, 'ResponseVary')?.trim().toLowerCase() ?? 'false'
  if (text === 'true' || text === 'false') return text === 'true'
  throw malformedXml('ResponseVary must be true or false.')
}

/** The answer to GetBucketCors. */
export function corsNode({ rules, responseVary }: CorsRules): XmlNode {
  return ['CORSConfiguration', [...rules.map(ruleNode), ['ResponseVary', responseVary]]]
}

function ruleNode(rule: FullCorsRule): XmlNode {
  const { maxAgeSeconds } = rule
  return [
    'CORSRule',
    [
      ...rule.allowedOrigin.map((text) => ['AllowedOrigin', text] as const),
      ...rule.allowedMethod.map((text) => ['AllowedMethod', text] as const),
      ...rule.allowedHeader.map((text) => ['AllowedHeader', text] as const),
      ...rule.exposeHeader.map((text) => ['ExposeHeader', text] as const),
      maxAgeSeconds === undefined ? undefined : ['MaxAgeSeconds', maxAgeSeconds],
    ],
  ]
}
