import { tableUpdate } from './crc64-table.ts'
import { type WebAssemblyEngine, wasmUpdate } from './crc64-wasm.ts'

/**
 * What the register of a CRC-64/XZ becomes by `bytes`. It starts from all ones, and its complement is the
 * checksum. Any integer counts modulo 2^64.
 */
export type Crc64Update = (register: bigint, bytes: Uint8Array) => bigint

/** In WebAssembly where that is to be had, else in JavaScript. */
export function fastestUpdate(engine: WebAssemblyEngine | undefined): Crc64Update {
  return wasmUpdate(engine) ?? tableUpdate()
}
