import { describe, expect, it } from 'vitest'
import { GiB, MAX_OBJECT_SIZE, MAX_PART_SIZE, MAX_PARTS, MiB } from '../oss/limits.ts'
import { memoryCheckpoints } from './memory-checkpoints.ts'
import { resolveUploadOptions, type UploadOptions } from './options.ts'

const checkpoint = {
  file: '/films/big.mp4',
  name: 'films/big.mp4',
  fileSize: GiB,
  partSize: 123_456,
  uploadId: 'U',
  doneParts: [{ number: 1, etag: '"E1"' }],
}

/** Options of a JavaScript caller, whom no type holds back. */
const untyped = (options: object) => () => resolveUploadOptions(GiB, options as UploadOptions)

describe('resolveUploadOptions', () => {
  it('fills in every default', () => {
    expect(resolveUploadOptions(GiB, {})).toEqual({
      parallel: 'auto',
      partSize: 4 * MiB,
      progress: undefined,
      checkpoint: undefined,
      checkpoints: undefined,
      verify: 'full',
      crc64: true,
      signal: undefined,
      abortOnCancel: false,
    })
  })

  it('takes 4 MiB for the parts of a stream, or what was asked for', () => {
    expect(resolveUploadOptions(undefined, {}).partSize).toBe(4 * MiB)
    expect(resolveUploadOptions(undefined, { partSize: 102_400 }).partSize).toBe(102_400)
  })

  it('keeps what was given', () => {
    const progress = () => {}
    const { signal } = new AbortController()
    const checkpoints = memoryCheckpoints()
    const sending = { parallel: 1, partSize: 5 * MiB, progress, signal }
    const given = {
      ...sending,
      checkpoints,
      verify: 'identity',
      crc64: false,
      abortOnCancel: true,
    } as const
    expect(resolveUploadOptions(GiB, given)).toEqual({ ...given, checkpoint: undefined })
  })

  it.each([
    ['verify', 'quick', `\`verify\` must be 'full' or 'identity': got "quick"`],
    ['abortOnCancel', 1, '`abortOnCancel` must be true or false: got 1'],
    ['crc64', null, '`crc64` must be true or false: got null'],
  ])('refuses a bad `%s`', (name, value, message) => {
    expect(() => resolveUploadOptions(GiB, { [name]: value })).toThrow(message)
  })

  it('raises a part size that is too small for the object', () => {
    expect(resolveUploadOptions(100 * GiB, { partSize: MiB }).partSize).toBe(11 * MiB)
  })

  it('reads a checkpoint, also as JSON, whose part size goes before all others', () => {
    for (const given of [checkpoint, JSON.stringify(checkpoint)]) {
      const settings = resolveUploadOptions(GiB, { checkpoint: given, partSize: MiB })
      expect(settings.checkpoint).toMatchObject(checkpoint)
      expect(settings.partSize).toBe(123_456)
    }
  })

  it('takes null for what was left out, where ali-oss does', () => {
    const given = { partSize: null, progress: null, checkpoint: null }
    expect(untyped(given)()).toMatchObject({ partSize: 4 * MiB, progress: undefined })
  })

  it.each([
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['2', '"2"'],
    [null, 'null'],
    [{}, 'an object of type Object'],
  ])('refuses %j for `parallel`', (parallel, shown) => {
    expect(untyped({ parallel })).toThrow(
      `\`parallel\` must be a whole number from 1, or 'auto': got ${shown}`,
    )
  })

  it('works on no more parts at once than there can be', () => {
    expect(resolveUploadOptions(GiB, { parallel: 2 ** 40 }).parallel).toBeLessThanOrEqual(MAX_PARTS)
  })

  it.each([
    ['102400', 'partSize must be int number of bytes: got "102400"'],
    [102_400.5, 'partSize must be int number of bytes: got 102400.5'],
    [Number.NaN, 'partSize must be int number of bytes: got NaN'],
    [Number.POSITIVE_INFINITY, 'partSize must be int number of bytes: got Infinity'],
    [0, 'partSize must not be smaller than 102400 bytes: got 0'],
    [-1, 'partSize must not be smaller than 102400 bytes: got -1'],
    [102_399, 'partSize must not be smaller than 102400 bytes: got 102399'],
    [5 * GiB + 1, 'partSize must not be larger than 5368709120 bytes (5 GiB): got 5368709121'],
  ])('refuses %j for `partSize`', (partSize, message) => {
    expect(untyped({ partSize })).toThrow(message)
  })

  it('accepts the smallest and the largest part', () => {
    expect(resolveUploadOptions(MiB, { partSize: 102_400 }).partSize).toBe(102_400)
    expect(resolveUploadOptions(MiB, { partSize: MAX_PART_SIZE }).partSize).toBe(MAX_PART_SIZE)
  })

  it('refuses a wrong `partSize` for a small file too', () => {
    expect(() => resolveUploadOptions(1, { partSize: 1 })).toThrow('partSize must not be smaller')
  })

  it.each([[true], ['0%'], [{}]])('refuses %j for `progress`', (progress) => {
    expect(untyped({ progress })).toThrow('`progress` must be a function: got ')
  })

  it.each(['onPart', 'onTransfer'])('refuses what can not be called for `%s`', (name) => {
    expect(untyped({ [name]: 1 })).toThrow(`\`${name}\` must be a function: got 1`)
  })

  it('refuses a checkpoint that can not be', () => {
    expect(untyped({ checkpoint: '{' })).toThrow('The `checkpoint` is text that is not JSON')
  })

  it('takes an object of any size that OSS can hold', () => {
    expect(resolveUploadOptions(0, {}).partSize).toBe(MiB)
    expect(resolveUploadOptions(MAX_OBJECT_SIZE, {}).partSize).toBe(MAX_PART_SIZE)
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'refuses a source of %d bytes',
    (size) => {
      expect(() => resolveUploadOptions(size, {})).toThrow(
        `The size of the source must be a whole number of bytes: got ${size}`,
      )
    },
  )

  it('refuses a source that is larger than an object can be, before anything is sent', () => {
    expect(() => resolveUploadOptions(MAX_OBJECT_SIZE + 1, {})).toThrow(
      'The source has 53687091200001 bytes; an object holds at most 53687091200000 (48.8 TB)',
    )
  })

  it('reports every mistake as one of the caller', () => {
    expect(untyped({ parallel: 0 })).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError', code: 'InvalidArgumentError' }),
    )
  })

  it('changes nothing of the options or the checkpoint', () => {
    const parts = Object.freeze([Object.freeze({ number: 1, etag: '"E1"' })])
    const given = Object.freeze({ ...checkpoint, doneParts: parts })
    const options = Object.freeze({ parallel: 2, checkpoint: given })
    const settings = resolveUploadOptions(GiB, options)
    expect(settings.checkpoint).not.toBe(given)
    expect(options).toEqual({ parallel: 2, checkpoint: given })
  })
})
