import OSS from 'ali-oss'
import { bucket, keys, measure, task } from './contract.js'

const { endpoint, partSize, parallel, progress, retries } = task
const client = new OSS({
  region: 'oss-cn-hangzhou',
  endpoint,
  secure: endpoint.startsWith('https:'),
  accessKeyId: keys.id,
  accessKeySecret: keys.secret,
  bucket,
  ...(retries && { retryMax: retries }),
})

const options = {
  ...(partSize && { partSize }),
  ...(parallel && { parallel }),
  ...(progress && { progress: () => {} }),
}

await measure((path, key) => client.multipartUpload(key, path, options))
