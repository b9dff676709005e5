import type { Texts } from '../texts/texts.ts'
import type { Item, State } from '../uploads/state.ts'

/** What a screen reader is told of a change: what has ended, but not how far it is. */
export function announcements(before: State, after: State, texts: Texts): readonly string[] {
  const earlier = new Map(before.items.map((item) => [item.id, item]))
  const now = (phase: Item['phase']) =>
    after.items.filter((item) => item.phase === phase && earlier.get(item.id)?.phase !== phase)
  const done = now('done')
  const said: string[] = []
  if (done.length > 2) said.push(texts.say.doneMany(done.length))
  else said.push(...done.map(({ name }) => texts.say.done(name)))
  for (const { name, failure } of now('failed')) {
    said.push(texts.say.failed(name, texts.failures[failure?.reason ?? 'other'].title))
  }
  const paused = now('paused')
  if (paused.length > 2) said.push(texts.say.pausedMany(paused.length))
  else said.push(...paused.map(({ name }) => texts.say.paused(name)))
  if (before.isOffline !== after.isOffline) {
    said.push(after.isOffline ? texts.offline : texts.say.online)
  }
  return said
}
