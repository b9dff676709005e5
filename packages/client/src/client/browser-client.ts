import { browserPlatform } from './browser-platform.ts'
import { type Client, createClient } from './context.ts'
import type { AnyClientOptions } from './options.ts'

/** A client for pages and workers, to hand to functions such as `multipartUpload`. It signs with V4. */
export function createBrowserClient(options: AnyClientOptions): Client {
  return createClient(options, browserPlatform)
}
