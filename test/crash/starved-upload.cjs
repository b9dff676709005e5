// A user's script that has no file descriptor left while its checkpoint is claimed, or while it is saved:
// `node starved-upload.cjs <options of the client, as JSON> <name> <path> <folder for checkpoints> <verb>`.
// It prints the codes of the warnings that it gets.
const { closeSync, openSync } = require('node:fs')
const { OSS, fileCheckpoints } = require('oss-multipart')

const [options = '', name = '', path, folder, verb] = process.argv.slice(2)
const store = fileCheckpoints(folder)
const checkpoints = {
  ...store,
  claim: starvedIf('claim', async (/** @type {string} */ key) => {
    const claim = await store.claim(key)
    return { ...claim, save: starvedIf('save', claim.save) }
  }),
}
/** @param {Error} warning */
const onWarning = (warning) => console.log('code' in warning ? warning.code : warning)
const client = new OSS({ ...JSON.parse(options), onWarning })
client.multipartUpload(name, path, { partSize: 102_400, checkpoints })

/**
 * @template Given, Result
 * @param {string} which
 * @param {(given: Given) => Promise<Result>} work
 * @returns {(given: Given) => Promise<Result>}
 */
function starvedIf(which, work) {
  if (which !== verb) return work
  return async (given) => {
    /** @type {number[]} */
    const opened = []
    try {
      for (;;) opened.push(openSync('/dev/null', 'r'))
    } catch {}
    try {
      return await work(given)
    } finally {
      opened.forEach(closeSync)
    }
  }
}
