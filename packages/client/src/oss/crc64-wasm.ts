import { CRC64_MODULE } from './crc64-module.ts'
import type { Crc64Update } from './crc64-update.ts'
import { fromHex } from './encode.ts'

/** What is needed of the global `WebAssembly`. */
export type WebAssemblyEngine = Pick<typeof WebAssembly, 'Module' | 'Instance'>

/** What packages/client/assembly/crc64.ts exports. */
interface Crc64Exports {
  readonly memory: WebAssembly.Memory
  /** Where in the memory the bytes must be, and how many there is room for. */
  readonly data: WebAssembly.Global
  readonly capacity: WebAssembly.Global
  /** What the register becomes by the first `length` bytes there. They are overwritten. */
  readonly update: (register: bigint, length: number) => bigint
}

/**
 * The compiled module, which a worker can be sent. Undefined where there is no WebAssembly, or one without
 * SIMD, or a content security policy without 'wasm-unsafe-eval'. Compiled at once: browsers allow that for
 * modules up to 4 KiB.
 */
export function compileCrc64(
  engine: WebAssemblyEngine | undefined,
): WebAssembly.Module | undefined {
  try {
    return engine && new engine.Module(fromHex(CRC64_MODULE))
  } catch {
    return undefined
  }
}

/** CRC-64/XZ by that module. Undefined where there is no memory for it. */
export function wasmUpdate(
  module: WebAssembly.Module,
  { Instance }: Pick<WebAssemblyEngine, 'Instance'>,
): Crc64Update | undefined {
  try {
    // The module is our own, so that it exports this is certain.
    return updateOf(new Instance(module).exports as unknown as Crc64Exports)
  } catch {
    return undefined
  }
}

function updateOf({ memory, data, capacity, update }: Crc64Exports): Crc64Update {
  const room = new Uint8Array(memory.buffer, data.value, capacity.value)
  return (register, bytes) => {
    let result = register
    for (let start = 0; start < bytes.length; start += room.length) {
      const piece = bytes.subarray(start, start + room.length)
      room.set(piece)
      result = update(result, piece.length)
    }
    return result
  }
}
