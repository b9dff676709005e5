// How long it takes until the client can be used, and how many files of others come with it.

import { Session } from 'node:inspector'
import { createRequire } from 'node:module'
import { report, task } from './contract.js'

const { load = 'import', packageName = 'oss-multipart' } = task
const require = createRequire(import.meta.url)

const cpuBefore = process.cpuUsage()
const begun = performance.now()
await (load === 'require' ? require(packageName) : import(packageName))
const seconds = (performance.now() - begun) / 1000
const { user, system } = process.cpuUsage(cpuBefore)
report({ seconds, cpu: (user + system) / 1e6, modules: dependencies().length })

/** The debugger tells of every script there is, of CommonJS and of ES modules. */
function dependencies() {
  /** @type {string[]} */
  const loaded = []
  const session = new Session()
  session.connect()
  session.on('Debugger.scriptParsed', ({ params }) => loaded.push(params.url))
  session.post('Debugger.enable')
  session.disconnect()
  return loaded.filter((url) => url.includes('/node_modules/'))
}
