import { performance } from 'node:perf_hooks'
import { fileSource } from '../node/file-source.ts'
import { nodeSha256 } from '../node/node-sha256.ts'
import { signV1 } from '../oss/sign-v1.ts'
import { VERSION } from '../version.ts'
import type { Platform } from './context.ts'
import { typeOfExtension } from './mime-types.ts'
import { nodeTransport } from './node-transport.ts'

export const nodePlatform: Platform = {
  userAgent: `oss-multipart/${VERSION} node/${process.versions.node}`,
  transport: nodeTransport,
  openSource: async (file) => (typeof file === 'string' ? fileSource(file) : undefined),
  typeOf: typeOfExtension,
  signV1,
  sha256: nodeSha256,
  idle: () => performance.now() - computed(),
  bytes: (data) => Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  warn: (warning) => process.emitWarning(warning),
}

/** Milliseconds that all threads of this process have been at work, ever: not those that they waited for a processor. */
function computed(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
