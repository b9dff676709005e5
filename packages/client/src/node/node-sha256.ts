import { createHash, createHmac } from 'node:crypto'
import { utf8 } from '../oss/encode.ts'
import type { Sha256 } from '../oss/portable-sha256.ts'

export const nodeSha256: Sha256 = {
  hash: (text) => createHash('sha256').update(utf8(text)).digest('hex'),
  hmac: (key, text) => createHmac('sha256', key).update(utf8(text)).digest(),
}
