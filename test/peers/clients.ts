import { createReadStream } from 'node:fs'
import AliOss from 'ali-oss'
import OSS, { type Checkpoint } from 'oss-multipart'
import { KEY } from '../faults/judge.ts'
import { type OpenBench, openBench, REGION, type Translator } from '../faults/open-bench.ts'
import type { ComparedFault } from '../faults/thirty.ts'
import { BUCKET, PART } from '../flow/testing.ts'
import { startS3Facade } from './s3-facade.ts'

/** Milliseconds without an answer after which a client gives up, where its options can say it. */
const TIMEOUT = 5_000
/** The same for ours, which would give Complete ten minutes. */
const TIMEOUTS = { stall: TIMEOUT, answer: TIMEOUT, complete: TIMEOUT }
const PARALLEL = 3
/** The smallest part that lib-storage makes. */
const S3_PART = 5 * 1024 * 1024

/** A client as its users have it, which uploads the bench's file in five parts, three at a time. */
export interface Client {
  readonly name: string
  bench(fault: ComparedFault): Promise<OpenBench>
  upload(bench: OpenBench, checkpoint?: Checkpoint): Promise<unknown>
  /** Whether its errors carry what another attempt goes on from. */
  readonly resumes?: boolean
}

export const CLIENTS: readonly Client[] = [
  {
    name: 'oss-multipart',
    bench: (fault) => openBench(fault),
    upload: (bench, checkpoint) =>
      new OSS({ ...optionsOf(bench), timeout: TIMEOUTS, onWarning() {} }).multipartUpload(
        KEY,
        bench.path,
        {
          partSize: PART,
          parallel: PARALLEL,
          checkpoint,
        },
      ),
    resumes: true,
  },
  aliOss('ali-oss', {}),
  aliOss('ali-oss, retryMax: 5', { retryMax: 5 }),
  libStorage('lib-storage', {}),
  libStorage('lib-storage with time-outs', {
    requestHandler: {
      connectionTimeout: TIMEOUT,
      requestTimeout: TIMEOUT,
      throwOnRequestTimeout: true,
    },
  }),
]

function optionsOf({ server: { accessKeyId, accessKeySecret }, proxy }: OpenBench) {
  return {
    accessKeyId,
    accessKeySecret,
    endpoint: proxy.url,
    bucket: BUCKET,
    region: REGION,
    timeout: TIMEOUT,
  }
}

function aliOss(name: string, options: Partial<AliOss.Options>): Client {
  return {
    name,
    bench: (fault) => openBench(fault),
    upload: (bench) =>
      // With an IP address it leaves the bucket out of the path, unless told otherwise.
      new AliOss({ ...optionsOf(bench), sldEnable: true, ...options }).multipartUpload(
        KEY,
        bench.path,
        { partSize: PART, parallel: PARALLEL },
      ),
  }
}

function libStorage(name: string, options: Record<string, unknown>): Client {
  const translate = (server: OpenBench['server']): Promise<Translator> => startS3Facade(server)
  return {
    name,
    bench: (fault) => openBench(fault, { partSize: S3_PART, translate }),
    async upload({ server, proxy, path }) {
      const { S3Client } = await import('@aws-sdk/client-s3')
      const { Upload } = await import('@aws-sdk/lib-storage')
      const client = new S3Client({
        endpoint: proxy.url,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: {
          accessKeyId: server.accessKeyId,
          secretAccessKey: server.accessKeySecret,
        },
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        ...options,
      })
      const params = { Bucket: BUCKET, Key: KEY, Body: createReadStream(path) }
      await new Upload({ client, params, partSize: S3_PART, queueSize: PARALLEL }).done()
    },
  }
}
