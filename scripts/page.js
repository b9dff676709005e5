// The upload page with a local OSS behind it: no account, nothing to set up.
//
//   npm run page [-- --port 8080]

import { parseArgs } from 'node:util'
import { startServer } from 'oss-local'
import { servePage } from '../packages/page/serve.js'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
const KEYS = {
  accessKeyId: 'STS.page',
  accessKeySecret: 'oss-local-temporary-secret',
  stsToken: 'oss-local-temporary-token',
}
const BUCKET = 'media'
const KEYS_LAST = 60 * 60 * 1000

const server = await startServer({ buckets: [BUCKET], cors: true, accessKeys: [KEYS] })
try {
  // On another port it is another origin: what CORS forbids a page fails here as it would at OSS.
  const page = await servePage({
    port: Number(values.port),
    target: { region: 'oss-cn-hangzhou', bucket: BUCKET, endpoint: server.url, stsUrl: 'sts' },
    keys: async () => ({ ...KEYS, expiration: new Date(Date.now() + KEYS_LAST).toISOString() }),
  })
  console.log(`Open        ${page.url}`)
  console.log(`oss-local   ${server.url} (bucket "${BUCKET}", data in a temporary folder)`)
  console.log('Ctrl-C ends both.')
  await stopSignal()
  await page.close()
} catch (error) {
  console.error(error instanceof Error ? describe(error) : error)
  process.exitCode = 1
} finally {
  await server.close()
}

/** @param {Error & { code?: string }} error */
function describe({ code, message }) {
  if (code === 'EADDRINUSE') {
    return `Port ${values.port} is in use. Give another one, npm run page -- --port 8080, or none for a free one.`
  }
  return message
}

async function stopSignal() {
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve)
  })
}
