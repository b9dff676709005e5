// What must not compile for users of oss-multipart. Nothing here is ever run.
import OSS, { type Checkpoint, type ClientOptions, OssError, type Source } from 'oss-multipart'

const keys: ClientOptions = { accessKeyId: 'id', accessKeySecret: 'secret' }
const client = new OSS(keys)

const sign = async () => ({ headers: {} })
new OSS({ sign })
// @ts-expect-error keys and `sign` at once
new OSS({ ...keys, sign })
// @ts-expect-error temporary keys and `sign` at once
new OSS({ sign, stsToken: 'token' })
// @ts-expect-error signed with what
new OSS({ sign: async () => ({}) })
// @ts-expect-error no keys
new OSS({})
// @ts-expect-error no secret
new OSS({ accessKeyId: 'id' })
// @ts-expect-error no options at all
new OSS()
// @ts-expect-error a class is called with `new`
OSS(keys)
// @ts-expect-error an option that there is not
new OSS({ ...keys, bucketName: 'media' })
// @ts-expect-error a switch is no text
new OSS({ ...keys, authorizationV4: 'yes' })
// @ts-expect-error an encoding that there is not
new OSS({ ...keys, headerEncoding: 'gbk' })
// @ts-expect-error two time-outs or one
new OSS({ ...keys, timeout: ['1s', '2s', '3s'] })
// @ts-expect-error keys come later, as a promise
new OSS({ ...keys, refreshSTSToken: () => ({ accessKeyId: '' }) })

// @ts-expect-error nothing to upload from
client.multipartUpload('name', 5)
// @ts-expect-error a size alone is no source
client.multipartUpload('name', { size: 5 })
// @ts-expect-error a list of texts is no bytes
client.multipartUpload('name', ['text'])
// @ts-expect-error no name
client.multipartUpload()
// @ts-expect-error nothing to put
client.put('name')
// @ts-expect-error bytes are a number
client.multipartUpload('name', './path', { partSize: '1MB' })
// @ts-expect-error a count is a number
client.multipartUpload('name', './path', { parallel: '2' })
// @ts-expect-error an option that there is not
client.multipartUpload('name', './path', { concurrency: 2 })
// @ts-expect-error a function is called
client.multipartUpload('name', './path', { progress: true })
// @ts-expect-error the percentage is a number
client.multipartUpload('name', './path', { progress: (percentage: string) => percentage })
// @ts-expect-error that is half a checkpoint
client.multipartUpload('name', './path', { checkpoint: { uploadId: 'id' } })
// @ts-expect-error metadata is flat
client.multipartUpload('name', './path', { meta: { nested: {} } })
// @ts-expect-error a callback needs a body
client.multipartUpload('name', './path', { callback: { url: 'http://127.0.0.1' } })
// @ts-expect-error an abort signal, not its controller
client.multipartUpload('name', './path', { signal: new AbortController() })

// @ts-expect-error no rules
client.putBucketCORS('media')
// @ts-expect-error a list of rules
client.putBucketCORS('media', { allowedOrigin: '*', allowedMethod: 'GET' })
// @ts-expect-error a rule has an origin
client.putBucketCORS('media', [{ allowedMethod: 'GET' }])
// @ts-expect-error a rule is Enabled or Disabled
client.putBucketLifecycle('media', [{ prefix: '', status: 'enabled' }])
// @ts-expect-error a rule has a prefix
client.putBucketLifecycle('media', [{ status: 'Enabled', abortMultipartUpload: { days: 1 } }])
// @ts-expect-error which upload is it?
client.cancel({ name: 'name' })
// @ts-expect-error a part has an ETag
client.completeMultipartUpload('name', 'id', [{ number: 1 }])
// @ts-expect-error where does the part end?
client.uploadPart('name', 'id', 1, './path', 0)
// @ts-expect-error one name is no list of names
client.deleteMulti('name')
// @ts-expect-error for how long?
client.signatureUrlV4('GET')
// @ts-expect-error a method is needed
client.request({ bucket: 'media' })
// @ts-expect-error an option of ours that a call does not take
client.head('name', { retryMax: 1 })

// @ts-expect-error a source can be read
export const unreadable: Source = { size: 1 }
// @ts-expect-error the size is known
export const sizeless: Source = { read: () => new Uint8Array(1) }
// @ts-expect-error bytes are no text
export const textual: Source = { size: 1, read: () => 'text' }

export async function results(checkpoint: Checkpoint, error: OssError): Promise<void> {
  const uploaded = await client.multipartUpload('name', './path')
  // @ts-expect-error results are read
  uploaded.etag = ''
  // @ts-expect-error nobody knows what the callback's server says
  uploaded.data.status
  // @ts-expect-error checkpoints are read
  checkpoint.uploadId = ''
  // @ts-expect-error and so are their parts
  checkpoint.doneParts.push({ number: 1, etag: '' })
  const { meta } = await client.head('name')
  // @ts-expect-error there may be no metadata
  meta.year
  const { content } = await client.get('name')
  // @ts-expect-error the bytes may have gone to a file
  content.length
  // @ts-expect-error what is in it is looked at first
  error.checkpoint.uploadId
}

// @ts-expect-error an error has a name
new OssError('message', {})
