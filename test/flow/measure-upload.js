// Uploads a file in a process of its own: `node measure-upload.js <client options as JSON> <path>` prints
// the most memory it ever had, in bytes.
import OSS from 'oss-multipart'

const [options = '', path = ''] = process.argv.slice(2)
const client = new OSS(JSON.parse(options))
await client.multipartUpload('large.bin', path, { partSize: 32 * 1024 * 1024, parallel: 4 })
// In KiB, whatever the system.
console.log(process.resourceUsage().maxRSS * 1024)
