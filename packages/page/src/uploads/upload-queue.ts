import { findCheckpoints } from 'oss-multipart'
import { dropUpload } from './drop-upload.ts'
import { fileKey, type InputFile } from './input-file.ts'
import { createJob, type Job } from './job.ts'
import { freeName, objectName } from './object-names.ts'
import { type RunParts, runUpload } from './run-upload.ts'
import {
  added,
  changed,
  type Item,
  isRunning,
  nextWaiting,
  type Phase,
  removed,
  resumed,
} from './state.ts'
import { belongsTo } from './unfinished.ts'

/** Files that are sent at once. The parts of all share the 64 requests of their client. */
const FILES_AT_ONCE = 3

export interface QueueParts extends RunParts {
  /** Of the settings of now. */
  readonly prefix: () => string
}

/** What came of adding files. */
export interface Added {
  readonly added: number
  /** Those that were in the list already. */
  readonly known: number
}

/** The files of the list: which of them are sent, and what people do to them. */
export class UploadQueue {
  readonly #parts: QueueParts
  readonly #jobs = new Map<number, Job>()
  #lastId = 0

  constructor(parts: QueueParts) {
    this.#parts = parts
  }

  job(id: number): Job | undefined {
    return this.#jobs.get(id)
  }

  /** One that is there already is not added again, but goes on if it was paused. */
  add(files: readonly InputFile[]): Added {
    const { store, bucket } = this.#parts
    const here = [...this.#jobs].filter(([, job]) => job.bucket === bucket())
    const known = new Map(here.map(([id, job]) => [fileKey(job.file), id]))
    const names = new Set(here.map(([, { name }]) => name))
    const fresh: Item[] = []
    for (const file of files) {
      const twin = known.get(fileKey(file))
      if (twin !== undefined && this.#item(twin)?.phase !== 'failed') {
        this.resume(twin)
        continue
      }
      const item = this.#begin(this.#takePlace(file) ?? this.#freeName(file, names), file)
      names.add(item.name)
      fresh.push(item)
    }
    store.change((state) => added(state, fresh))
    this.#startWaiting()
    return { added: fresh.length, known: files.length - fresh.length }
  }

  /** Goes on with an upload of an earlier visit, under the name that it has. */
  goOn(name: string, file: InputFile): void {
    const item = this.#begin(name, file)
    this.#parts.store.change((state) => added(state, [item]))
    this.#startWaiting()
  }

  /** Stops sending; what OSS has stays there. */
  pause(id: number): void {
    if (this.#item(id)?.phase === 'waiting') this.#put(id, { phase: 'paused' })
    else this.#stop(id, 'pausing')
  }

  /** Goes on with what was paused, or has failed. */
  resume(id: number): void {
    this.#parts.store.change((state) => resumed(state, id))
    this.#startWaiting()
  }

  /**
   * Takes it from the list, and has OSS drop what it has of it. False where there was nothing to drop,
   * since it was done.
   *
   * @throws what kept OSS from that; it is an unfinished upload then
   */
  async cancel(id: number): Promise<boolean> {
    const job = this.#jobs.get(id)
    if (job === undefined) return false
    if (this.#item(id)?.phase !== 'done') this.#put(id, { phase: 'cancelling' })
    this.#stop(id, 'cancelling')
    await job.ended
    const isDone = this.#item(id)?.phase === 'done'
    try {
      if (!isDone) await this.#drop(job)
      return !isDone
    } finally {
      this.#remove([id])
      this.#startWaiting()
    }
  }

  pauseAll(): void {
    // Those that wait first, or each would take the place of the one that is stopped before it.
    const { items } = this.#parts.store.state
    for (const { id, phase } of items) if (phase === 'waiting') this.pause(id)
    for (const item of items) if (isRunning(item)) this.pause(item.id)
  }

  resumeAll(): void {
    for (const { id, phase } of this.#parts.store.state.items) {
      if (phase === 'paused') this.resume(id)
    }
  }

  retryFailed(): void {
    for (const { id, phase } of this.#parts.store.state.items) {
      if (phase === 'failed') this.resume(id)
    }
  }

  /** How many files are not done and stay in another bucket than that of the settings. */
  elsewhere(): number {
    const { store, bucket } = this.#parts
    return store.state.items.filter(({ id, phase }) => {
      const job = this.#jobs.get(id)
      const isThere = job !== undefined && job.bucket !== bucket() && job.parts.arrivedBytes() > 0
      return isThere && phase !== 'done'
    }).length
  }

  clearDone(): void {
    const { items } = this.#parts.store.state
    this.#remove(items.filter(({ phase }) => phase === 'done').map(({ id }) => id))
  }

  #item(id: number): Item | undefined {
    return this.#parts.store.state.items.find((item) => item.id === id)
  }

  #put(id: number, change: Partial<Item>): void {
    this.#parts.store.change((state) => changed(state, id, change))
  }

  /** The name of one that has stopped and that cannot be read any more, or is not what is wanted: it goes. */
  #takePlace({ path }: InputFile): string | undefined {
    const { store, bucket } = this.#parts
    const stopped = store.state.items.find(({ id, phase }) => {
      const job = this.#jobs.get(id)
      const isStopped = phase === 'failed' || phase === 'paused'
      return isStopped && job?.file.path === path && job.bucket === bucket()
    })
    if (stopped !== undefined) this.#remove([stopped.id])
    return stopped?.name
  }

  #freeName(file: InputFile, taken: ReadonlySet<string>): string {
    const { store, prefix } = this.#parts
    // One that was interrupted goes on under the name that it had.
    const earlier = belongsTo(store.state.unfinished, file)?.name
    return freeName(earlier ?? objectName(prefix(), file.path), taken)
  }

  #begin(name: string, file: InputFile): Item {
    const id = ++this.#lastId
    this.#jobs.set(id, createJob(name, file, this.#parts.bucket()))
    return { id, name, size: file.file.size, phase: 'waiting', sent: 0, bytesPerSecond: 0 }
  }

  #startWaiting(): void {
    for (const { id } of nextWaiting(this.#parts.store.state, FILES_AT_ONCE)) {
      const job = this.#jobs.get(id)
      if (job === undefined) continue
      this.#put(id, { phase: 'uploading' })
      job.ended = runUpload(id, job, this.#parts).finally(() => this.#startWaiting())
    }
  }

  #stop(id: number, phase: Phase): void {
    const { stop } = this.#jobs.get(id) ?? {}
    if (stop === undefined) return
    this.#put(id, { phase })
    stop.abort()
  }

  async #drop({ name, bucket, file: { file } }: Job): Promise<void> {
    const { checkpoints, client } = this.#parts
    for (const found of await findCheckpoints(checkpoints, { name, bucket })) {
      if (found.checkpoint.fileSize !== file.size) continue
      await dropUpload(await client(bucket), checkpoints, found).catch((error) => {
        // It is the upload of another tab.
        if (error.code !== 'CheckpointBusyError') throw error
      })
    }
  }

  #remove(ids: readonly number[]): void {
    for (const id of ids) this.#jobs.delete(id)
    this.#parts.store.change((state) => removed(state, new Set(ids)))
  }
}
