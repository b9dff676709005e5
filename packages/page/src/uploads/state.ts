import type { Failure } from './failure.ts'

/** What becomes of one file. */
export type Phase =
  | 'waiting'
  | 'uploading'
  | 'completing'
  | 'pausing'
  | 'paused'
  | 'failed'
  | 'cancelling'
  | 'done'

/** One file in the list. It is a value: a change makes a new one, so that what has not changed can be told. */
export interface Item {
  readonly id: number
  /** Of the object, with its prefix. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly phase: Phase
  /** Bytes that have gone out, and those that OSS had already. */
  readonly sent: number
  readonly bytesPerSecond: number
  /** Where `phase` is 'failed'. */
  readonly failure?: Failure
  /** Where `phase` is 'done'. */
  readonly stored?: Stored
}

/** What OSS says of the object when it is there. */
export interface Stored {
  readonly bucket: string
  readonly etag: string
  /** That the bytes were compared with; undefined where CORS hides it. */
  readonly crc64: string | undefined
  readonly contentType: string | undefined
  readonly lastModified: string | undefined
  readonly requestId: string | undefined
}

/** An upload of an earlier visit that can be gone on with. */
export interface Unfinished {
  /** In the store. */
  readonly key: string
  readonly name: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly savedAt: number
  /** Whether the browser can open the file again without it being picked. */
  readonly hasHandle: boolean
}

export interface State {
  /** In the order in which they were added. */
  readonly items: readonly Item[]
  readonly unfinished: readonly Unfinished[]
  readonly isOffline: boolean
  /** What the library finds worth knowing about the bucket, though uploads work. */
  readonly warning: string
}

export const EMPTY: State = { items: [], unfinished: [], isOffline: false, warning: '' }

/** Phases in which requests may be under way. */
const RUNNING: ReadonlySet<Phase> = new Set(['uploading', 'completing', 'pausing', 'cancelling'])

export function isRunning({ phase }: Item): boolean {
  return RUNNING.has(phase)
}

export function added(state: State, items: readonly Item[]): State {
  return { ...state, items: [...state.items, ...items] }
}

export function changed(state: State, id: number, change: Partial<Item>): State {
  return {
    ...state,
    items: state.items.map((item) => (item.id === id ? { ...item, ...change } : item)),
  }
}

export function removed(state: State, ids: ReadonlySet<number>): State {
  return { ...state, items: state.items.filter(({ id }) => !ids.has(id)) }
}

/** What was paused, or has failed, waits for its turn again; anything else stays as it is. */
export function resumed(state: State, id: number): State {
  const items = state.items.map((item): Item => {
    if (item.id !== id || (item.phase !== 'paused' && item.phase !== 'failed')) return item
    const { failure: _, ...rest } = item
    return { ...rest, phase: 'waiting' }
  })
  return { ...state, items }
}

/** What the next free place goes to. */
export function nextWaiting({ items }: State, places: number): readonly Item[] {
  const free = places - items.filter(isRunning).length
  return free > 0 ? items.filter(({ phase }) => phase === 'waiting').slice(0, free) : []
}

/** All files together. */
export interface Totals {
  readonly files: number
  readonly done: number
  readonly failed: number
  readonly paused: number
  /** Waiting or under way. */
  readonly open: number
  /** Bytes. */
  readonly size: number
  readonly sent: number
  /** Of the files that are waiting or under way. */
  readonly left: number
  readonly bytesPerSecond: number
}

const OPEN: readonly Phase[] = ['waiting', 'uploading', 'completing', 'cancelling']

export function totalsOf({ items }: State): Totals {
  const count = (...phases: readonly Phase[]) =>
    items.filter(({ phase }) => phases.includes(phase)).length
  const sum = (of: (item: Item) => number) => items.reduce((all, item) => all + of(item), 0)
  const done = count('done')
  const failed = count('failed')
  const paused = count('paused', 'pausing')
  return {
    files: items.length,
    done,
    failed,
    paused,
    open: count(...OPEN),
    size: sum(({ size }) => size),
    sent: sum(({ sent }) => sent),
    left: sum(({ size, sent, phase }) => (OPEN.includes(phase) ? size - sent : 0)),
    bytesPerSecond: sum(({ bytesPerSecond, phase }) =>
      phase === 'uploading' ? bytesPerSecond : 0,
    ),
  }
}
