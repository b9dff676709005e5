// What the measurements need and npm ci does not bring: made once, kept in `bench/.made` and
// `bench/node_modules`, and only where it is missing or older than its source.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))

export const made = {
  sink: here('.made/sink'),
  goClient: here('.made/go-oss-v2'),
  certificate: here('.made/certificate.pem'),
  key: here('.made/key.pem'),
  /** Says whether the sink speaks TLS. */
  tls: here('.made/sink-speaks-tls'),
}

export function prepare() {
  mkdirSync(here('.made'), { recursive: true })
  makeSink()
  makeCertificate()
  installPeers()
  makeGoClient()
}

function makeSink() {
  const folder = here('sink')
  const sources = readdirSync(folder).map((name) => `${folder}/${name}`)
  if (isFresh(made.sink, sources)) return
  if (spawnSync('cc', ['--version']).error) {
    throw new Error('The far end is written in C: please install a C compiler that answers to `cc`')
  }
  console.log('compiling the sink')
  const files = sources.filter((path) => path.endsWith('.c'))
  const build = (/** @type {string[]} */ ...more) =>
    spawnSync('cc', ['-O2', '-o', made.sink, ...files, ...more], { encoding: 'utf8' })
  const withTls = build('-DWITH_TLS', '-lssl', '-lcrypto')
  writeFileSync(made.tls, withTls.status === 0 ? 'yes' : '')
  if (withTls.status === 0) return
  console.log('without TLS: the headers of OpenSSL are not there')
  const plain = build()
  if (plain.status !== 0) throw new Error(`The sink cannot be compiled:\n${plain.stderr}`)
}

/** ali-oss with an IP address as endpoint asks for the certificate of the region's host. */
const NAMES = 'subjectAltName=IP:127.0.0.1,DNS:*.oss-cn-hangzhou.aliyuncs.com'

function makeCertificate() {
  if (!speaksTls() || isFresh(made.certificate, [])) return
  const words =
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650`.split(' ')
  const files = ['-keyout', made.key, '-out', made.certificate]
  const names = ['-subj', '/CN=127.0.0.1', '-addext', NAMES]
  if (spawnSync('openssl', [...words, ...files, ...names]).status === 0) return
  console.log('without TLS: there is no openssl to make a certificate')
  writeFileSync(made.tls, '')
}

export function speaksTls() {
  return readFileSync(made.tls, 'utf8') === 'yes'
}

function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(here('package.json'), 'utf8'))
  const missing = Object.keys(dependencies).some(
    (name) => !existsSync(here(`node_modules/${name}`)),
  )
  if (!missing) return
  console.log('installing the peers')
  const words = ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', words, { cwd: here('.'), stdio: 'inherit' })
}

function makeGoClient() {
  const folder = here('clients/go-oss-v2')
  if (isFresh(made.goClient, [`${folder}/main.go`, `${folder}/go.mod`])) return
  if (spawnSync('go', ['version']).error) return console.log('without the Go SDK: there is no go')
  console.log('building the client of the Go SDK')
  const { status } = spawnSync('go', ['build', '-o', made.goClient, '.'], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) console.log('without the Go SDK: it cannot be built')
}

/**
 * @param {string} path
 * @param {readonly string[]} sources
 */
function isFresh(path, sources) {
  if (!existsSync(path)) return false
  const { mtimeMs } = statSync(path)
  return sources.every((source) => statSync(source).mtimeMs <= mtimeMs)
}
