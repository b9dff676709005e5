import type OSS from 'oss-multipart'
import { type CheckpointStore, findCheckpoints } from 'oss-multipart'
import { explainFailure } from './failure.ts'
import { type InputFile, sameFile } from './input-file.ts'
import { createJob, type Job } from './job.ts'
import { freeName, objectName } from './object-names.ts'
import { added, changed, type Item, isRunning, nextWaiting, type Phase, removed } from './state.ts'
import type { Store } from './store.ts'
import { storedOf } from './stored-object.ts'
import { belongsTo } from './unfinished.ts'

/** Files that are sent at once. The parts of all share the 64 requests of their client. */
const FILES_AT_ONCE = 3

export interface QueueParts {
  readonly store: Store
  readonly checkpoints: CheckpointStore
  /** The client for the settings of now. */
  readonly client: () => Promise<OSS>
  /** Of the settings of now. */
  readonly prefix: () => string
  /** Bytes; undefined: the library chooses. */
  readonly partSize: () => number | undefined
}

/** What came of adding files. */
export interface Added {
  readonly added: number
  /** Those that were in the list already. */
  readonly known: number
}

export interface UploadQueue {
  add(files: readonly InputFile[]): Added
  /** Goes on with an upload of an earlier visit, under the name that it has. */
  goOn(name: string, file: InputFile): void
  /** Stops sending; what OSS has stays there. */
  pause(id: number): void
  /** Goes on with what was paused, or has failed. */
  resume(id: number): void
  /** Takes it from the list; what OSS has of it is dropped. */
  cancel(id: number): Promise<void>
  pauseAll(): void
  resumeAll(): void
  clearDone(): void
  job(id: number): Job | undefined
}

export function createUploadQueue(parts: QueueParts): UploadQueue {
  const { store, checkpoints, client, prefix, partSize } = parts
  const jobs = new Map<number, Job>()
  let lastId = 0

  const itemOf = (id: number) => store.state.items.find((item) => item.id === id)
  const put = (id: number, change: Partial<Item>) =>
    store.change((state) => changed(state, id, change))

  function begin(name: string, file: InputFile): Item {
    const id = ++lastId
    const { size } = file.file
    jobs.set(id, createJob(name, file))
    return { id, name, size, phase: 'waiting', sent: 0, bytesPerSecond: 0 }
  }

  function startWaiting(): void {
    for (const { id } of nextWaiting(store.state, FILES_AT_ONCE)) {
      const job = jobs.get(id)
      if (job === undefined) continue
      put(id, { phase: 'uploading' })
      job.ended = run(id, job).finally(startWaiting)
    }
  }

  async function run(id: number, job: Job): Promise<void> {
    const stop = new AbortController()
    job.stop = stop
    try {
      const oss = await client()
      const { etag } = await oss.multipartUpload(job.name, job.file.handle ?? job.file.file, {
        checkpoints,
        signal: stop.signal,
        partSize: partSize(),
        onPart: job.told,
        onTransfer({ sent, bytesPerSecond, phase }) {
          job.speeds.add(bytesPerSecond, performance.now())
          const completing = phase === 'completing' && itemOf(id)?.phase === 'uploading'
          put(id, { sent, bytesPerSecond, ...(completing && { phase: 'completing' }) })
        },
      })
      const stored = await storedOf(oss, job.name, etag)
      put(id, { phase: 'done', sent: job.file.file.size, stored })
    } catch (error) {
      job.stopped()
      // What was on its way has to be sent again: only what OSS has counts.
      const now = { bytesPerSecond: 0, sent: job.parts.arrivedBytes() }
      if (itemOf(id)?.phase === 'cancelling') put(id, now)
      else if (stop.signal.aborted) put(id, { ...now, phase: 'paused' })
      else put(id, { ...now, phase: 'failed', failure: explainFailure(error) })
    } finally {
      job.stop = undefined
    }
  }

  function stopAs(phase: Phase, id: number): void {
    const job = jobs.get(id)
    if (job?.stop === undefined) return
    put(id, { phase })
    job.stop.abort()
  }

  /** What OSS has of it costs money until it is dropped. */
  async function forget({ name, file: { file } }: Job): Promise<void> {
    for (const { key, checkpoint } of await findCheckpoints(checkpoints, { name })) {
      if (checkpoint.fileSize !== file.size) continue
      const oss = await client()
      await oss.abortMultipartUpload(name, checkpoint.uploadId).catch((error) => {
        if (error.code !== 'NoSuchUpload') throw error
      })
      await checkpoints.remove(key)
    }
  }

  const queue: UploadQueue = {
    add(files) {
      const fresh: Item[] = []
      const names = new Set(store.state.items.map(({ name }) => name))
      let known = 0
      for (const file of files) {
        const twin = [...jobs].find(([, job]) => sameFile(job.file, file))
        if (twin !== undefined) {
          known++
          const item = itemOf(twin[0])
          if (item?.phase === 'paused' || item?.phase === 'failed') queue.resume(item.id)
          continue
        }
        // One that was interrupted goes on under the name that it had.
        const earlier = belongsTo(store.state.unfinished, file)?.name
        const name = freeName(earlier ?? objectName(prefix(), file.path), names)
        names.add(name)
        fresh.push(begin(name, file))
      }
      store.change((state) => added(state, fresh))
      startWaiting()
      return { added: fresh.length, known }
    },
    goOn(name, file) {
      const item = begin(name, file)
      store.change((state) => added(state, [item]))
      startWaiting()
    },
    pause(id) {
      const item = itemOf(id)
      if (item?.phase === 'waiting') put(id, { phase: 'paused' })
      else stopAs('pausing', id)
    },
    resume(id) {
      store.change((state) => {
        const item = state.items.find((one) => one.id === id)
        if (item?.phase !== 'paused' && item?.phase !== 'failed') return state
        const { failure: _, ...rest } = item
        const again: Item = { ...rest, phase: 'waiting' }
        return { ...state, items: state.items.map((one) => (one.id === id ? again : one)) }
      })
      startWaiting()
    },
    async cancel(id) {
      const job = jobs.get(id)
      if (job === undefined) return
      const wasDone = itemOf(id)?.phase === 'done'
      stopAs('cancelling', id)
      put(id, { phase: wasDone ? 'done' : 'cancelling' })
      await job.ended
      try {
        if (itemOf(id)?.phase !== 'done') await forget(job)
      } finally {
        jobs.delete(id)
        store.change((state) => removed(state, new Set([id])))
        startWaiting()
      }
    },
    pauseAll() {
      // Those that wait first, or each would take the place of the one that is stopped before it.
      const { items } = store.state
      for (const { id } of items.filter(({ phase }) => phase === 'waiting')) queue.pause(id)
      for (const { id } of items.filter(isRunning)) queue.pause(id)
    },
    resumeAll() {
      for (const { id, phase } of store.state.items) if (phase === 'paused') queue.resume(id)
    },
    clearDone() {
      const done = store.state.items.filter(({ phase }) => phase === 'done').map(({ id }) => id)
      for (const id of done) jobs.delete(id)
      store.change((state) => removed(state, new Set(done)))
    },
    job: (id) => jobs.get(id),
  }
  return queue
}
