import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { builtClient } from '../flow/built-client.ts'
import type { SeenRequest } from '../flow/observer.ts'
import { BUCKET, bytesOf, type Flow, PART } from '../flow/testing.ts'

const SCRIPT = fileURLToPath(new URL('./upload.cjs', import.meta.url))

/** One upload whose script is killed and started again. */
export interface KilledUpload {
  /** Of the object. */
  readonly name: string
  /** Starts the script in a process of its own, or under another program. */
  start(under?: readonly string[]): Run
  /** What was asked of OSS since the last start. */
  asked(): SeenRequest[]
  /** Fails unless the last run has ended well, and all is as if nobody had been killed. */
  check(): Promise<Toll>
  /** Starts the script once more, and checks. */
  finish(): Promise<Toll>
  /** Its file and its object, of which there may be thousands. */
  remove(): Promise<void>
}

export interface Run {
  /** Resolves when the script calls `multipartUpload`; rejects when it ends before. */
  readonly begun: Promise<unknown>
  /** The signal that ended it, or its exit code and what it said to stderr. */
  readonly ended: Promise<string>
  kill(): Promise<void>
}

/** What the kills have cost. */
export interface Toll {
  readonly kills: number
  /** Kills that came when the upload was done and forgotten: who runs the script again uploads again. */
  readonly late: number
  /** Parts that were sent more than once. */
  readonly resent: number
  /** Uploads left at OSS of which nobody knows. */
  readonly orphans: number
  /** Files that were being written when the process was killed; they are swept after a day. */
  readonly drafts: number
}

export interface KilledUploadOptions {
  readonly name: string
  readonly parts: number
  readonly parallel: number
  /** Where the script finds OSS. @default the observer */
  readonly url?: string
  /** For the checkpoints. @default one of the upload's own */
  readonly folder?: string
}

export async function killedUpload(
  flow: Flow,
  { name, parts, parallel, url = flow.observer.url, folder }: KilledUploadOptions,
): Promise<KilledUpload> {
  builtClient()
  const { observer } = flow
  const bytes = bytesOf(parts * PART, name)
  const path = await flow.file(name, bytes)
  const checkpoints = folder ?? `${path}.checkpoints`
  const { accessKeyId, accessKeySecret } = flow.server
  const options = JSON.stringify({ endpoint: url, accessKeyId, accessKeySecret, bucket: BUCKET })
  const command = [process.execPath, SCRIPT, options, name, path, `${parallel}`, checkpoints]
  let kills = 0
  let late = 0
  /** Kills when OSS may have begun an upload whose id was not saved. */
  let early = 0
  let from = 0
  let last: Promise<string> | undefined

  const asked = () => observer.requests.slice(from).filter(({ key }) => key === name)

  function start(under: readonly string[] = []): Run {
    from = observer.requests.length
    const [program = '', ...rest] = [...under, ...command]
    const script = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    script.stderr.on('data', (text) => {
      said += text
    })
    const ended = once(script, 'close').then(async ([code, signal]) => {
      if (signal === null) return `${code} ${said}`.trim()
      kills++
      const operations = asked().map(({ operation }) => operation)
      // Parts are sent, and asked for, only where there is a checkpoint.
      if (!operations.includes('UploadPart') && !operations.includes('ListParts')) early++
      else if (!(await hasRecord(checkpoints))) late++
      return `${signal}`
    })
    const begun = Promise.race([
      once(script.stdout, 'data'),
      ended.then(() => Promise.reject(new Error(`${name} has ended at once`))),
    ])
    last = ended
    // Not everybody waits for it.
    begun.catch(() => {})
    return {
      begun,
      ended,
      async kill() {
        script.kill('SIGKILL')
        await ended
      },
    }
  }

  async function check(): Promise<Toll> {
    expect(await last).toBe('0')
    await flow.expectStored(name, bytes)
    const resent = observer.partsSent(name).length - parts * (1 + late)
    expect(resent).toBeGreaterThanOrEqual(0)
    expect(resent, 'parts sent again').toBeLessThanOrEqual(kills * parallel)
    const orphans = await countOrphans(flow, name)
    expect(orphans, 'uploads nobody knows of').toBeLessThanOrEqual(early)
    const left = await readdir(checkpoints)
    const drafts = left.filter((file) => file.endsWith('.tmp'))
    expect(left.filter((file) => !drafts.includes(file))).toEqual([])
    return { kills, late, resent, orphans, drafts: drafts.length }
  }

  return {
    name,
    start,
    asked,
    check,
    finish() {
      start()
      return check()
    },
    async remove() {
      for (const each of [path, checkpoints]) await rm(each, { recursive: true })
      await flow.client().delete(name)
    },
  }
}

async function hasRecord(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((file) => file.endsWith('.json'))
}

/** None of them may hold bytes, for which somebody would have to pay. */
async function countOrphans({ client }: Flow, name: string): Promise<number> {
  const direct = client()
  const { uploads } = await direct.listUploads({ prefix: name, 'max-uploads': 1000 })
  const orphans = uploads.filter((upload) => upload.name === name)
  for (const { uploadId } of orphans) {
    expect((await direct.listParts(name, uploadId)).parts).toEqual([])
  }
  return orphans.length
}
