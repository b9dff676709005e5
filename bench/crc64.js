// How fast is CRC-64? Ours in WebAssembly and in JavaScript, and hash-wasm, by turns, on one core:
//   node bench/crc64.js
// The rate is by CPU time, since other processes may share the machine.
import { randomFillSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { createCRC64 } from 'hash-wasm'

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB
const ROUNDS = 15
/** Bytes of one measurement, long enough for the clock of CPU time. */
const LENGTH = 64 * MiB
const FRESH = 2n ** 64n - 1n

const { wasmUpdate, tableUpdate } = await source()
const wasm = wasmUpdate(WebAssembly)
const table = tableUpdate()
const hashWasm = await createCRC64()

/** @type {Record<string, (bytes: Uint8Array) => bigint>} */
const contenders = {
  'ours, WebAssembly': (bytes) => BigInt.asUintN(64, ~wasm(FRESH, bytes)),
  'ours, JavaScript': (bytes) => BigInt.asUintN(64, ~table(FRESH, bytes)),
  'hash-wasm': (bytes) => BigInt(`0x${hashWasm.init().update(bytes).digest()}`),
}

const buffer = randomFillSync(Buffer.allocUnsafeSlow(4 * MiB))
console.log(`Node ${process.version}, medians of ${ROUNDS} rounds`)
for (const size of [MiB, 64 * KiB, 4 * KiB]) {
  console.log(`\npieces of ${size / KiB} KiB`)
  const rates = measure(size)
  const peer = median(rates['hash-wasm'] ?? [])
  for (const [name, values] of Object.entries(rates)) {
    const rate = median(values)
    const ratio = (rate / peer).toFixed(2)
    console.log(`${name.padEnd(20)} ${rate.toFixed(2).padStart(6)} GiB/s  ${ratio.padStart(5)} ×`)
  }
}

/**
 * GiB for each second of CPU time, by contender.
 *
 * @param {number} size
 */
function measure(size) {
  const pieces = Array.from({ length: buffer.length / size }, (_, i) =>
    buffer.subarray(i * size, (i + 1) * size),
  )
  const times = LENGTH / buffer.length
  /** @type {Record<string, number[]>} */
  const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
  /** @type {Set<bigint>} */
  const sums = new Set()
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, crc64] of Object.entries(contenders)) {
      const before = process.cpuUsage()
      let sum = 0n
      for (let time = 0; time < times; time++) {
        for (const piece of pieces) sum ^= crc64(piece) * BigInt(time + 1)
      }
      const { user, system } = process.cpuUsage(before)
      sums.add(sum)
      // The first round is for the compilers.
      if (round >= 0) rates[name]?.push((LENGTH / GiB / (user + system)) * 1e6)
    }
  }
  if (sums.size !== 1) throw new Error(`They do not agree: ${[...sums].join(', ')}`)
  return rates
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/**
 * Our two ways, from their source.
 *
 * @typedef {(register: bigint, bytes: Uint8Array) => bigint} Update
 * @returns {Promise<{ wasmUpdate: (engine: typeof WebAssembly) => Update, tableUpdate: () => Update }>}
 */
async function source() {
  const folder = fileURLToPath(new URL('../packages/client/src/oss', import.meta.url))
  const { outputFiles } = await build({
    stdin: {
      contents: `export { wasmUpdate } from './crc64-wasm.ts'
        export { tableUpdate } from './crc64-table.ts'`,
      resolveDir: folder,
    },
    bundle: true,
    format: 'esm',
    write: false,
  })
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`)
}
