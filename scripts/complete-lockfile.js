// Run this after `npm install` has changed package-lock.json.
//
// A registry mirror that does not serve the binaries of other platforms makes npm leave them out of the
// lock file, and `npm ci` then refuses the lock file as incomplete. This writes them in again, by the
// exact versions that their packages ask for.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const OS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const CPU = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
]

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
/** @type {{ packages: Record<string, Entry> }} */
const lock = JSON.parse(readFileSync(path, 'utf8'))
let added = 0
for (const [place, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const where = `node_modules/${name}`
    if (lock.packages[where] || lock.packages[`${place}/${where}`]) continue
    lock.packages[where] = { version, ...platformOf(name), ...(dev && { dev }), optional: true }
    added++
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
lock.packages = Object.fromEntries(sorted)
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`package-lock.json: ${added} packages of other platforms written in again`)

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[],
 *   optionalDependencies?: Record<string, string> }} Entry
 */

/**
 * Names such as `@scope/binding-linux-arm64-musl` say what the package is for.
 *
 * @param {string} name
 */
function platformOf(name) {
  const words = name.split(/[/-]/)
  const os = OS.filter((word) => words.includes(word))
  const cpu = CPU.filter((word) => words.includes(word))
  return { ...(cpu.length > 0 && { cpu }), ...(os.length > 0 && { os }) }
}
