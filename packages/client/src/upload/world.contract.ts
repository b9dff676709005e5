import type { Sleep } from '../async/sleep.ts'
import { turn } from '../async/testing.contract.ts'

/**
 * How a step ends: well; the connection breaks before OSS has heard of it; OSS does it and its answer is
 * lost; OSS does it and no answer comes for a minute; OSS does it and answers with an error of its own; OSS
 * is too busy; it refuses for good. Of what does not concern OSS, reading a source and saving a checkpoint
 * can be refused.
 */
export const FATES = ['well', 'break', 'lose', 'hang', 'err', 'busy', 'refuse'] as const
export type Fate = (typeof FATES)[number]

/** Something that waits for its turn. */
export interface Step {
  readonly label: string
  /** Whose it is: what a crash takes along. */
  readonly owner: object
  /** Milliseconds at which a sleeper wakes up; undefined for what needs no time. */
  readonly due?: number
  /** Whether it is a request on its way to OSS, where it may arrive although nobody waits for it any more. */
  readonly isRequest?: boolean
  /** A request that nobody waits for any more. */
  isGhost: boolean
  go(fate: Fate): unknown
}

/** A world in which nothing happens but what a test lets happen, one step after the other. */
export interface World {
  /** What has happened. */
  readonly log: string[]
  /** Milliseconds. It grows when a sleeper wakes up. */
  now(): number
  add(step: Omit<Step, 'isGhost'>): Step
  remove(step: Step): void
  /** All steps that wait; those of `owner` alone where one is given. */
  waiting(owner?: object): readonly Step[]
  /** A turn of its own in the name of `owner`. Never settles when that has crashed. */
  pause(label: string, owner: object): Promise<Fate>
  sleepOf(owner: object): Sleep
  /** Lets everything run that can; then lets one step go. False when there is none. */
  next(pick: number, fate: Fate): Promise<boolean>
  /** The same for requests that nobody waits for any more. */
  haunt(pick: number, fate: Fate): Promise<boolean>
  /** Takes everything of `owner` away but its requests, which may arrive yet. */
  abandon(owner: object): void
  /** Lets everything run that can. */
  settle(): Promise<void>
}

export function createWorld(): World {
  const steps = new Set<Step>()
  const log: string[] = []
  let now = 0

  /** In the order of coming; of the sleepers only the one who wakes up first, after everything else. */
  function living(): Step[] {
    const awake = [...steps].filter(({ isGhost, due }) => !isGhost && due === undefined)
    const [first] = [...steps]
      .filter(({ due }) => due !== undefined)
      .sort((a, b) => (a.due ?? 0) - (b.due ?? 0))
    return first === undefined ? awake : [...awake, first]
  }

  async function go(step: Step | undefined, fate: Fate): Promise<boolean> {
    if (step === undefined) return false
    steps.delete(step)
    now = Math.max(now, step.due ?? now)
    log.push(`${step.label}${step.isGhost ? ', late' : ''}: ${fate}`)
    step.go(fate)
    await turn()
    return true
  }

  function add(step: Omit<Step, 'isGhost'>): Step {
    const added = { ...step, isGhost: false }
    steps.add(added)
    return added
  }

  return {
    log,
    now: () => now,
    add,
    remove: (step) => void steps.delete(step),
    waiting: (owner) => [...steps].filter((step) => owner === undefined || step.owner === owner),
    pause: (label, owner) => new Promise((resolve) => add({ label, owner, go: resolve })),
    sleepOf: (owner) => (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const due = now + milliseconds
        const step = add({ label: `sleep ${milliseconds}`, owner, due, go: wake })
        signal?.addEventListener('abort', giveUp, { once: true })

        function wake(): void {
          signal?.removeEventListener('abort', giveUp)
          resolve()
        }
        function giveUp(): void {
          steps.delete(step)
          reject(signal?.reason)
        }
      }),
    async next(pick, fate) {
      await turn()
      const ghosts = [...steps].filter(({ isGhost }) => isGhost)
      const all = living()
      const from = pick < all.length ? all : [...all, ...ghosts]
      return all.length > 0 && go(from[pick % from.length], fate)
    },
    async haunt(pick, fate) {
      await turn()
      const ghosts = [...steps].filter(({ isGhost }) => isGhost)
      return go(ghosts[pick % ghosts.length], fate)
    },
    abandon(owner) {
      for (const step of steps) {
        if (step.owner !== owner) continue
        if (step.isRequest) step.isGhost = true
        else steps.delete(step)
      }
    },
    settle: turn,
  }
}
