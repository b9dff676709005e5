import fc from 'fast-check'
import { bytesBody } from '../oss/body.ts'
import type { Scene } from './fickle-oss.contract.ts'
import { bytesOf, etagOf, PART } from './testing.contract.ts'
import { FATES, type Fate } from './world.contract.ts'

/** What somebody does while an upload is under way, or between two of them. */
const ACTS = [
  'cancel',
  'crash',
  'edit',
  'rewrite',
  'touch',
  'lose',
  'overwrite',
  'vanish',
  'complete',
] as const
type Act = (typeof ACTS)[number]

/** One thing that happens: one of the steps that wait goes like this, or somebody does something … */
export type Happening =
  | { readonly pick: number; readonly fate: Fate }
  | { readonly act: Act; readonly part: number }
/** … when so many steps have gone well. */
export type Event = Happening & { readonly after: number }

/** One call of `upload`, and what happens until it ends. Where nothing else is said, all goes well. */
export interface Attempt {
  /** What it goes on with: the checkpoint of the last error or progress, or what the store has. */
  readonly from: 'nothing' | 'error' | 'progress' | 'store'
  readonly kind: 'source' | 'stream'
  readonly parallel: number
  readonly verify: 'full' | 'identity'
  readonly abortOnCancel: boolean
  readonly progress: 'none' | 'quick' | 'slow' | 'throws' | 'hangs'
  /** What happens before it. */
  readonly before: readonly Happening[]
  /** Which of the steps that wait goes on, again and again. */
  readonly order: readonly number[]
  readonly events: readonly Event[]
}

export interface History {
  readonly parts: number
  /** Whether the source says when somebody has touched it. */
  readonly isVersioned: boolean
  readonly attempts: readonly Attempt[]
}

/** What may come in histories; what is left out is not looked at. */
export interface Scope {
  readonly progress: readonly Attempt['progress'][]
  readonly kind: readonly Attempt['kind'][]
  readonly verify: readonly Attempt['verify'][]
  readonly isVersioned: readonly boolean[]
  readonly acts: readonly Act[]
}

export const EVERYTHING: Scope = {
  progress: ['none', 'quick', 'slow', 'throws', 'hangs'],
  kind: ['source', 'source', 'source', 'stream'],
  verify: ['full', 'identity'],
  isVersioned: [true, true, false],
  acts: ACTS,
}

export function histories({
  progress,
  kind,
  verify,
  isVersioned,
  acts,
}: Scope): fc.Arbitrary<History> {
  const step = { pick: fc.nat(9), fate: fc.constantFrom(...FATES) }
  const part = fc.integer({ min: 1, max: 3 })
  const act = { act: fc.constantFrom(...acts), part }
  const after = fc.nat(12)
  const attempt = fc.record<Attempt>({
    from: fc.constantFrom('nothing', 'error', 'error', 'progress', 'store', 'store'),
    kind: fc.constantFrom(...kind),
    parallel: fc.integer({ min: 1, max: 3 }),
    verify: fc.constantFrom(...verify),
    abortOnCancel: fc.boolean(),
    progress: fc.constantFrom(...progress),
    before: fc.array(fc.oneof(fc.record(step), fc.record(act)), { maxLength: 3 }),
    order: fc.array(fc.nat(4), { maxLength: 9, size: 'max' }),
    events: fc.array(fc.oneof(fc.record({ ...step, after }), fc.record({ ...act, after })), {
      maxLength: 4,
      size: 'max',
    }),
  })
  const all = fc.record<History>({
    parts: fc.integer({ min: 1, max: 3 }),
    isVersioned: fc.constantFrom(...isVersioned),
    attempts: fc.array(attempt, { minLength: 1, maxLength: 4, size: 'max' }),
  })
  // Small histories are not more likely to be those in which something goes wrong.
  return fc.noBias(all)
}

/** What comes after every history: nobody disturbs any more. */
export const QUIET: Attempt = {
  from: 'error',
  kind: 'source',
  parallel: 2,
  verify: 'full',
  abortOnCancel: false,
  progress: 'quick',
  before: [],
  order: [],
  events: [],
}

/** Bytes that no version of the film has. */
export const FOREIGN = bytesOf(PART, 99)

/** What happens in an attempt, one after the other, for ever. */
export function* happeningsOf({ order, events }: Attempt): Generator<Happening, never> {
  let turn = 0
  const well = () => ({ pick: order[turn++ % order.length] ?? 0, fate: 'well' as const })
  for (const { after: count, ...event } of events) {
    for (let step = 0; step < count; step++) yield well()
    yield event
  }
  for (;;) yield well()
}

/** Somebody meddles: with the film, or with the upload that was begun last. */
export async function meddle(scene: Scene, act: Act, part: number): Promise<void> {
  // There is nothing to stop.
  if (act === 'cancel' || act === 'crash') return
  const { oss, film, world } = scene
  const number = Math.min(part, film.parts)
  const [uploadId, parts] = [...oss.uploads].at(-1) ?? []
  world.log.push(`somebody: ${act} ${number}`)
  scene.meddled.push(act)
  if (act === 'edit') film.edit(number)
  if (act === 'rewrite') film.rewrite()
  if (act === 'touch') film.touch()
  if (uploadId === undefined || parts === undefined) return
  if (act === 'lose') parts.delete(number)
  if (act === 'vanish') await oss.abort(uploadId)
  if (act === 'overwrite') {
    const foreign = FOREIGN.subarray(0, film.part(number).length)
    await oss.uploadPart(uploadId, { number, body: bytesBody(foreign) })
  }
  if (act === 'complete' && parts.size === film.parts) {
    const listed = [...parts].sort(([a], [b]) => a - b)
    await oss.complete(
      uploadId,
      listed.map(([partNumber, bytes]) => ({ number: partNumber, etag: etagOf(bytes) })),
    )
    scene.objects.push(oss.stored() ?? new Uint8Array())
  }
}
