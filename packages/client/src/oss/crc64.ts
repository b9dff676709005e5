import { type Crc64Update, fastestUpdate } from './crc64-update.ts'

export { combineCrc64 } from './crc64-combine.ts'

const MAX_CRC = 2n ** 64n - 1n

/** A checksum that grows with the bytes it is given. */
export interface Crc64 {
  update(bytes: Uint8Array): void
  /** The checksum of all bytes so far. More may follow. */
  digest(): bigint
}

/** Chosen when the first checksum is asked for. */
let chosen: Crc64Update | undefined

/** CRC-64/XZ, which OSS reports as `x-oss-hash-crc64ecma`. */
export function crc64(bytes: Uint8Array): bigint {
  const crc = createCrc64()
  crc.update(bytes)
  return crc.digest()
}

export function createCrc64(): Crc64 {
  chosen ??= fastestUpdate(globalThis.WebAssembly)
  const update = chosen
  let register = MAX_CRC
  return {
    update(bytes) {
      register = update(register, bytes)
    },
    digest: () => BigInt.asUintN(64, ~register),
  }
}

/** Reads a checksum as OSS writes it, in unsigned decimal. Undefined for anything else. */
export function parseCrc64(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^\d{1,20}$/.test(text)) return undefined
  const value = BigInt(text)
  return value <= MAX_CRC ? value : undefined
}
