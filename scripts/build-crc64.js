// Compiles packages/client/assembly/crc64.ts and writes the module into the client's source.
// With --check it writes nothing, and fails unless what stands there is what the source compiles to.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** Browsers compile no more than this at once in a page's main thread. */
const MAX_BYTES = 4096
const SOURCE = 'packages/client/assembly/crc64.ts'
const TARGET = 'packages/client/src/oss/crc64-module.ts'

const root = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const binary = await compile(SOURCE)
// In hex, since base64 hides from gzip what repeats itself.
const text = `// Written by \`npm run build:crc64\` from ${SOURCE}: ${binary.length} bytes of WebAssembly in hex.
export const CRC64_MODULE: string =
  '${binary.toString('hex')}'
`
if (!process.argv.includes('--check')) {
  writeFileSync(root(TARGET), text)
  console.log(`${TARGET}: ${binary.length} bytes of WebAssembly`)
} else if (readFileSync(root(TARGET), 'utf8') !== text) {
  console.error(`${TARGET} is not what ${SOURCE} compiles to: run \`npm run build:crc64\``)
  process.exitCode = 1
}

/** @param {string} path */
async function compile(path) {
  /** @type {Uint8Array[]} */
  const written = []
  const { error, stderr } = await asc.main(
    [path, '--outFile', 'crc64.wasm', '-O2', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
    {
      readFile: (name) => (name === path ? readFileSync(root(path), 'utf8') : null),
      writeFile: (_, contents) => void written.push(Buffer.from(contents)),
      listFiles: () => [],
    },
  )
  if (error !== null) throw new Error(`${path} does not compile:\n${stderr.toString()}`)
  const module = Buffer.concat(written)
  if (module.length > MAX_BYTES) throw new Error(`${path} compiles to ${module.length} bytes`)
  return module
}
