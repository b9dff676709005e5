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
 * CRC-64/XZ in WebAssembly. Undefined where there is none, or one without SIMD, or no memory for it, or a
 * content security policy without 'wasm-unsafe-eval'.
 */
export function wasmUpdate(engine: WebAssemblyEngine | undefined): Crc64Update | undefined {
  if (engine === undefined) return undefined
  try {
    return updateOf(instantiate(engine))
  } catch {
    return undefined
  }
}

/** At once: browsers allow that for modules up to 4 KiB. */
function instantiate({ Module, Instance }: WebAssemblyEngine): Crc64Exports {
  // The module is our own, so that it exports this is certain.
  return new Instance(new Module(fromHex(CRC64_MODULE))).exports as unknown as Crc64Exports
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
