// Compiles what is written in AssemblyScript, and writes the modules into the sources of client and server.
// With --check it writes nothing, and fails unless what stands there is what the sources compile to.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** @type {readonly { source: string, target: string, name: string, maxBytes: number, optimize: '-O2' | '-O3', encoding: 'hex' | 'base64' }[]} */
const MODULES = [
  {
    source: 'packages/client/assembly/crc64.ts',
    target: 'packages/client/src/oss/crc64-module.ts',
    name: 'CRC64_MODULE',
    // Browsers compile no more than this at once in a page's main thread.
    maxBytes: 4096,
    // A page loads it: as fast as with -O3, and smaller; base64 would hide from gzip what repeats itself.
    optimize: '-O2',
    encoding: 'hex',
  },
  {
    source: 'packages/server/assembly/checksums.ts',
    target: 'packages/server/src/store/checksums-module.ts',
    name: 'CHECKSUMS_MODULE',
    maxBytes: 16384,
    optimize: '-O3',
    encoding: 'base64',
  },
]

const root = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

for (const { source, target, name, maxBytes, optimize, encoding } of MODULES) {
  const binary = await compile(source, optimize)
  if (binary.length > maxBytes) throw new Error(`${source} compiles to ${binary.length} bytes`)
  const text = `// Written by \`npm run build:wasm\` from ${source}: ${binary.length} bytes of WebAssembly in ${encoding}.
export const ${name}: string =
  '${binary.toString(encoding)}'
`
  if (!process.argv.includes('--check')) {
    writeFileSync(root(target), text)
    console.log(`${target}: ${binary.length} bytes of WebAssembly`)
  } else if (readFileSync(root(target), 'utf8') !== text) {
    console.error(`${target} is not what ${source} compiles to: run \`npm run build:wasm\``)
    process.exitCode = 1
  }
}

/**
 * @param {string} path
 * @param {string} optimize
 */
async function compile(path, optimize) {
  /** @type {Uint8Array[]} */
  const written = []
  const { error, stderr } = await asc.main(
    [
      path,
      '--outFile',
      'out.wasm',
      optimize,
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
    ],
    {
      // The compiler asks for its own library as well, and for files that might be there.
      readFile: (name) => (existsSync(root(name)) ? readFileSync(root(name), 'utf8') : null),
      writeFile: (_, contents) => void written.push(Buffer.from(contents)),
      listFiles: () => [],
    },
  )
  if (error !== null) throw new Error(`${path} does not compile:\n${stderr.toString()}`)
  return Buffer.concat(written)
}
