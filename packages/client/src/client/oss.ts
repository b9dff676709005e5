import { Readable, type Writable } from 'node:stream'
import { save } from '../node/save.ts'
import { type ResponseInfo, readBody } from '../oss/response.ts'
import type { HttpResponse } from '../oss/transport.ts'
import { type Client, createClient } from './context.ts'
import { type GetOptions, infoOf, openObject } from './get.ts'
import { nodePlatform } from './node-platform.ts'
import type { AnyClientOptions } from './options.ts'
import { PortableOss } from './portable-oss.ts'

/** A client of one bucket of Alibaba Cloud OSS, in the words of ali-oss. */
export class OSS extends PortableOss {
  readonly #client: Client

  constructor(options: AnyClientOptions) {
    const client = createClient(options, nodePlatform)
    super(client)
    this.#client = client
  }

  /**
   * Reads an object into memory, or into `file`: a path or a writable stream. A whole object is
   * compared with its checksum.
   */
  async get(
    name: string,
    file?: string | Writable | GetOptions | null,
    options?: GetOptions,
  ): Promise<GetResult> {
    if (file !== undefined && file !== null && !isDestination(file))
      return this.get(name, null, file)
    const opened = await openObject(this.#client, name, options)
    if (isDestination(file)) {
      const size = await save(opened.chunks, file)
      return { res: { ...infoOf(this.#client, opened, Buffer.alloc(0)), size } }
    }
    const content = Buffer.from(await readBody(opened.chunks))
    return { content, res: infoOf(this.#client, opened, content) }
  }

  /** Begins to read an object as a stream. */
  async getStream(name: string, options?: GetOptions): Promise<GetStreamResult> {
    const { response, chunks } = await openObject(this.#client, name, options)
    const { status, headers } = response
    return { stream: Readable.from(chunks, { objectMode: false }), res: { status, headers } }
  }
}

export interface GetResult {
  /** The bytes, unless they went to a file or a stream. */
  readonly content?: Buffer
  readonly res: ResponseInfo
}

export interface GetStreamResult {
  readonly stream: Readable
  readonly res: Pick<HttpResponse, 'status' | 'headers'>
}

function isDestination(file: unknown): file is string | Writable {
  return (
    typeof file === 'string' ||
    typeof Object(file).pipe === 'function' ||
    typeof Object(file).write === 'function'
  )
}
