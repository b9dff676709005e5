import { describe, expect, it } from 'vitest'
import { tableUpdate } from './crc64-table.ts'
import { crc64UpdateContract, randomBytes } from './crc64-update.contract.ts'
import { wasmUpdate } from './crc64-wasm.ts'

const update = wasmUpdate(WebAssembly)
if (update === undefined) throw new Error('This machine has no WebAssembly with SIMD')
crc64UpdateContract('WebAssembly', update)

describe('wasmUpdate', () => {
  it('agrees with JavaScript on every length up to 3000, and on some around every 4 KiB', () => {
    const bytes = randomBytes(1100 * 1024)
    const inJavaScript = tableUpdate()
    let expected = 0n
    let done = 0
    for (let length = 0; length <= bytes.length; length++) {
      if (length > 3000 && (length + 16) % 4096 > 32) continue
      expected = inJavaScript(expected, bytes.subarray(done, length))
      done = length
      const actual = BigInt.asUintN(64, update(0n, bytes.subarray(0, length)))
      if (actual !== expected) expect.fail(`${length} bytes`)
    }
  })
})
