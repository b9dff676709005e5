import type OSS from 'oss-multipart'
import type { CheckpointStore } from 'oss-multipart'
import { explainFailure } from './failure.ts'
import type { Job } from './job.ts'
import { changed, type Item } from './state.ts'
import type { Store } from './store.ts'
import { storedOf } from './stored-object.ts'

export interface RunParts {
  readonly store: Store
  readonly checkpoints: CheckpointStore
  readonly client: (bucket: string) => Promise<OSS>
  /** The bucket of the settings of now. */
  readonly bucket: () => string
  /** Bytes, by the settings of now; undefined: the library chooses. */
  readonly partSize: () => number | undefined
}

/** One attempt to upload a file, the first or a further one. It never rejects: the state says how it ended. */
export async function runUpload(id: number, job: Job, parts: RunParts): Promise<void> {
  const { store, checkpoints, client, bucket, partSize } = parts
  const put = (change: Partial<Item>) => store.change((state) => changed(state, id, change))
  const phaseNow = () => store.state.items.find((item) => item.id === id)?.phase
  const stop = new AbortController()
  job.stop = stop
  try {
    // What OSS has some of stays in its bucket, whatever the settings say now.
    if (job.parts.arrivedBytes() === 0) job.bucket = bucket()
    const oss = await client(job.bucket)
    const { etag } = await oss.multipartUpload(job.name, job.file.handle ?? job.file.file, {
      checkpoints,
      signal: stop.signal,
      partSize: partSize(),
      onPart: job.told,
      onTransfer({ sent, bytesPerSecond, phase }) {
        job.speeds.add(bytesPerSecond, performance.now())
        const completing = phase === 'completing' && phaseNow() === 'uploading'
        put({ sent, bytesPerSecond, ...(completing && { phase: 'completing' }) })
      },
    })
    const stored = await storedOf(oss, job, etag)
    put({ phase: 'done', sent: job.file.file.size, stored })
  } catch (error) {
    job.stopped()
    // What was on its way has to be sent again: only what OSS has counts.
    const now = { bytesPerSecond: 0, sent: job.parts.arrivedBytes() }
    if (phaseNow() === 'cancelling') put(now)
    else if (stop.signal.aborted) put({ ...now, phase: 'paused' })
    else put({ ...now, phase: 'failed', failure: explainFailure(error) })
  } finally {
    job.stop = undefined
  }
}
