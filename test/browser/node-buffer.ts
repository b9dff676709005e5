// Tests of portable code that also run in Chromium may compare with Node's Buffer. The code itself can not
// use it: it is compiled without Node's types, and the flows in real pages run without this.
import { Buffer } from 'buffer/'

const { equals } = Buffer.prototype
// Node's compares with any bytes.
Buffer.prototype.equals = function (other: Uint8Array) {
  return equals.call(this, Buffer.from(other))
}

Object.assign(globalThis, { Buffer })
