import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { buildSync } from 'esbuild'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc64, createCrc64, parseCrc64 } from './crc64.ts'
import { randomBytes } from './crc64-update.contract.ts'
import { utf8 } from './encode.ts'

const CHECK = '123456789'
const EMERGENCY = 'This is a test of the emergency broadcast system.'

describe('crc64', () => {
  it.each([
    ['', 0n],
    // Test files of the official SDKs
    [CHECK, 11051210869376104954n],
    [EMERGENCY, 2871916124362751090n],
    // Recorded answers of OSS, and the append example of its documentation
    ['hi oss', 8707180448768400016n],
    ['upload part 1', 6571598172666981661n],
    ['abc', 3231342946509354535n],
    // Computed
    [CHECK + EMERGENCY, 7672622622872733320n],
    ['a', 3675645893302102789n],
    ['0123456789', 2838902930144391966n],
    ['hello world', 5981764153023615706n],
    ['hello ', 1796661072844795914n],
    ['world', 4472352582074980600n],
    ['The quick brown fox jumps over the lazy dog', 6583902852472283588n],
    ['中文', 16371802884590399230n],
    ['\0', 2282658103124508505n],
  ])('of %j is %d', (text, expected) => {
    expect(crc64(utf8(text))).toBe(expected)
  })

  it.each([
    ['\0', 1024, 14085117335336199948n],
    ['a', 102400, 12696911168479852064n],
    ['b', 102400, 16456226173805894103n],
    ['c', 1000, 2086176679419269309n],
  ])('of %j repeated %d times is %d', (character, count, expected) => {
    expect(crc64(utf8(character.repeat(count)))).toBe(expected)
  })

  it('of the bytes 0 to 255 is the published value', () => {
    expect(crc64(Uint8Array.from({ length: 256 }, (_, value) => value))).toBe(8232944260754389680n)
  })

  it('is the same in one piece or in many', () => {
    const bytes = randomBytes(100_000)
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const crc = createCrc64()
        let start = 0
        for (const end of [...cuts.sort((a, b) => a - b), bytes.length]) {
          crc.update(bytes.subarray(start, end))
          start = end
        }
        expect(crc.digest()).toBe(crc64(bytes))
      }),
    )
  })

  it('can be asked in between and goes on', () => {
    const crc = createCrc64()
    expect(crc.digest()).toBe(0n)
    crc.update(utf8(CHECK))
    expect(crc.digest()).toBe(11051210869376104954n)
    crc.update(utf8(EMERGENCY))
    expect(crc.digest()).toBe(7672622622872733320n)
  })

  it('keeps two checksums apart', () => {
    const one = createCrc64()
    const other = createCrc64()
    one.update(utf8('hello '))
    other.update(utf8('abc'))
    one.update(utf8('world'))
    expect(one.digest()).toBe(5981764153023615706n)
    expect(other.digest()).toBe(3231342946509354535n)
  })
})

describe('crc64 where it is used', () => {
  it('works in a worker', async () => {
    const worker = new Worker(
      `${bundle()}; require('node:worker_threads').parentPort.postMessage(crc64.crc64(Buffer.from('${CHECK}')))`,
      { eval: true },
    )
    const [checksum] = await once(worker, 'message')
    expect(checksum).toBe(11051210869376104954n)
    await worker.terminate()
  })

  it('works where a content security policy refuses WebAssembly', () => {
    const page = createContext({}, { codeGeneration: { strings: true, wasm: false } })
    const empty = 'new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))'
    expect(() => runInContext(empty, page)).toThrow(/disallowed by embedder/)
    runInContext(bundle(), page)
    const bytes = 'Uint8Array.from({ length: 100000 }, () => 97)'
    expect(runInContext(`crc64.crc64(${bytes})`, page)).toBe(crc64(utf8('a'.repeat(100_000))))
  })
})

describe('parseCrc64', () => {
  it.each([
    ['0', 0n],
    ['11051210869376104954', 11051210869376104954n],
    ['18446744073709551615', 2n ** 64n - 1n],
  ])('reads %s', (text, expected) => {
    expect(parseCrc64(text)).toBe(expected)
  })

  it.each([
    undefined,
    '',
    ' 1',
    '1\n',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x10',
    '995DC9BBDF1939FA',
    '１２',
    '18446744073709551616',
    '000000000000000000001',
  ])('takes %j for no checksum', (text) => {
    expect(parseCrc64(text)).toBeUndefined()
  })
})

/** The source as a script that sets the global `crc64`. */
function bundle(): string {
  const entry = fileURLToPath(new URL('./crc64.ts', import.meta.url))
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    write: false,
    globalName: 'crc64',
  })
  return outputFiles.map(({ text }) => text).join('')
}
