import type { Bytes } from '../oss/body.ts'
import type { ResponseInfo } from '../oss/response.ts'
import * as cors from './bucket-cors.ts'
import * as lifecycle from './bucket-lifecycle.ts'
import type { RequestOptions } from './call-options.ts'
import { type BucketReport, type CheckOptions, checkBucket } from './check-bucket.ts'
import type { Client } from './context.ts'
import * as lists from './list.ts'
import * as calls from './multipart-calls.ts'
import {
  type MultipartUploadOptions,
  type MultipartUploadResult,
  multipartUpload,
} from './multipart-upload.ts'
import * as objects from './objects.ts'
import type { UploadInput } from './open-input.ts'
import { type PutOptions, type PutResult, put, putStream } from './put.ts'
import { type RequestParams, type RequestResult, request } from './request.ts'
import type { ObjectOptions } from './upload-headers.ts'
import * as urls from './urls.ts'

/**
 * What the clients of Node and of browsers have in common, in the words of ali-oss: all but the reading
 * of objects. Each method is a function in a file of its own group; this class says only which there are.
 *
 * Every method rejects with an `OssError`, or with the system's own error when a file cannot be read.
 */
export abstract class PortableOss {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /**
   * Uploads a file of any size, in parts when it has 100 KiB or more. It resolves only when the whole
   * object is at OSS with the checksum of what was read.
   *
   * @param file a path, bytes, a Blob, File or FileSystemFileHandle, a stream or async iterable of bytes, or a `Source`
   */
  multipartUpload(
    name: string,
    file?: UploadInput,
    options?: MultipartUploadOptions,
  ): Promise<MultipartUploadResult> {
    return multipartUpload(this.#client, name, file, options)
  }

  /** Stops all uploads of this client; or, given one, stops that one and drops its parts at OSS. */
  cancel(upload?: { name: string; uploadId: string; options?: RequestOptions }): Promise<void> {
    const ended = upload === undefined ? this.#cancelAll() : this.#cancelOne(upload)
    // ali-oss gives nothing to wait for, so nobody need wait: a failure is then no unhandled rejection.
    ended.catch(() => {})
    return ended
  }

  async #cancelAll(): Promise<void> {
    this.#client.uploads.cancelAll()
  }

