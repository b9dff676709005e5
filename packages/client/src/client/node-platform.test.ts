import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { VERSION } from '../version.ts'
import { nodePlatform } from './node-platform.ts'

describe('nodePlatform', () => {
  it('names the library and Node, and nothing that tells one user from another', () => {
    expect(nodePlatform.userAgent).toBe(`oss-multipart/${VERSION} node/${process.versions.node}`)
  })

  it('gives a Buffer of the same memory', () => {
    const memory = Uint8Array.from([0, 1, 2, 3, 4])
    const bytes = nodePlatform.bytes(memory.subarray(1, 4))
    expect(bytes).toBeInstanceOf(Buffer)
    expect(bytes).toEqual(Buffer.from([1, 2, 3]))
    memory[1] = 9
    expect(bytes[0]).toBe(9)
  })

  it.each([Buffer.from('x'), new Blob(['x']), undefined])(
    'leaves %s to others: only a path is for Node alone',
    async (file) => {
      expect(await nodePlatform.openSource(file)).toBeUndefined()
    },
  )

  it('prints warnings as warnings of the process', () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    onTestFinished(() => emitWarning.mockRestore())
    const warning = new Error('worth knowing')
    nodePlatform.warn(warning)
    expect(emitWarning.mock.calls).toEqual([[warning]])
  })
})
