import OSS from 'oss-multipart'
import { bucket, keys, measure, task } from './contract.js'

const client = new OSS({
  region: 'oss-cn-hangzhou',
  endpoint: task.endpoint,
  accessKeyId: keys.id,
  accessKeySecret: keys.secret,
  bucket,
  bandwidth: task.bandwidth,
})

const { partSize, parallel, crc, progress } = task
const options = {
  partSize,
  parallel,
  ...(crc === false && { crc64: false }),
  ...(progress && { progress: () => {} }),
}

await measure((path, key) => client.multipartUpload(key, path, options))
