import { readFile } from 'node:fs/promises'

/** The most memory that this process ever had, in bytes. */
export async function peakMemory() {
  // What Node tells counts the process in which this one was begun as well: proc(5), getrusage(2).
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const [, kib = process.resourceUsage().maxRSS] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? []
  return Number(kib) * 1024
}
