// A user's script: uploads a file with checkpoints on disk, and goes on when it is run again.
// `node upload.cjs <options of the client, as JSON> <name> <path> <parallel> <folder for checkpoints>`
const { writeSync } = require('node:fs')
// The CommonJS entry is one file, and is loaded in half the time.
const { OSS, fileCheckpoints } = require('oss-multipart')

const [options = '', name = '', path = '', parallel, folder = ''] = process.argv.slice(2)
const client = new OSS(JSON.parse(options))
const checkpoints = fileCheckpoints(folder)
// Not console.log: it must be out before the process can be killed.
writeSync(1, 'begun\n')
client.multipartUpload(name, path, {
  partSize: 102_400,
  parallel: Number(parallel),
  checkpoints,
})
