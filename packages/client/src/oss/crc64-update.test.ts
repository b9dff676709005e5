import { describe, expect, it } from 'vitest'
import { fastestUpdate } from './crc64-update.ts'
import type { WebAssemblyEngine } from './crc64-wasm.ts'
import { utf8 } from './encode.ts'

const { Module, Instance, CompileError } = WebAssembly

describe('fastestUpdate', () => {
  it('is WebAssembly where that is to be had', () => {
    let instances = 0
    class Counted extends Instance {
      constructor(module: WebAssembly.Module) {
        super(module)
        instances++
      }
    }
    expectRight({ Module, Instance: Counted })
    expect(instances).toBe(1)
  })

  it('is JavaScript where there is no WebAssembly', () => {
    expectRight(undefined)
  })

  it('is JavaScript where WebAssembly is refused, or knows no SIMD', () => {
    class Refused extends Module {
      constructor(bytes: BufferSource) {
        super(bytes)
        throw new CompileError('Refused to compile or instantiate WebAssembly module')
      }
    }
    expectRight({ Module: Refused, Instance })
  })

  it('is JavaScript where WebAssembly gets no memory', () => {
    class TooLarge extends Instance {
      constructor(module: WebAssembly.Module) {
        super(module)
        throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory')
      }
    }
    expectRight({ Module, Instance: TooLarge })
  })
})

function expectRight(engine: WebAssemblyEngine | undefined): void {
  const register = fastestUpdate(engine)(-1n, utf8('123456789'))
  expect(BigInt.asUintN(64, ~register)).toBe(11051210869376104954n)
}
