import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { made } from './prepare.js'

/** @import { FarEnd } from './types.ts' */

/**
 * A running sink, as its flags make it.
 *
 * @param {readonly string[]} flags
 * @param {{ tls?: boolean | undefined }} [options]
 * @returns {Promise<FarEnd>}
 */
export async function startSink(flags, { tls = false } = {}) {
  const tlsFlags = tls ? ['--certificate', made.certificate, '--key', made.key] : []
  const child = spawn(made.sink, [...flags, ...tlsFlags], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`The sink does not start with ${flags.join(' ')}`)
    }),
  ])
  const endpoint = String(line).trim()
  return {
    endpoint,
    counters: () => ask(`${endpoint}/__stats`, 'GET'),
    reset: () => ask(`${endpoint}/__reset`, 'POST'),
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

/**
 * @param {string} url
 * @param {string} method
 * @returns {Promise<any>}
 */
async function ask(url, method) {
  const request = (url.startsWith('https:') ? https : http).request(url, {
    method,
    agent: false,
    rejectUnauthorized: false,
  })
  request.end()
  const [response] = await once(request, 'response')
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
