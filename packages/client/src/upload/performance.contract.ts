import { type Checkpoint, readCheckpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { createDeeds, createScene, type Deeds, type Scene } from './fickle-oss.contract.ts'
import { type Attempt, type History, happeningsOf, meddle, QUIET } from './histories.contract.ts'
import { checkOutcome } from './invariants.contract.ts'
import type { Progress } from './options.ts'
import type { Source, StreamSource } from './source.ts'

/** One call of `upload` and what was seen of it. */
export interface Performance {
  readonly scene: Scene
  readonly deeds: Deeds
  readonly attempt: Attempt
  readonly input: Source | StreamSource
  readonly version: string | undefined
  readonly checkpoint: Checkpoint | undefined
  readonly checkpoints: CheckpointStore | undefined
  readonly progress: Progress | undefined
  readonly stop: AbortController
  readonly warnings: unknown[]
  /** The shares that `progress` was told. */
  readonly shares: number[]
  /** When it was cancelled: milliseconds. */
  cancelledAt: number | undefined
  /** Under which the store knows it. */
  key: string | undefined
  /** The checkpoint that the store had. */
  recalled: Checkpoint | undefined
  /** Everything that was the film while it was uploaded. */
  readonly contents: Set<Uint8Array>
  /** As it was when the upload began. */
  readonly before: {
    readonly meddled: number
    readonly uploads: ReadonlySet<string>
    readonly object: Uint8Array | undefined
  }
}

/** Uploads the film: `upload` itself, or something around it. */
export interface Uploader {
  /** How many faults one request gets over, because it is made again. */
  readonly patience: number
  upload(performance: Performance): Promise<unknown>
}

/** What outlives an upload, and a process: as JSON. */
interface Memory {
  error: string | undefined
  progress: string | undefined
  readonly disk: Map<string, string>
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown }

/** No upload of three parts takes so many steps. */
const ENDLESS = 2_000

/** Lets a history happen, and throws when something in it was not as it must be. */
export async function perform(history: History, uploader: Uploader): Promise<void> {
  const scene = createScene(history.parts)
  const { world } = scene
  const memory: Memory = { error: undefined, progress: undefined, disk: new Map() }
  const { verify } = history.attempts.at(-1) ?? QUIET
  const last = { ...QUIET, verify }
  for (const attempt of [...history.attempts, last]) {
    for (const turn of attempt.before) {
      if ('act' in turn) await meddle(scene, turn.act, turn.part)
      else await world.haunt(turn.pick, turn.fate)
    }
    if (attempt === last) while (await world.haunt(0, 'well'));
    world.log.push(`upload from ${attempt.from}: ${attempt.kind}, ${attempt.verify}`)
    const performance = prepare(scene, memory, {
      attempt,
      isVersioned: history.isVersioned,
      patience: uploader.patience,
    })
    const outcome = await run(performance, uploader)
    world.log.push(said(outcome))
    const { breaches } = performance.deeds
    if (outcome !== undefined) checkOutcome(performance, outcome)
    if (outcome !== undefined && 'error' in outcome) {
      memory.error = JSON.stringify(Object(outcome.error).checkpoint) ?? memory.error
    } else if (outcome !== undefined && memory.disk.has(performance.key ?? '')) {
      breaches.push('the store has not forgotten it')
    }
    if (breaches.length > 0) throw new Error(`${breaches.join('\n')}\n\n${world.log.join('\n')}`)
  }
}

function prepare(
  scene: Scene,
  memory: Memory,
  { attempt, isVersioned, patience }: { attempt: Attempt; isVersioned: boolean; patience: number },
): Performance {
  const { film, oss, meddled, objects } = scene
  const deeds = createDeeds(patience)
  const onRead = () => {
    if (deeds.hasEnded) deeds.breaches.push('the source is read after the end')
  }
  const { version: sayVersion, ...silent } = film.source({ owner: deeds, onRead })
  const source = isVersioned ? { ...silent, version: sayVersion } : silent
  const isStream = attempt.kind === 'stream'
  const given = { nothing: undefined, store: undefined, ...memory }[attempt.from]
  const performance: Performance = {
    scene,
    deeds,
    attempt,
    input: isStream ? film.stream({ owner: deeds, onRead }) : source,
    version: isVersioned && !isStream ? film.version : undefined,
    checkpoint: readCheckpoint(given),
    checkpoints:
      attempt.from === 'store' ? store(memory.disk, scene, () => performance) : undefined,
    progress: attempt.progress === 'none' ? undefined : listener(memory, () => performance),
    stop: new AbortController(),
    warnings: [],
    shares: [],
    cancelledAt: undefined,
    key: undefined,
    recalled: undefined,
    contents: new Set([film.bytes]),
    before: {
      meddled: meddled.length,
      uploads: new Set(oss.uploads.keys()),
      object: objects.at(-1),
    },
  }
  return performance
}

/** The outcome, or undefined when the process has died. */
async function run(performance: Performance, uploader: Uploader): Promise<Outcome | undefined> {
  const { scene, deeds, attempt, stop, contents } = performance
  const { world, film } = scene
  const { breaches } = deeds
  const happenings = happeningsOf(attempt)
  let outcome: Outcome | undefined
  const end = (how: Outcome) => {
    outcome = how
    deeds.hasEnded = true
  }
  uploader.upload(performance).then(
    (value) => end({ value }),
    (error) => end({ error }),
  )
  for (let count = 0; ; count++) {
    await world.settle()
    if (outcome !== undefined) break
    const turn = happenings.next().value
    if (count > ENDLESS) breaches.push('it does not come to an end')
    if (breaches.length > 0) return undefined
    if (!('act' in turn)) {
      const hasHappened = await world.next(turn.pick, turn.fate)
      if (!hasHappened && outcome === undefined) breaches.push('it hangs')
    } else if (turn.act === 'crash') {
      world.log.push('the process dies')
      world.abandon(deeds)
      deeds.hasEnded = true
      return undefined
    } else if (turn.act === 'cancel') {
      world.log.push('cancelled')
      performance.cancelledAt ??= world.now()
      stop.abort()
    } else if (performance.version !== undefined || !isEdit(turn.act)) {
      await meddle(scene, turn.act, turn.part)
      if (attempt.kind === 'source') contents.add(film.bytes)
    }
  }
  await world.settle()
  for (const { due, isRequest, isGhost, label } of world.waiting(deeds)) {
    if (due !== undefined) breaches.push(`a timer is left: ${label}`)
    const isInFlight = (isRequest && !isGhost) || /^(answer|end) /.test(label)
    if (isInFlight) breaches.push(`a request is left: ${label}`)
  }
  world.abandon(deeds)
  return outcome
}

/** What a source that has no version can not tell. */
function isEdit(act: string): boolean {
  return act === 'edit' || act === 'rewrite'
}

function said(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'no outcome'
  return 'value' in outcome ? 'resolved' : `rejected: ${outcome.error}`
}

/** What is called with the progress of an upload, and watches that it is called as it should be. */
function listener(memory: Memory, of: () => Performance): Progress {
  let isRunning = false
  return (share, checkpoint) => {
    const { attempt, deeds, shares, scene } = of()
    const { breaches } = deeds
    if (deeds.hasEnded) breaches.push('progress after the end')
    if (isRunning) breaches.push('progress while the call before has not ended')
    if (share < (shares.at(-1) ?? 0)) breaches.push(`progress falls to ${share}`)
    shares.push(share)
    if (checkpoint) memory.progress = JSON.stringify(checkpoint)
    if (attempt.progress === 'throws') throw new Error('in the display')
    if (attempt.progress === 'quick') return
    isRunning = true
    if (attempt.progress === 'hangs') return new Promise(() => {})
    return scene.world.pause('progress', deeds).then(() => {
      isRunning = false
    })
  }
}

/** Checkpoints on a disk that may be full. Whoever had one is dead when the next one comes. */
function store(
  disk: Map<string, string>,
  { world }: Scene,
  of: () => Performance,
): CheckpointStore {
  return {
    async claim(key) {
      of().key = key
      return {
        async load() {
          const performance = of()
          performance.recalled = readCheckpoint(disk.get(key))
          return performance.recalled
        },
        async save(checkpoint) {
          const fate = await world.pause('save', of().deeds)
          if (fate === 'refuse') throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
          disk.set(key, JSON.stringify(checkpoint))
        },
        remove: async () => void disk.delete(key),
        release: async () => {},
      }
    },
    list: async () => [],
    remove: async (key) => void disk.delete(key),
  }
}
