import { bytesBody } from '../oss/body.ts'
import { utf8 } from '../oss/encode.ts'
import { invalidInput } from '../oss/errors.ts'
import { checkBucketName } from '../oss/names.ts'
import type { ResponseInfo } from '../oss/response.ts'
import { sendForXml } from '../oss/send.ts'
import { escapeXml, tag, type XmlElement } from '../oss/xml.ts'
import { callOptions, type RequestOptions } from './call-options.ts'
import type { Client } from './context.ts'

/** One document of a bucket's configuration, as OSS calls it. */
export interface Configuration {
  /** Its part in the names of operations: `BucketCors`. */
  readonly operation: string
  readonly subResource: string
  /** The outermost element. */
  readonly root: string
}

export async function putConfiguration(
  client: Client,
  configuration: Configuration,
  name: string,
  xml: string,
  options: RequestOptions = {},
): Promise<{ res: ResponseInfo }> {
  const { res } = await client.send({
    operation: `Put${configuration.operation}`,
    method: 'PUT',
    ...aboutBucket(name, configuration, options, { 'content-type': 'application/xml' }),
    body: bytesBody(utf8(xml)),
    success: [200],
  })
  return { res }
}

export async function getConfiguration(
  client: Client,
  configuration: Configuration,
  name: string,
  options: RequestOptions = {},
): Promise<{ xml: XmlElement; res: ResponseInfo }> {
  const { xml, response } = await sendForXml(client.send, {
    operation: `Get${configuration.operation}`,
    root: configuration.root,
    method: 'GET',
    ...aboutBucket(name, configuration, options),
    success: [200],
  })
  return { xml, res: response.res }
}

export async function deleteConfiguration(
  client: Client,
  configuration: Configuration,
  name: string,
  options: RequestOptions = {},
): Promise<{ res: ResponseInfo }> {
  const { res } = await client.send({
    operation: `Delete${configuration.operation}`,
    method: 'DELETE',
    ...aboutBucket(name, configuration, options),
    success: [204],
  })
  return { res }
}

function aboutBucket(
  name: string,
  { subResource }: Configuration,
  options: RequestOptions,
  headers: Readonly<Record<string, string>> = {},
) {
  const call = callOptions(options, headers)
  return {
    bucket: checkBucketName(name),
    ...call,
    query: { [subResource]: '', ...call.query },
  }
}

/** XML cannot hold every character that a text can. */
export function textTag(name: string, text: string): string {
  try {
    return tag(name, escapeXml(text))
  } catch (error) {
    throw invalidInput(error instanceof Error ? error.message : String(error))
  }
}
