// The main job, end to end, on this machine alone: starts a local OSS, uploads a file to it, looks at
// the object, reads it back and compares every byte.
//
//   npm start [-- path/to/file]

import { randomFillSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, constants, mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { startServer } from 'oss-local'
import OSS from 'oss-multipart'

const MiB = 1024 * 1024
const GENERATED_SIZE = 256 * MiB

const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-'))
try {
  const path = process.argv[2] ?? (await generateFile(join(folder, 'random.bin')))
  await run(path)
} catch (error) {
  console.error(error instanceof Error ? describe(error) : error)
  process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** @param {Error} error */
function describe({ name, message }) {
  return name === 'Error' ? message : `${name}: ${message}`
}

/** @param {string} path */
async function run(path) {
  await checkReadable(path)
  const server = await startServer({ port: 0, dir: join(folder, 'oss'), buckets: ['demo'] })
  console.log(`oss-local   ${server.url} (bucket "demo", data in a temporary folder)`)
  try {
    const client = new OSS({
      endpoint: server.url,
      region: 'oss-cn-hangzhou',
      bucket: 'demo',
      accessKeyId: server.accessKeyId,
      accessKeySecret: server.accessKeySecret,
    })
    const { size } = await stat(path)
    const name = basename(path)
    const startedAt = performance.now()
    const result = await client.multipartUpload(name, path, {
      meta: { source: 'npm-start', year: 2017 },
      progress: progressBar(name),
    })
    const seconds = (performance.now() - startedAt) / 1000
    const rate = size / MiB / seconds
    console.log(`uploaded    ${size} bytes in ${seconds.toFixed(2)} s (${rate.toFixed(0)} MiB/s)`)
    console.log(`result      ${result.bucket}/${result.name}, ETag ${result.etag}`)
    const { status, meta, res } = await client.head(name)
    console.log(
      `head        ${status}, meta ${JSON.stringify(meta)}, ${res.headers['content-length']} bytes, CRC-64 ${res.headers['x-oss-hash-crc64ecma']}`,
    )
    await compare(path, (await client.getStream(name)).stream)
    console.log('read back   every byte is the same')
  } finally {
    await server.close()
  }
}

/** @param {string} path */
async function generateFile(path) {
  const file = await open(path, 'w')
  const block = Buffer.alloc(MiB)
  for (let written = 0; written < GENERATED_SIZE; written += block.length) {
    await file.write(randomFillSync(block))
  }
  await file.close()
  return path
}

/** @param {string} path */
async function checkReadable(path) {
  try {
    await access(path, constants.R_OK)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new Error(`Cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : code}`)
  }
  if (!(await stat(path)).isFile()) throw new Error(`Cannot upload ${path}: it is not a file`)
}

/**
 * One line that is drawn again on a terminal; a new line for every step elsewhere.
 *
 * @param {string} name
 */
function progressBar(name) {
  const width = 40
  let shown = -1
  return (/** @type {number} */ share) => {
    const full = Math.round(share * width)
    const bar = '█'.repeat(full) + '░'.repeat(width - full)
    const line = `uploading   ${name} ${bar} ${(share * 100).toFixed(0).padStart(3)} %`
    if (process.stdout.isTTY) process.stdout.write(share === 1 ? `\r${line}\n` : `\r${line}`)
    else if (full > shown) console.log(line)
    shown = full
  }
}

/**
 * @param {string} path
 * @param {AsyncIterable<Buffer>} stream
 */
async function compare(path, stream) {
  const local = createReadStream(path, { highWaterMark: MiB })[Symbol.asyncIterator]()
  let rest = Buffer.alloc(0)
  let position = 0
  for await (const chunk of stream) {
    while (rest.length < chunk.length) {
      const { done, value } = await local.next()
      if (done) throw new Error(`The object goes on after the file has ended, at byte ${position}`)
      rest = Buffer.concat([rest, value])
    }
    if (!rest.subarray(0, chunk.length).equals(chunk)) {
      throw new Error(`The object differs from the file after byte ${position}`)
    }
    rest = rest.subarray(chunk.length)
    position += chunk.length
  }
  if (rest.length > 0 || !(await local.next()).done) {
    throw new Error(`The object ends at byte ${position}, before the file does`)
  }
}
