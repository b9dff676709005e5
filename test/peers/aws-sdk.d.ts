/** The part of the AWS SDK that is used here; the packages are installed only when peers are run. */
declare module '@aws-sdk/client-s3' {
  export class S3Client {
    constructor(options: Record<string, unknown>)
    destroy(): void
  }
}

declare module '@aws-sdk/lib-storage' {
  import type { Readable } from 'node:stream'
  import type { S3Client } from '@aws-sdk/client-s3'

  export class Upload {
    constructor(options: {
      client: S3Client
      params: { Bucket: string; Key: string; Body: Readable }
      partSize?: number
      queueSize?: number
    })
    done(): Promise<unknown>
  }
}
