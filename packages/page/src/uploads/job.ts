import type { PartEvent } from 'oss-multipart'
import type { InputFile } from './input-file.ts'
import { createPartTable, type PartTable } from './part-table.ts'
import { createSpeedHistory, type SpeedHistory } from './speed-history.ts'

/** What belongs to a file in the list and is no plain data, or changes too often to be in the state. */
export interface Job {
  /** Of the object. */
  readonly name: string
  readonly file: InputFile
  /** Where it goes. It may become another one as long as nothing has arrived there. */
  bucket: string
  readonly parts: PartTable
  readonly speeds: SpeedHistory
  /** Given to the library. */
  readonly told: (event: PartEvent) => void
  /** Nothing is under way any more. */
  stopped(): void
  /** Hears which part has changed; undefined: all of them. */
  onChange: ((index: number | undefined) => void) | undefined
  /** While it is sent. */
  stop: AbortController | undefined
  /** The last attempt, which may be over. */
  ended: Promise<void> | undefined
}

export function createJob(name: string, file: InputFile, bucket: string): Job {
  const parts = createPartTable(file.file.size)
  const job: Job = {
    name,
    file,
    bucket,
    parts,
    speeds: createSpeedHistory(),
    told(event) {
      const count = parts.count
      const index = parts.tell(event)
      job.onChange?.(count === parts.count ? index : undefined)
    },
    stopped() {
      parts.stop()
      job.onChange?.(undefined)
    },
    onChange: undefined,
    stop: undefined,
    ended: undefined,
  }
  return job
}
