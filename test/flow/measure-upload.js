// Uploads a file in a process of its own:
// `node measure-upload.js <client options as JSON> <name> <path> <part size> <parallel>` prints the most
// memory it ever had, in bytes.
import OSS from 'oss-multipart'
import { peakMemory } from './peak-memory.js'

const [options = '', name = '', path = '', partSize, parallel] = process.argv.slice(2)
const client = new OSS(JSON.parse(options))
await client.multipartUpload(name, path, {
  partSize: Number(partSize),
  parallel: Number(parallel),
})
console.log(await peakMemory())
