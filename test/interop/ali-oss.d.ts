/** The part of ali-oss 6 that is used here, as it was seen to behave: the package has no types. */
declare module 'ali-oss' {
  import type { Agent } from 'node:http'
  import type { Readable, Writable } from 'node:stream'

  namespace OSS {
    interface Options {
      accessKeyId: string
      accessKeySecret: string
      stsToken?: string
      refreshSTSToken?: () => Promise<Omit<Options, 'refreshSTSToken'>>
      bucket?: string
      endpoint?: string
      region?: string
      cname?: boolean
      sldEnable?: boolean
      headerEncoding?: 'utf-8' | 'latin1'
      authorizationV4?: boolean
      agent?: Agent
      timeout?: number | string
      retryMax?: number
    }

    interface Response {
      status: number
      headers: Record<string, string>
      data: Buffer
      size: number
      requestUrls: string[]
    }

    interface CallOptions {
      headers?: Record<string, string>
      subres?: Record<string, string>
    }

    interface ObjectOptions extends CallOptions {
      meta?: Record<string, string | number>
      mime?: string
    }

    interface Checkpoint {
      file: string | Buffer
      name: string
      fileSize: number
      partSize: number
      uploadId: string
      doneParts: Part[]
    }

    interface Part {
      number: number
      etag: string
    }

    interface UploadOptions extends ObjectOptions {
      parallel?: number
      partSize?: number
      checkpoint?: Checkpoint
      progress?: (
        percentage: number,
        checkpoint?: Checkpoint | null,
        res?: Response,
      ) => Promise<void>
    }

    interface ListedObject {
      name: string
      url: string
      etag: string
      size: number
    }

    interface Page {
      res: Response
      objects: ListedObject[]
      /** Null where there are none. */
      prefixes: string[] | null
      isTruncated: boolean
    }

    /** One of a kind as text, several as a list. */
    interface CORSRule {
      allowedOrigin: string | string[]
      allowedMethod: string | string[]
      allowedHeader?: string | string[]
      exposeHeader?: string | string[]
      maxAgeSeconds?: string | number
    }

    interface LifecycleRule {
      id?: string
      prefix: string
      status: string
      abortMultipartUpload?: { days?: string | number; createdBeforeDate?: string }
      expiration?: { days?: string | number; createdBeforeDate?: string }
      tag?: { key: string; value: string }[]
    }

    /** An array, but the part itself where there is only one. */
    type ListedParts = ListedPart[] | ListedPart

    interface ListedPart {
      PartNumber: string
      ETag: string
      Size: string
    }
  }

  class OSS {
    constructor(options: OSS.Options)

    put(
      name: string,
      file: string | Buffer | Readable,
      options?: OSS.ObjectOptions,
    ): Promise<{ name: string; url: string; res: OSS.Response }>
    multipartUpload(
      name: string,
      file: string | Buffer,
      options?: OSS.UploadOptions,
    ): Promise<{ res: OSS.Response; bucket: string; name: string; etag: string }>
    cancel(): void

    initMultipartUpload(
      name: string,
      options?: OSS.ObjectOptions,
    ): Promise<{ res: OSS.Response; bucket: string; name: string; uploadId: string }>
    uploadPart(
      name: string,
      uploadId: string,
      partNo: number,
      file: string | Buffer,
      start: number,
      end: number,
    ): Promise<{ name: string; etag: string; res: OSS.Response }>
    uploadPartCopy(
      name: string,
      uploadId: string,
      partNo: number,
      range: string,
      source: { sourceKey: string; sourceBucketName: string },
    ): Promise<{ name: string; etag: string; res: OSS.Response }>
    completeMultipartUpload(
      name: string,
      uploadId: string,
      parts: OSS.Part[],
    ): Promise<{ res: OSS.Response; bucket: string; name: string; etag: string }>
    abortMultipartUpload(name: string, uploadId: string): Promise<{ res: OSS.Response }>
    listParts(
      name: string,
      uploadId: string,
      query?: Record<string, string | number>,
    ): Promise<{
      uploadId: string
      isTruncated: string
      nextPartNumberMarker: string
      parts: OSS.ListedParts
    }>
    listUploads(query?: Record<string, string | number>): Promise<{
      uploads: { name: string; uploadId: string; initiated: string }[]
      isTruncated: boolean
      nextKeyMarker: string
      nextUploadIdMarker: string
    }>

    head(
      name: string,
      options?: OSS.CallOptions,
    ): Promise<{ meta: Record<string, string> | null; res: OSS.Response; status: number }>
    getObjectMeta(name: string): Promise<{ status: number; res: OSS.Response }>
    get(
      name: string,
      file?: string | Writable,
      options?: OSS.CallOptions,
    ): Promise<{ content: Buffer; res: OSS.Response }>
    getStream(name: string): Promise<{ stream: Readable }>
    copy(
      name: string,
      source: string,
      options?: OSS.ObjectOptions,
    ): Promise<{ data: { etag: string; lastModified: string }; res: OSS.Response }>
    delete(name: string): Promise<{ res: OSS.Response }>
    deleteMulti(
      names: string[],
      options?: { quiet?: boolean },
    ): Promise<{ res: OSS.Response; deleted: { Key: string }[] }>
    list(
      query: Record<string, string | number> | null,
    ): Promise<OSS.Page & { nextMarker: string | null }>
    listV2(
      query: Record<string, string | number>,
    ): Promise<OSS.Page & { nextContinuationToken: string | null; keyCount: number }>

    signatureUrl(
      name: string,
      options?: {
        method?: string
        expires?: number
        'Content-Type'?: string
        response?: Record<string, string>
      },
    ): string
    signatureUrlV4(
      method: string,
      expires: number,
      request?: { headers?: Record<string, string>; queries?: Record<string, string> },
      objectName?: string,
      additionalHeaders?: string[],
    ): Promise<string>

    putBucket(
      name: string,
      options?: { acl?: string; storageClass?: string },
    ): Promise<{ bucket: string; res: OSS.Response }>
    getBucketInfo(name: string): Promise<{ bucket: Record<string, unknown> }>
    listBuckets(query?: Record<string, string | number>): Promise<{
      buckets: { name: string; region: string; storageClass: string }[] | null
      isTruncated: boolean
      nextMarker: string | null
    }>
    deleteBucket(name: string): Promise<{ res: OSS.Response }>
    putBucketCORS(name: string, rules: OSS.CORSRule[]): Promise<{ res: OSS.Response }>
    getBucketCORS(name: string): Promise<{ rules: OSS.CORSRule[]; res: OSS.Response }>
    deleteBucketCORS(name: string): Promise<{ res: OSS.Response }>
    putBucketLifecycle(name: string, rules: OSS.LifecycleRule[]): Promise<{ res: OSS.Response }>
    getBucketLifecycle(
      name: string,
    ): Promise<{ rules: OSS.LifecycleRule[] | null; res: OSS.Response }>
    deleteBucketLifecycle(name: string): Promise<{ res: OSS.Response }>
  }

  export = OSS
}
