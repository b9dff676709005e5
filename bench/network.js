// Loopback as it is on most machines: under the congestion control `bbr` it is paced, several times
// slower, and the ranking of clients changes. A network namespace of one's own may have another one
// without touching the machine's, and goes away with its last process, however that ends.

import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const CONTROL = '/proc/sys/net/ipv4/tcp_congestion_control'
const SET_UP = `ip link set lo up && echo reno > ${CONTROL}`
/** Root needs no more; for others, where the kernel lets them, a user namespace in which they are root. */
const WAYS = [['--net'], ['--net', '--map-root-user']]

/**
 * Runs a command in a network namespace with `reno`, or where it is if that cannot be.
 *
 * @param {string} command
 * @param {readonly string[]} words
 * @returns {Promise<number>} its exit code
 */
export function runIsolated(command, words) {
  const way = WAYS.find(
    (flags) => spawnSync('unshare', [...flags, 'sh', '-c', SET_UP]).status === 0,
  )
  const child = way
    ? spawn('unshare', [...way, 'sh', '-c', `${SET_UP} && exec "$0" "$@"`, command, ...words], {
        stdio: 'inherit',
      })
    : spawn(command, words, { stdio: 'inherit' })
  // Ctrl-C reaches the child as well, which cleans up; this process waits for it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** Of the network that this process is in. */
export function congestionControl() {
  try {
    return readFileSync(CONTROL, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