  async #cancelOne(upload: { name: string; uploadId: string; options?: RequestOptions }) {
    // Parts still on their way when an upload is aborted may stay at OSS and cost money.
    const wasRunning = await this.#client.uploads.cancel(upload.uploadId)
    const { name, uploadId, options } = upload
    await this.abortMultipartUpload(name, uploadId, options).catch((error) => {
      // With `abortOnCancel` the upload has dropped its parts itself.
      if (!wasRunning || error.code !== 'NoSuchUpload') throw error
    })
  }

  /** Whether `cancel()` was called and no upload has begun since. */
  isCancel(): boolean {
    return this.#client.uploads.cancelled
  }

  resetCancelFlag(): void {
    this.#client.uploads.reset()
  }

  /** Begins a multipart upload of which you send the parts yourself. */
  initMultipartUpload(
    name: string,
    options?: ObjectOptions,
  ): Promise<calls.InitMultipartUploadResult> {
    return calls.initMultipartUpload(this.#client, name, options)
  }

  /** Sends the bytes of `file` from `start` (inclusive) to `end` (exclusive) as part `partNo`. */
  uploadPart(
    name: string,
    uploadId: string,
    partNo: number,
    file: UploadInput,
    start: number,
    end: number,
    options?: RequestOptions,
  ): Promise<calls.UploadPartResult> {
    const part = { uploadId, partNo }
    return calls.uploadPart(this.#client, name, part, { file, start, end }, options)
  }

  completeMultipartUpload(
    name: string,
    uploadId: string,
    parts: readonly { number: number; etag: string }[],
    options?: ObjectOptions,
  ): Promise<calls.CompleteMultipartUploadResult> {
    return calls.completeMultipartUpload(this.#client, name, uploadId, parts, options)
  }

  /** Drops an upload and its parts at OSS; no other upload is touched. */
  abortMultipartUpload(
    name: string,
    uploadId: string,
    options?: RequestOptions,
  ): Promise<{ res: ResponseInfo }> {
    return calls.abortMultipartUpload(this.#client, name, uploadId, options)
  }

  /** One page of the parts that OSS holds of an upload. */
  listParts(
    name: string,
    uploadId: string,
    query?: calls.ListPartsQuery | null,
    options?: RequestOptions,
  ): Promise<calls.ListPartsResult> {
    return calls.listParts(this.#client, name, uploadId, query, options)
  }

  /** One page of the uploads that were begun and neither completed nor aborted. */
  listUploads(
    query?: calls.ListUploadsQuery | null,
    options?: RequestOptions,
  ): Promise<calls.ListUploadsResult> {
    return calls.listUploads(this.#client, query, options)
  }

  /** Stores an object of up to 5 GiB with one request. */
  put(name: string, file: UploadInput, options?: PutOptions): Promise<PutResult> {
    return put(this.#client, name, file, options)
  }

  /** Stores a stream with one request, which cannot be repeated if the network fails. */
  putStream(name: string, stream: Bytes, options?: PutOptions): Promise<PutResult> {
    return putStream(this.#client, name, stream, options)
  }

  /** What is known of an object without its bytes: user metadata, and the headers in `res`. */
  head(name: string, options?: RequestOptions): Promise<objects.HeadResult> {
    return objects.head(this.#client, name, options)
  }

  /** ETag, size and time of an object, from a lighter request than `head`. */
  getObjectMeta(
    name: string,
    options?: RequestOptions,
  ): Promise<{ status: number; res: ResponseInfo }> {
    return objects.getObjectMeta(this.#client, name, options)
  }

  /** Deletes an object. That there was none is a success too. */
  delete(name: string, options?: RequestOptions): Promise<{ res: ResponseInfo }> {
    return objects.deleteObject(this.#client, name, options)
  }

  /** Deletes up to 1,000 objects with one request. */
  deleteMulti(
    names: readonly objects.DeletableObject[],
    options?: RequestOptions & { quiet?: boolean | undefined },
  ): Promise<{ res: ResponseInfo; deleted: objects.DeletedObject[] }> {
    return objects.deleteMulti(this.#client, names, options)
  }

  /** Copies an object within OSS, from this bucket or from `sourceBucket`. */
  copy(
    name: string,
    sourceName: string,
    sourceBucket?: string | objects.CopyOptions,
    options?: objects.CopyOptions,
  ): Promise<{ data: { etag: string; lastModified: string }; res: ResponseInfo }> {
    return objects.copy(this.#client, name, sourceName, sourceBucket, options)
  }

  /** One page of the objects of the bucket, 100 unless `max-keys` says otherwise. */
  list(query?: lists.ListQuery | null, options?: RequestOptions): Promise<lists.ListResult> {
    return lists.list(this.#client, query, options)
  }

  /** The same with continuation tokens. */
  listV2(query?: lists.ListV2Query | null, options?: RequestOptions): Promise<lists.ListV2Result> {
    return lists.listV2(this.#client, query, options)
  }

  /** A URL that lets whoever has it make one kind of request for a while (Signature V1). */
  signatureUrl(
    name: string,
    options?: urls.SignatureUrlOptions,
    strictObjectNameValidation?: boolean,
  ): string {
    return urls.signatureUrl(this.#client, name, options, strictObjectNameValidation)
  }

  /** The same with Signature V4; `expires` is in seconds, at most seven days. */
  signatureUrlV4(
    method: string,
    expires: number,
    request?: urls.SignedRequest,
    objectName?: string,
    additionalHeaders?: readonly string[],
  ): Promise<string> {
    return urls.signatureUrlV4(
      this.#client,
      method,
      expires,
      request,
      objectName,
      additionalHeaders,
    )
  }

  /** Says which pages of other origins may use a bucket: `rules` in the place of those it has. */
  putBucketCORS(
    name: string,
    rules: readonly cors.CORSRule[],
    options?: RequestOptions,
  ): Promise<{ res: ResponseInfo }> {
    return cors.putBucketCORS(this.#client, name, rules, options)
  }

  /** The CORS rules of a bucket. That there are none is a `NoSuchCORSConfigurationError`. */
  getBucketCORS(
    name: string,
    options?: RequestOptions,
  ): Promise<{ rules: cors.CORSRule[]; res: ResponseInfo }> {
    return cors.getBucketCORS(this.#client, name, options)
  }

  /** Takes away all CORS rules of a bucket. That there were none is a success too. */
  deleteBucketCORS(name: string, options?: RequestOptions): Promise<{ res: ResponseInfo }> {
    return cors.deleteBucketCORS(this.#client, name, options)
  }

  /** Says what becomes of objects and unfinished uploads, and when: `rules` in the place of those it has. */
  putBucketLifecycle(
    name: string,
    rules: readonly lifecycle.LifecycleRule[],
    options?: RequestOptions,
  ): Promise<{ res: ResponseInfo }> {
    return lifecycle.putBucketLifecycle(this.#client, name, rules, options)
  }

  /** The lifecycle rules of a bucket. That there are none is a `NoSuchLifecycleError`. */
  getBucketLifecycle(
    name: string,
    options?: RequestOptions,
  ): Promise<{ rules: lifecycle.LifecycleRule[] | null; res: ResponseInfo }> {
    return lifecycle.getBucketLifecycle(this.#client, name, options)
  }

  /** Takes away all lifecycle rules of a bucket. That there were none is a success too. */
  deleteBucketLifecycle(name: string, options?: RequestOptions): Promise<{ res: ResponseInfo }> {
    return lifecycle.deleteBucketLifecycle(this.#client, name, options)
  }

  /** Chooses the bucket of the calls that follow; uploads under way keep theirs. */
  useBucket(name: string): this {
    this.#client.useBucket(name)
    return this
  }

  /** The same as `useBucket`. */
  setBucket(name: string): this {
    return this.useBucket(name)
  }

  /** The bucket in use. */
  getBucket(): string {
    return this.#client.bucket()
  }

  /**
   * Tries each call that an upload makes, and says what is wrong: rights, keys, region, clock, CORS. No
   * object comes into being.
   */
  checkBucket(options?: CheckOptions): Promise<BucketReport> {
    return checkBucket(this.#client, options)
  }

  /** Signs and sends any request of the OSS API that no method wraps. */
  request(params: RequestParams): Promise<RequestResult> {
    return request(this.#client, params)
  }
}
