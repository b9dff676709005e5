// Saves a checkpoint again and again until somebody stops it, and says each time that it is saved:
// `node save-for-ever.cjs <folder for checkpoints>`
const { writeSync } = require('node:fs')
const { fileCheckpoints } = require('oss-multipart')

saveForEver()

async function saveForEver() {
  const claim = await fileCheckpoints(process.argv[2]).claim('a')
  // It takes more than one block of the disk.
  const checkpoint = { name: 'n'.repeat(50_000), partSize: 102_400, doneParts: [] }
  for (let count = 1; ; count++) {
    await claim.save({ ...checkpoint, uploadId: `${count}` })
    writeSync(1, `${count}\n`)
  }
}
