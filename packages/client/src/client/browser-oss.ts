import { invalidInput } from '../oss/errors.ts'
import { type ResponseInfo, readBody } from '../oss/response.ts'
import { signV1 } from '../oss/sign-v1.ts'
import type { HttpResponse } from '../oss/transport.ts'
import { browserPlatform } from './browser-platform.ts'
import { type Client, createClient } from './context.ts'
import { type GetOptions, infoOf, openObject } from './get.ts'
import type { AnyClientOptions } from './options.ts'
import { PortableOss } from './portable-oss.ts'

/** A client of one bucket of Alibaba Cloud OSS for browsers, in the words of ali-oss. */
export class OSS extends PortableOss {
  readonly #client: Client

  constructor(options: AnyClientOptions) {
    const client = createClient(options, { ...browserPlatform, signV1 })
    super(client)
    this.#client = client
  }

  /** Reads an object into memory. A whole object is compared with its checksum. */
  async get(
    name: string,
    file?: GetOptions | null,
    options?: GetOptions,
  ): Promise<{ readonly content: Uint8Array; readonly res: ResponseInfo }> {
    if (typeof file === 'string' || typeof Object(file).write === 'function') {
      throw invalidInput(
        'Only Node can write an object to a file or to a Node stream: leave `file` out, or use getStream(name)',
      )
    }
    const opened = await openObject(this.#client, name, file ?? options)
    const content = await readBody(opened.chunks)
    return { content, res: infoOf(this.#client, opened, content) }
  }

  /** Begins to read an object as a stream of the web. */
  async getStream(
    name: string,
    options?: GetOptions,
  ): Promise<{
    readonly stream: ReadableStream<Uint8Array>
    readonly res: Pick<HttpResponse, 'status' | 'headers'>
  }> {
    const { response, chunks } = await openObject(this.#client, name, options)
    const { status, headers } = response
    return { stream: webStream(chunks), res: { status, headers } }
  }
}

/** Only some browsers have `ReadableStream.from`. */
function webStream(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: async (reason) => void (await iterator.return?.(reason)),
  })
}
