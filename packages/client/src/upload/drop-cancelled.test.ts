import { describe, expect, it, vi } from 'vitest'
import { slowTime, turn } from '../async/testing.contract.ts'
import { dropCancelled } from './drop-cancelled.ts'
import { cancelled } from './failure.ts'
import type { Multipart } from './multipart.ts'
import { fakeOss, noSuchUpload, reset, SETTINGS } from './testing.contract.ts'

const stopped = AbortSignal.abort(cancelled())

interface Case {
  readonly signal: AbortSignal
  readonly abortOnCancel: boolean
  readonly id: string | undefined
}

/** Drops an upload that was cancelled, unless told otherwise, at an OSS whose `abort` is this. */
function dropping(given: Partial<Case>) {
  const { signal, abortOnCancel, id } = {
    signal: stopped,
    abortOnCancel: true,
    id: 'upload-1',
    ...given,
  }
  return (abort: Multipart['abort']) => {
    const [warn, { sleep, ...time }] = [vi.fn(), slowTime()]
    const settings = { ...SETTINGS, signal, abortOnCancel }
    const oss = { ...fakeOss(), abort: vi.fn(abort) }
    return { warn, time, oss, dropped: dropCancelled(id, { oss, settings, sleep, warn }) }
  }
}

describe('dropCancelled', () => {
  it('aborts the upload, with a signal that is not the one it was cancelled by', async () => {
    const { oss, dropped, warn, time } = dropping({})(async (_, signal) => signal?.throwIfAborted())
    expect(await dropped).toBe(true)
    expect(oss.abort.mock.calls).toEqual([['upload-1', expect.any(AbortSignal)]])
    expect(warn).not.toHaveBeenCalled()
    expect(time.asleep()).toEqual([])
  })

  it('is content when the upload is gone already', async () => {
    const { dropped, warn } = dropping({})(() => Promise.reject(noSuchUpload()))
    expect(await dropped).toBe(true)
    expect(warn).not.toHaveBeenCalled()
  })

  it('warns when that fails: the parts may still be there', async () => {
    const broken = reset()
    const { dropped, warn, time } = dropping({})(() => Promise.reject(broken))
    expect(await dropped).toBe(false)
    expect(warn.mock.calls).toEqual([[broken]])
    expect(time.asleep()).toEqual([])
  })

  it('warns when no answer has come for ten seconds, and ends the request', async () => {
    let given: AbortSignal | undefined
    const { dropped, warn, time } = dropping({})((_, signal) => {
      given = signal
      return new Promise(() => {})
    })
    await turn()
    expect(time.asleep()).toEqual([10_000])
    expect(given?.aborted).toBe(false)
    time.wake()
    expect(await dropped).toBe(false)
    expect(given?.aborted).toBe(true)
    expect(warn.mock.calls).toEqual([
      [new Error('The cancelled upload upload-1 could not be aborted at OSS: no answer came')],
    ])
  })

  it.each<[string, Partial<Case>]>([
    ['nobody asked for that', { abortOnCancel: false }],
    ['it failed and was not cancelled', { signal: new AbortController().signal }],
    ['nothing has begun', { id: undefined }],
  ])('touches nothing where %s', async (_, of) => {
    const { oss, dropped, warn } = dropping(of)(async () => {})
    expect(await dropped).toBe(false)
    expect(oss.abort).not.toHaveBeenCalled()
    expect(warn).not.toHaveBeenCalled()
  })
})
