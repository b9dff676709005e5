import { createReadStream } from 'node:fs'
import { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { bucket, keys, measure, task } from './contract.js'

const client = new S3Client({
  region: 'us-east-1',
  endpoint: task.endpoint,
  forcePathStyle: true,
  credentials: { accessKeyId: keys.id, secretAccessKey: keys.secret },
})

await measure((path, key) =>
  new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: createReadStream(path) },
    ...(task.partSize && { partSize: task.partSize }),
    ...(task.parallel && { queueSize: task.parallel }),
  }).done(),
)
