import type { Checkpoint } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { judge, judgeWithResume, type Outcome } from '../faults/judge.ts'
import { THIRTY } from '../faults/thirty.ts'
import { CLIENTS } from './clients.ts'

/** Milliseconds without an end that count as none: many times what any of them takes. */
const PATIENCE = 40_000

declare module 'vitest' {
  interface TaskMeta {
    /** What a client has made of one of the thirty faults. */
    compared?: { client: string; fault: string; ideal: string; outcome: Outcome }
  }
}

/** Without a fault, or nothing that follows says anything. */
describe.each(CLIENTS)('$name', (client) => {
  it('uploads when nothing happens', async () => {
    const bench = await client.bench({ row: '', name: 'none', ideal: 'arrived', arrange() {} })
    try {
      expect(await judge(bench, () => client.upload(bench))).toEqual({ outcome: 'arrived' })
    } finally {
      await bench.close()
    }
  })
})

/** No expectation for peers: what happens is written down. */
describe.concurrent.each(CLIENTS)('$name', (client) => {
  it.for(THIRTY)('$name', async (fault, { task }) => {
    const bench = await client.bench(fault)
    try {
      await fault.arrange(bench)
      const upload = (checkpoint?: Checkpoint) => client.upload(bench, checkpoint)
      const { outcome } = client.resumes
        ? await judgeWithResume(bench, upload, {
            isResumable: fault.ideal !== 'error',
            patience: PATIENCE,
          })
        : await judge(bench, upload, PATIENCE)
      const { name, ideal } = fault
      task.meta.compared = { client: client.name, fault: name, ideal, outcome }
    } finally {
      await bench.close()
    }
  })
})
