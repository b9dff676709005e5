// What all clients under measurement share: the task they are given and the line they print.

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

export { bucket, keys } from './names.js'

/** @import { Task } from '../types.ts' */

/** @type {Task} */
export const task = JSON.parse(process.argv[2] ?? '{}')

/**
 * Runs `upload` for every file at the same time, and prints what that took.
 *
 * @param {(path: string, key: string) => Promise<unknown>} upload
 */
export async function measure(upload) {
  const cpuBefore = process.cpuUsage()
  const begun = performance.now()
  const error = await Promise.all(task.files.map((path) => upload(path, basename(path)))).then(
    () => undefined,
    (error) => `${error?.code ?? ''} ${error?.message ?? error}`.trim(),
  )
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  report({ seconds, cpu: (user + system) / 1e6, ...(error && { error }) })
  process.exit(error ? 1 : 0)
}

/** @param {Record<string, unknown>} figures */
export function report(figures) {
  console.log(JSON.stringify({ ...figures, rssMiB: peakRss() }))
}

/** Not `resourceUsage().maxRSS`: that begins with the memory of the process that started this one. */
function peakRss() {
  const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kib) / 1024
}
