import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createRunningUploads } from './running-uploads.ts'

describe('createRunningUploads', () => {
  it('cancels every upload that is under way, and none that begins later', () => {
    const uploads = createRunningUploads()
    const [one, two] = [uploads.begin(undefined), uploads.begin(undefined)]
    uploads.cancelAll()
    const later = uploads.begin(undefined)
    for (const { signal } of [one, two]) {
      expect(signal.reason).toMatchObject({ name: 'cancel', code: 'cancel', status: 0 })
      expect(signal.reason).toBeInstanceOf(Error)
    }
    expect(later.signal.aborted).toBe(false)
  })

  it('raises the flag with cancelAll, and lowers it with the next upload or when told to', () => {
    const uploads = createRunningUploads()
    expect(uploads.cancelled).toBe(false)
    uploads.cancelAll()
    expect(uploads.cancelled).toBe(true)
    uploads.begin(undefined)
    expect(uploads.cancelled).toBe(false)
    uploads.cancelAll()
    uploads.reset()
    expect(uploads.cancelled).toBe(false)
  })

  it('cancels one by its upload id, and waits until it has ended', async () => {
    const uploads = createRunningUploads()
    const [one, two] = [uploads.begin(undefined), uploads.begin(undefined)]
    one.uploadId = 'ONE'
    two.uploadId = 'TWO'
    let ended = false
    const cancelled = uploads.cancel('ONE').then(() => {
      ended = true
    })
    expect(one.signal.reason).toMatchObject({ name: 'cancel' })
    expect(two.signal.aborted).toBe(false)
    expect(uploads.cancelled).toBe(false)
    await new Promise((resolve) => setImmediate(resolve))
    expect(ended).toBe(false)
    one.end()
    await cancelled
  })

  it('has nothing to wait for where no upload has that id', async () => {
    const uploads = createRunningUploads()
    const { signal } = uploads.begin(undefined)
    await uploads.cancel('UNKNOWN')
    expect(signal.aborted).toBe(false)
  })

  it('forgets an upload that has ended', async () => {
    const uploads = createRunningUploads()
    const upload = uploads.begin(undefined)
    upload.uploadId = 'ONE'
    upload.end()
    uploads.cancelAll()
    await uploads.cancel('ONE')
    expect(upload.signal.aborted).toBe(false)
  })

  it("listens to the caller's signal as well, with the caller's reason", () => {
    const stop = new AbortController()
    const { signal } = createRunningUploads().begin(stop.signal)
    stop.abort('enough')
    expect(signal.reason).toBe('enough')
    expect(createRunningUploads().begin(stop.signal).signal.reason).toBe('enough')
  })

  it("leaves no listener on the caller's signal", () => {
    const stop = new AbortController()
    const uploads = createRunningUploads()
    for (let round = 0; round < 20; round++) uploads.begin(stop.signal).end()
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })
})
