import type { Connection } from '../http/connection.ts'
import { sameSignature } from '../protocol/claim.ts'
import { locate, type ServiceNames } from '../protocol/locate.ts'
import { isLoopbackHost } from '../protocol/loopback.ts'
import type { Reply } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import { InvalidFaultError } from './read-fault.ts'
import type { Script } from './script.ts'

/** No bucket can be called `-`. */
const PATH = '/-/faults'
const TOKEN_HEADER = 'x-faults-token'
const MAX_BYTES = 1024 * 1024

/** Faults over HTTP: POST adds a list of them, GET tells which are unused, DELETE forgets all. */
export interface Control {
  /** With a host name that names a bucket, the path is that of an object. */
  isFor(request: OssRequest): boolean
  reply(request: OssRequest, connection: Connection): Promise<Reply>
}

export function createControl({
  token,
  script,
  names,
}: {
  token: string
  script: Script
  names: ServiceNames
}): Control {
  if (typeof token !== 'string' || !/^[!-~]+$/.test(token)) {
    // What it is instead is nobody's business.
    throw new TypeError('The token for faults must be letters, digits and signs without spaces')
  }
  return {
    isFor(request) {
      if (request.path !== PATH) return false
      const [target] = locate(request, names)
      return target.level === 'object' && target.bucket === '-' && target.key === 'faults'
    },
    async reply(request, { peer }) {
      if (!isLoopbackHost(peer)) {
        return failure(403, 'Faults can be ordered on the machine of oss-local alone.')
      }
      if (!sameSignature(token, request.headers.get(TOKEN_HEADER) ?? '')) {
        return failure(403, `The header ${TOKEN_HEADER} must have the token of this oss-local.`)
      }
      return follow(request, script)
    },
  }
}

async function follow(request: OssRequest, script: Script): Promise<Reply> {
  const { method } = request
  if (method === 'POST') {
    try {
      script.add(await readList(request))
    } catch (error) {
      if (error instanceof InvalidFaultError) return failure(400, error.message)
      throw error
    }
  } else if (method === 'DELETE') {
    script.clear()
  } else if (method !== 'GET') {
    return failure(405, `Use POST, GET or DELETE: got ${method}`, { allow: 'POST, GET, DELETE' })
  }
  return json(200, { unused: script.unused() })
}

async function readList({ body }: OssRequest): Promise<unknown[]> {
  const list = parse(await readAll(body))
  if (Array.isArray(list)) return list
  throw new InvalidFaultError('The body must be a list of faults: [{ "do": … }, …]')
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new InvalidFaultError('The body must be JSON, in UTF-8')
  }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_BYTES)
      throw new InvalidFaultError(`The body must not be longer than ${MAX_BYTES} bytes`)
    chunks.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(chunks)
}

function failure(status: number, error: string, headers: Record<string, string> = {}): Reply {
  const reply = json(status, { error })
  return { ...reply, headers: { ...reply.headers, ...headers } }
}

function json(status: number, value: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(`${JSON.stringify(value)}\n`),
  }
}
