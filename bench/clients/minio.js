import { Client } from 'minio'
import { bucket, keys, measure, task } from './contract.js'

const { hostname, port, protocol } = new URL(task.endpoint)
const client = new Client({
  endPoint: hostname,
  port: Number(port),
  useSSL: protocol === 'https:',
  accessKey: keys.id,
  secretKey: keys.secret,
  region: 'us-east-1',
  ...(task.partSize && { partSize: task.partSize }),
})

await measure((path, key) => client.fPutObject(bucket, key, path))
