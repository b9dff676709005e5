// Serves the built page, as any web server does, and plays the application's own server: it says where
// files go, and gives temporary keys to whoever may upload.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('dist', import.meta.url))

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
}

// The worker that computes checksums is made from a text: hence blob. Without it the page does so itself.
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  'worker-src blob:',
  // The bucket is wherever the settings say.
  'connect-src *',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * @typedef {object} PageOptions
 * @property {Readonly<Record<string, unknown>>} [target] what `target.json` says; none: the page asks for a bucket
 * @property {() => Promise<unknown>} [keys] what `GET /sts` answers; it fails with 503 when this does
 * @property {(request: unknown) => Promise<unknown>} [sign] what `POST /sign` answers; 403 when this fails
 * @property {number} [port] default: a free one
 */

/** @param {PageOptions} options */
export async function servePage({ target, keys, sign, port = 0 } = {}) {
  const server = http.createServer((request, response) => {
    answer(request).then(
      ({ status = 200, type = 'application/json', content }) =>
        response
          .writeHead(status, {
            'content-type': type,
            'content-security-policy': POLICY,
            'x-content-type-options': 'nosniff',
            'cache-control': 'no-store',
          })
          .end(content),
      () => response.writeHead(500).end(),
    )
  })

  /**
   * @param {http.IncomingMessage} request
   * @returns {Promise<{ status?: number, type?: string, content: string | Uint8Array }>}
   */
  async function answer(request) {
    const path = new URL(request.url ?? '/', 'http://page').pathname
    if (path === '/target.json' && target !== undefined) return { content: JSON.stringify(target) }
    if (path === '/sts' && keys !== undefined) return json(keys(), 503)
    if (path === '/sign' && sign !== undefined) return json(bodyOf(request).then(sign), 403)
    return file(path === '/' ? 'index.html' : path)
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/**
 * @param {Promise<unknown>} value
 * @param {number} failed status where it fails
 */
async function json(value, failed) {
  try {
    return { content: JSON.stringify(await value) }
  } catch {
    return { status: failed, content: '{}' }
  }
}

/** @param {http.IncomingMessage} request */
async function bodyOf(request) {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}

/** @param {string} path */
async function file(path) {
  try {
    // `normalize` keeps it inside: `..` at the root goes nowhere.
    const content = await readFile(join(DIST, normalize(`/${path}`)))
    return { type: TYPES[extname(path)] ?? 'application/octet-stream', content }
  } catch {
    return { status: 404, type: 'text/plain', content: 'Not found' }
  }
}
