import { getEventListeners } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { Agent } from 'node:http'
import { Readable } from 'node:stream'
import type { MultipartUploadOptions } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { bytesOf, eventually, KiB, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const { observer } = flow
const bytes = bytesOf(PART + 1)
const small = bytes.subarray(0, KiB)
/** One entry for each, on Linux alone. */
const DESCRIPTORS = '/proc/self/fd'

describe('after two hundred uploads, of which some failed and some were stopped', () => {
  it('nothing is left of them', async () => {
    const path = await flow.file('leaks', bytes)
    const shared = new AbortController()
    const options = { partSize: PART, signal: shared.signal }
    // What is opened at the first use of things and then kept is no leak.
    await round(path, options)
    await allSocketsClosed()
    const before = inUse()

    for (let rounds = 0; rounds < 10; rounds++) await round(path, options)
    expect(getEventListeners(shared.signal, 'abort')).toEqual([])
    await allSocketsClosed()
    await eventually(inUse).toEqual(before)
  })

  /** Those of the server and the observer, which are in this process too, among them. */
  async function allSocketsClosed(): Promise<void> {
    await eventually(() => {
      observer.hangUp()
      return inUse().resources.TCPSocketWrap
    }).toBeUndefined()
  }

  /** Twenty uploads of all kinds at once, on connections of their own. */
  async function round(path: string, options: MultipartUploadOptions): Promise<void> {
    const agent = new Agent({ keepAlive: true })
    const client = flow.client({ agent, retryMax: 1 })
    const stop = new AbortController()
    const stopped = { ...options, signal: stop.signal }
    observer.disturb({ key: 'leaks/refused' }, { status: 403, code: 'AccessDenied' })
    const mend = observer.disturb({ key: 'leaks/cut' }, 'cut', Number.POSITIVE_INFINITY)
    observer.disturb({ key: 'leaks/again', partNumber: 2 }, 'lose answer')
    const held = observer.hold({ key: 'leaks/stopped', partNumber: 1 })

    const succeeding = [
      ...Array.from({ length: 3 }, (_, index) => [`leaks/path/${index}`, path] as const),
      ...Array.from({ length: 8 }, (_, index) => [`leaks/small/${index}`, small] as const),
      ['leaks/blob', new Blob([bytes])],
      ['leaks/stream', new Blob([bytes]).stream()],
      ['leaks/again', path],
    ] as const
    const failing = [
      client.multipartUpload('leaks/refused', path, options),
      client.multipartUpload('leaks/cut', path, options),
      client.multipartUpload('leaks/missing', `${path}.missing`, options),
      client.multipartUpload('leaks/stopped', path, stopped),
      client.multipartUpload('leaks/stopped/stream', stalling(), stopped),
      client.multipartUpload('leaks/never', path, { ...options, signal: AbortSignal.abort() }),
    ]
    const outcomes = Promise.allSettled(failing)
    await Promise.all(succeeding.map(([name, file]) => client.multipartUpload(name, file, options)))
    await held.arrived
    stop.abort()
    expect((await outcomes).map(({ status }) => status)).toEqual(failing.map(() => 'rejected'))
    held.release()
    mend()
    agent.destroy()
  }

  /** A stream that one day gives nothing more, and does not end. */
  function stalling(): Readable {
    const stream = new Readable({ read() {} })
    stream.push(bytes)
    return stream
  }
})

describe('a client', () => {
  it('does not make Node warn, however many parts are sent at once', async () => {
    const warnings: Error[] = []
    const notice = (warning: Error) => void warnings.push(warning)
    process.on('warning', notice)
    await flow
      .client()
      .multipartUpload('many', bytesOf(30 * PART), { partSize: PART, parallel: 30 })
    // Node says them a turn later.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', notice)
    expect(warnings).toEqual([])
  })
})

/** What this process holds of the system, and how many of it. */
function inUse(): { descriptors: number; resources: Record<string, number> } {
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  return { descriptors: existsSync(DESCRIPTORS) ? readdirSync(DESCRIPTORS).length : 0, resources }
}
