// The types of `require('oss-multipart')`: the class itself, with the other exports on it.
import type * as esm from './index.js' with { 'resolution-mode': 'import' }

declare const OSS: typeof esm.OSS & typeof esm

interface OSS extends esm.OSS {}

declare namespace OSS {
  export type ClientOptions = esm.ClientOptions
}

export = OSS
