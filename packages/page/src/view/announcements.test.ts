import { describe, expect, it } from 'vitest'
import { en } from '../texts/en.ts'
import { EMPTY, type Item, type State } from '../uploads/state.ts'
import { announcements } from './announcements.ts'

function state(...phases: readonly Item['phase'][]): State {
  const items = phases.map((phase, index) => ({
    id: index,
    name: `${index}.bin`,
    size: 1,
    phase,
    sent: 0,
    bytesPerSecond: 0,
  }))
  return { ...EMPTY, items }
}

describe('announcements', () => {
  it('says what has ended', () => {
    const said = announcements(state('uploading', 'uploading'), state('done', 'paused'), en)
    expect(said).toEqual([en.say.done('0.bin'), en.say.paused('1.bin')])
  })

  it('says why something has failed', () => {
    const [item] = state('failed').items
    const failure = {
      reason: 'denied',
      message: '',
      code: undefined,
      requestId: undefined,
    } as const
    const after = { ...EMPTY, items: item ? [{ ...item, failure }] : [] }
    expect(announcements(state('uploading'), after, en)).toEqual([
      en.say.failed('0.bin', en.failures.denied.title),
    ])
  })

  it('does not say again what was said, nor how far something is', () => {
    expect(announcements(state('done', 'waiting'), state('done', 'uploading'), en)).toEqual([])
  })

  it('says many at once as one', () => {
    const before = state('uploading', 'uploading', 'completing')
    expect(announcements(before, state('done', 'done', 'done'), en)).toEqual([en.say.doneMany(3)])
  })

  it('says that the network has gone, and that it is back', () => {
    const offline = { ...EMPTY, isOffline: true }
    expect(announcements(EMPTY, offline, en)).toEqual([en.offline])
    expect(announcements(offline, EMPTY, en)).toEqual([en.say.online])
  })
})
