import { describe, expect, it } from 'vitest'
import { readBody } from '../oss/response.ts'
import { planOf } from './parts-of.ts'
import type { PartToSend } from './plan.ts'
import { bytesSource } from './source.ts'
import { bytesOf, PART } from './testing.contract.ts'

async function collect(parts: Iterable<PartToSend> | AsyncIterable<PartToSend>) {
  const collected: PartToSend[] = []
  for await (const part of parts) collected.push(part)
  return collected
}

const bytes = bytesOf(2 * PART + 7)
const stream = () => ({
  chunks: async function* () {
    yield bytes
  },
})

describe.each([
  ['a source', () => planOf(bytesSource(bytes), PART)],
  ['a stream', () => planOf(stream(), PART)],
])('planOf %s', (_, plan) => {
  it('gives the parts in order with their bytes', async () => {
    const parts = await collect(plan().parts)
    expect(parts.map(({ number, start, end }) => [number, start, end])).toEqual([
      [1, 0, PART],
      [2, PART, 2 * PART],
      [3, 2 * PART, 2 * PART + 7],
    ])
    for (const { start, end, body } of parts) {
      expect(body.size).toBe(end - start)
      const sent = Buffer.from(await readBody(body.chunks()))
      expect(sent.equals(bytes.subarray(start, end))).toBe(true)
    }
  })

  it('knows in the end what the parts come to', async () => {
    const { parts, expected } = plan()
    await collect(parts)
    expect(expected()).toEqual({ parts: 3, size: 2 * PART + 7 })
  })
})

describe('planOf', () => {
  it('knows of a source from the beginning what the parts come to', () => {
    expect(planOf(bytesSource(bytes), PART).expected()).toEqual({ parts: 3, size: 2 * PART + 7 })
  })

  it('does not know it of a stream before its end, or when it was left early', async () => {
    const { parts, expected } = planOf(stream(), PART)
    expect(expected()).toBeUndefined()
    for await (const _ of parts) break
    expect(expected()).toBeUndefined()
  })

  it('does not know it of a stream that broke', async () => {
    async function* broken() {
      yield bytes
      throw new Error('EIO')
    }
    const { parts, expected } = planOf({ chunks: broken }, PART)
    await expect(collect(parts)).rejects.toThrow('EIO')
    expect(expected()).toBeUndefined()
  })

  it('has no parts for an empty stream', async () => {
    const { parts, expected } = planOf({ async *chunks() {} }, PART)
    expect(await collect(parts)).toEqual([])
    expect(expected()).toEqual({ parts: 0, size: 0 })
  })

  it('lets the parts of a long stream grow', async () => {
    async function* long() {
      for (let n = 0; n < 5_003; n++) yield new Uint8Array(1)
    }
    const last = (await collect(planOf({ chunks: long }, 1).parts)).at(-1)
    expect(last).toMatchObject({ number: 5_002, start: 5_002, end: 5_003 })
  })
})
