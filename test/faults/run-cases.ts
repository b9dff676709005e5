import OSS, { type Checkpoint, OssError } from 'oss-multipart'
import { describe, expect, it } from 'vitest'
import { BUCKET } from '../flow/testing.ts'
import type { FaultCase } from './fault-case.ts'
import { type Attempt, judgeWithResume, KEY, type Verdict } from './judge.ts'
import { type OpenBench, openBench, REGION } from './open-bench.ts'

/** Milliseconds: a machine that is busy is no fault. */
const TIMEOUT = 10_000

declare module 'vitest' {
  interface TaskMeta {
    /** What a case has shown, for the table in docs/RELIABILITY.md. */
    fault?: { row: string; name: string; outcome: string; red?: string | undefined }
  }
}

/** One test for each case. One that is known to be red must be so, and says when it no longer is. */
export function runCases(group: string, cases: readonly FaultCase[]): void {
  describe.concurrent(group, () => {
    for (const each of cases) {
      const { row, name, red } = each
      it(`${row}: ${name}`, async ({ task }) => {
        const told = { row, name, outcome: '', red }
        task.meta.fault = told
        const problem = await runCase(each, (outcome) => {
          told.outcome = outcome
        }).then(
          () => undefined,
          (error: unknown) => error,
        )
        if (red === undefined && problem !== undefined) throw problem
        if (red !== undefined && problem === undefined) {
          throw new Error('This case is green now: take its `red` away')
        }
      })
    }
  })
}

async function runCase(each: FaultCase, tell: (outcome: string) => void): Promise<void> {
  const bench = await openBench(each)
  try {
    const attempt = await attemptOf(each, bench)
    await each.arrange(bench)
    const { outcome, error } = await judgeWithResume(bench, attempt, {
      isResumable: each.resumable ?? true,
    })
    const said = error instanceof OssError ? `${error.name}, ` : ''
    tell(outcome === 'resumed' ? `${said}then resumed` : outcome)
    expectVerdict({ outcome, error }, each)
    await each.also?.(bench)
  } finally {
    await bench.close()
  }
}

function expectVerdict({ outcome, error }: Verdict, { ends }: FaultCase): void {
  const wanted = ends === 'arrived' ? 'arrived' : 'resumed'
  if (outcome !== wanted) {
    throw new Error(`Expected: ${wanted}. Was: ${outcome}, ${error}`, { cause: error })
  }
  if (ends !== 'arrived') expect(error).toMatchObject(ends)
}

async function attemptOf(each: FaultCase, bench: OpenBench): Promise<Attempt> {
  const { accessKeyId, accessKeySecret } = bench.server
  const client = new OSS({
    endpoint: bench.proxy.url,
    region: REGION,
    bucket: BUCKET,
    accessKeyId,
    accessKeySecret,
    timeout: each.timeout ?? TIMEOUT,
    onWarning() {},
    ...each.client?.(bench),
  })
  const earlier = each.resumed ? await beginUpload(bench) : undefined
  const { partSize } = bench
  return (checkpoint = earlier) =>
    client.multipartUpload(KEY, each.input?.(bench) ?? bench.path, {
      partSize,
      parallel: 3,
      ...each.upload,
      checkpoint,
    })
}

/** An upload of which OSS has the first two parts. */
async function beginUpload({ direct, path, partSize, versions }: OpenBench): Promise<Checkpoint> {
  const { uploadId } = await direct.initMultipartUpload(KEY)
  const doneParts = []
  for (const number of [1, 2]) {
    const [start, end] = [(number - 1) * partSize, number * partSize]
    const { etag } = await direct.uploadPart(KEY, uploadId, number, path, start, end)
    doneParts.push({ number, etag })
  }
  const fileSize = versions[0]?.length
  return { file: path, name: KEY, fileSize, partSize, uploadId, bucket: BUCKET, doneParts }
}
