import type { Transfer } from 'oss-multipart'
import { expect, it } from 'vitest'
import { bytesOf, failure, PART, startFlow } from './testing.ts'

const flow = await startFlow()
const bytes = bytesOf(5 * PART - 1)

function listener() {
  const told: Transfer[] = []
  return { told, onTransfer: (transfer: Transfer) => void told.push(transfer) }
}

function expectRising(told: readonly Transfer[], total: number | undefined): void {
  told.reduce((before, transfer) => {
    expect(transfer.sent).toBeGreaterThanOrEqual(before.sent)
    expect(transfer.acknowledged).toBeGreaterThanOrEqual(before.acknowledged)
    expect(transfer.total).toBe(total)
    return transfer
  })
}

it('tells how far an upload is by bytes, from nothing to all', async () => {
  const { told, onTransfer } = listener()
  const path = await flow.file('transfer.bin', bytes)
  await flow.client().multipartUpload('transfer', path, { partSize: PART, onTransfer })
  const size = bytes.length
  expectRising(told, size)
  expect(told[0]).toMatchObject({ sent: 0, acknowledged: 0, phase: 'sending' })
  expect(told.slice(-2)).toMatchObject([
    { sent: size, acknowledged: size, phase: 'completing' },
    { sent: size, acknowledged: size, phase: 'done' },
  ])
})

it('tells of a part’s bytes before OSS has acknowledged it', async () => {
  const { told, onTransfer } = listener()
  const held = flow.observer.hold({ operation: 'UploadPart', key: 'within' }, 'answer')
  const stop = new AbortController()
  const options = { partSize: bytes.length, onTransfer, signal: stop.signal }
  const uploaded = failure(flow.client().multipartUpload('within', bytes, options))
  await held.arrived
  // The answer is held back; so that something is told, the clock must have moved on since the beginning.
  await expect.poll(() => told.at(-1)?.phase).toBe('sending')
  expect(told.every(({ sent, acknowledged }) => sent < bytes.length && acknowledged === 0)).toBe(
    true,
  )
  stop.abort()
  await uploaded
  const count = told.length
  held.release()
  expect(told).toHaveLength(count)
})

it('does not fall when a part is sent again, nor when a file is small', async () => {
  const { told, onTransfer } = listener()
  flow.observer.disturb({ operation: 'UploadPart', key: 'again', partNumber: 2 }, 'lose answer')
  await flow.client().multipartUpload('again', bytes, { partSize: PART, onTransfer })
  expectRising(told, bytes.length)
  const small = listener()
  await flow.client().multipartUpload('small', Buffer.from('small'), small)
  expect(small.told.at(-1)).toMatchObject({ sent: 5, acknowledged: 5, total: 5, phase: 'done' })
})
