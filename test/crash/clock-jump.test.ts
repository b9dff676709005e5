import { fileCheckpoints } from 'oss-multipart'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { bytesOf, failure, PART, startFlow } from '../flow/testing.ts'

const PARTS = 8
const PARALLEL = 2
const DAY = 24 * 60 * 60 * 1_000
const bytes = bytesOf(PARTS * PART)
const flow = await startFlow()

describe.each([
  ['forwards', DAY],
  ['backwards', -DAY],
])('a clock that jumps a day %s in the middle of an upload, and back later', (way, offset) => {
  it('lets nobody else have the upload, and has sent again only what was on its way', async () => {
    const path = await flow.file(way, bytes)
    const checkpoints = fileCheckpoints(`${path}.checkpoints`)
    const options = { partSize: PART, parallel: PARALLEL, checkpoints }
    const held = [3, 6].map((partNumber) => flow.observer.hold({ key: way, partNumber }))
    const setClock = clockOfThisTest()
    const upload = flow.client().multipartUpload(way, path, options)
    for (const [jump, { arrived, release }] of held.entries()) {
      await arrived
      setClock(jump === 0 ? offset : 0)
      const second = flow.client().multipartUpload(way, path, options)
      expect((await failure(second)).name).toBe('CheckpointBusyError')
      release()
    }
    await upload
    await flow.expectStored(way, bytes)
    expect(await checkpoints.list()).toEqual([])
    const sent = flow.observer.partsSent(way).length
    expect(sent).toBeGreaterThan(PARTS)
    expect(sent).toBeLessThanOrEqual(PARTS + held.length * PARALLEL)
  })
})

/** Sets the client's clock off by milliseconds. The server has taken down before where it reads its own. */
function clockOfThisTest(): (offset: number) => void {
  const real = Date.now
  const clock = vi.spyOn(Date, 'now')
  onTestFinished(() => clock.mockRestore())
  return (offset) => clock.mockImplementation(() => real() + offset)
}
