// What a part costs the client beside HTTP, its bytes and their checksum: signing, the pool, retries, the
// state of the upload. The network is a function that answers at once. `node bench/bookkeeping.js`; by CPU
// time, since other processes may share the machine.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const UPLOADS = 5
const PARTS = 10_000
const PART = 100 * 1024

const { createClient, multipartUpload, nodePlatform } = await source()
const client = createClient(
  { region: 'oss-cn-hangzhou', bucket: 'bench', accessKeyId: 'id', accessKeySecret: 'secret' },
  { ...nodePlatform, transport: () => ({ send: answer }) },
)
const bytes = new Uint8Array(PART)
const file = { size: PARTS * PART, read: () => bytes }

console.log(`Node ${process.version}, ${PARTS} parts, 5 at once: CPU-µs a part`)
for (let upload = 1; upload <= UPLOADS; upload++) {
  const before = process.cpuUsage()
  await multipartUpload(client, 'key', file, { parallel: 5, partSize: PART, crc64: false })
  const { user, system } = process.cpuUsage(before)
  console.log(`upload ${upload}: ${((user + system) / PARTS).toFixed(1)}`)
}

/**
 * As OSS answers, in a later turn of the event loop.
 *
 * @param {any} request
 */
async function answer({ method, path, body }) {
  for await (const _ of body?.chunks() ?? []);
  await new Promise((resolve) => setImmediate(resolve))
  const xml = method === 'POST' ? xmlFor(path) : ''
  const headers = { etag: '"0"', 'content-length': String(method === 'HEAD' ? file.size : 0) }
  const connection = { remoteAddress: '', remotePort: 0, keepAliveSocket: true }
  return { status: 200, statusMessage: 'OK', headers, body: iterated(xml), connection }
}

/** @param {string} path */
function xmlFor(path) {
  const names = '<Bucket>bench</Bucket><Key>key</Key>'
  return path.endsWith('?uploads')
    ? `<InitiateMultipartUploadResult>${names}<UploadId>id</UploadId></InitiateMultipartUploadResult>`
    : `<CompleteMultipartUploadResult>${names}<ETag>"0"</ETag></CompleteMultipartUploadResult>`
}

/** @param {string} text */
async function* iterated(text) {
  if (text !== '') yield new TextEncoder().encode(text)
}

/** The client's own parts, which are no exports of the package. */
async function source() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { createClient } from './context.ts'
        export { multipartUpload } from './multipart-upload.ts'
        export { nodePlatform } from './node-platform.ts'`,
      resolveDir: fileURLToPath(new URL('../packages/client/src/client', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['https-proxy-agent'],
  })
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)
}
