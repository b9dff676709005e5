// Uploads a file with checkpoints on disk, as a user's script would:
// `node killed-upload.js <client options as JSON> <path> <folder for checkpoints>`
import OSS, { fileCheckpoints } from 'oss-multipart'

const [options = '', path = '', folder = ''] = process.argv.slice(2)
const client = new OSS(JSON.parse(options))
const checkpoints = fileCheckpoints(folder)
await client.multipartUpload('killed.bin', path, { partSize: 102_400, parallel: 2, checkpoints })
