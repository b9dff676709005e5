import type { Texts } from './texts/texts.ts'
import type { InputFile } from './uploads/input-file.ts'
import { namesFile } from './uploads/object-names.ts'
import type { Session } from './uploads/session.ts'
import type { Unfinished } from './uploads/state.ts'
import type { UnfinishedUploads } from './uploads/unfinished.ts'
import type { UploadQueue } from './uploads/upload-queue.ts'

/** What people can do with files, with what they are told of it. */
export interface Commands {
  add(files: readonly InputFile[]): void
  cancel(id: number): Promise<void>
  goOn(upload: Unfinished): Promise<void>
  picked(upload: Unfinished, file: InputFile): void
  discard(upload: Unfinished): Promise<void>
  /** There is a bucket now, or another one. */
  bucketChanged(): void
}

export interface CommandParts {
  readonly session: Session
  readonly queue: UploadQueue
  readonly unfinished: UnfinishedUploads
  readonly texts: Texts
  /** Says something beside the drop zone. */
  readonly say: (text: string) => void
  /** Says something to screen readers alone: others see it. */
  readonly announce: (text: string) => void
  readonly askForBucket: () => void
}

export function createCommands(parts: CommandParts): Commands {
  const { session, queue, unfinished, texts, say, announce, askForBucket } = parts

  /** What was dropped before there was a bucket. */
  let early: readonly InputFile[] = []

  function start(upload: Unfinished, file: InputFile): void {
    say('')
    queue.goOn(upload.name, file)
    void unfinished.refresh()
  }

  const commands: Commands = {
    add(files) {
      if (files.length === 0) return
      if (session.settings === undefined) {
        early = files
        say(texts.drop.setUp)
        askForBucket()
        return
      }
      const { added, known } = queue.add(files)
      say(known > 0 ? texts.drop.known(known) : '')
      if (added > 0) announce(texts.say.added(added))
      void unfinished.refresh()
    },
    async cancel(id) {
      const job = queue.job(id)
      if (job === undefined) return
      await queue.cancel(id).then(
        (isCancelled) => isCancelled && announce(texts.say.cancelled(job.name)),
        () => say(texts.say.notDropped(job.name)),
      )
      await unfinished.refresh()
    },
    async goOn(upload) {
      try {
        start(upload, await unfinished.reopen(upload.key))
      } catch {
        say(texts.unfinished.notAllowed(upload.name))
      }
    },
    picked(upload, file) {
      if (file.file.size === upload.size && namesFile(upload.name, file.path)) start(upload, file)
      else say(texts.unfinished.wrong(file.file.name, upload.name))
    },
    discard: (upload) =>
      unfinished.discard(upload.key).catch(() => say(texts.say.notDropped(upload.name))),
    bucketChanged() {
      const files = early
      early = []
      const elsewhere = queue.elsewhere()
      say(elsewhere > 0 ? texts.drop.elsewhere(elsewhere) : '')
      if (files.length > 0) commands.add(files)
      else void unfinished.refresh()
    },
  }
  return commands
}
