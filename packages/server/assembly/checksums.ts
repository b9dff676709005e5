// What src/store/checksum-lanes.ts calls. `npm run build:wasm` compiles it into
// src/store/checksums-module.ts.

export { crc64 } from './crc64'
export { inputs, laneSize } from './lanes'
export { md5OfAll } from './md5-of-all'
export { md5OfOne } from './md5-of-one'
export { states } from './md5-steps'
