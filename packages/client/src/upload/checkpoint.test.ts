import { describe, expect, it } from 'vitest'
import { type Checkpoint, createCheckpoint, readCheckpoint } from './checkpoint.ts'

const checkpoint: Checkpoint = {
  file: '/films/big.mp4',
  name: 'films/big.mp4',
  fileSize: 300_000,
  partSize: 102_400,
  uploadId: '0004B9894A22E5B1888A1E29F8236E2D',
  doneParts: [{ number: 1, etag: '"E1"', size: 102_400, crc64: '18446744073709551615' }],
  bucket: 'media',
}

describe('createCheckpoint', () => {
  it('has the six keys of ali-oss, and the bucket', () => {
    expect(Object.keys(createCheckpoint(checkpoint)).sort()).toEqual(
      ['file', 'name', 'fileSize', 'partSize', 'uploadId', 'doneParts', 'bucket'].sort(),
    )
  })

  it('survives JSON when the file is a path', () => {
    const text = JSON.stringify(createCheckpoint(checkpoint))
    expect(readCheckpoint(text)).toEqual(checkpoint)
    expect(readCheckpoint(JSON.parse(text))).toEqual(checkpoint)
  })

  it.each([
    ['a Buffer', Buffer.from('bytes')],
    ['a Uint8Array', new Uint8Array(5)],
    ['a File', new File(['bytes'], 'big.mp4')],
    ['a source of one’s own', { size: 5, read: () => new Uint8Array(5) }],
    ['nothing', undefined],
  ])('holds %s as it is, and leaves it out of JSON', (_, file) => {
    const created = createCheckpoint({ ...checkpoint, file })
    expect(created.file).toBe(file)
    const read = readCheckpoint(JSON.stringify(created))
    expect(read).toEqual({ ...checkpoint, file: undefined })
    expect(Object.keys(JSON.parse(JSON.stringify(created)))).not.toContain('file')
  })

  it('leaves what it is made of alone', () => {
    const fields = Object.freeze({ ...checkpoint, file: new Uint8Array(5) })
    expect(createCheckpoint(fields)).not.toBe(fields)
  })
})

describe('readCheckpoint', () => {
  it('takes one that ali-oss wrote', () => {
    const theirs = {
      file: '/films/big.mp4',
      name: 'films/big.mp4',
      fileSize: 300_000,
      partSize: 102_400,
      uploadId: 'U',
      doneParts: [{ number: 2, etag: '"E2"' }],
    }
    expect(readCheckpoint(theirs)).toEqual({
      ...theirs,
      doneParts: [{ number: 2, etag: '"E2"', size: undefined, crc64: undefined }],
      bucket: undefined,
    })
  })

  it('takes that of a stream, whose size nobody knows', () => {
    const { fileSize, ...stream } = checkpoint
    expect(readCheckpoint(JSON.stringify(stream))).toMatchObject({ uploadId: checkpoint.uploadId })
  })

  it.each([undefined, null, 'null', {}, '{}', [], '[]', { file: 'a', doneParts: [] }])(
    'takes %j for none at all',
    (given) => {
      expect(readCheckpoint(given)).toBeUndefined()
    },
  )

  it.each(['', '{', 'undefined', '[object Object]', '{"uploadId": "U",}', '\u0000'])(
    'refuses the text %j, which is not JSON',
    (given) => {
      expect(() => readCheckpoint(given)).toThrow('The `checkpoint` is text that is not JSON')
    },
  )

  it.each([
    [7, 'must be an object: got 7'],
    [true, 'must be an object: got true'],
    [() => checkpoint, 'must be an object: got a function'],
    ['"text"', 'must be an object: got "\\"text\\""'],
  ])('refuses %s', (given, message) => {
    expect(() => readCheckpoint(given)).toThrow(`The \`checkpoint\` ${message}`)
  })

  it.each<[string, object, string]>([
    ['an empty upload id', { uploadId: '' }, 'has no usable `uploadId`'],
    ['an upload id that is a number', { uploadId: 7 }, 'has no usable `uploadId`'],
    ['no name', { name: undefined }, 'has no usable `name`'],
    ['a name that is an object', { name: { a: 1 } }, 'has no usable `name`'],
    ['no part size', { partSize: undefined }, 'has no usable `partSize`: undefined'],
    ['a part size of 0', { partSize: 0 }, 'has no usable `partSize`: 0'],
    ['a negative part size', { partSize: -1 }, 'has no usable `partSize`: -1'],
    ['a fractional part size', { partSize: 102_400.5 }, 'has no usable `partSize`: 102400.5'],
    ['a part size that is text', { partSize: '102400' }, 'has no usable `partSize`: "102400"'],
    ['a huge part size', { partSize: 1e300 }, 'has no usable `partSize`: 1e+300'],
    ['a part size of NaN', { partSize: Number.NaN }, 'has no usable `partSize`: NaN'],
    ['a negative size', { fileSize: -1 }, 'has no usable `fileSize`: -1'],
    ['a size of null', { fileSize: null }, 'has no usable `fileSize`: null'],
    ['a huge size', { fileSize: 2 ** 53 }, 'has no usable `fileSize`: 9007199254740992'],
    ['a bucket that is a number', { bucket: 7 }, 'has no usable `bucket`'],
    ['no list of parts', { doneParts: undefined }, 'has no usable `doneParts`'],
    ['an object for the parts', { doneParts: { length: 1 } }, 'has no usable `doneParts`'],
    ['a part that is null', { doneParts: [null] }, 'names a part that can not be: undefined'],
    ['a part that is text', { doneParts: ['1'] }, 'names a part that can not be: undefined'],
    ['part 0', { doneParts: [{ number: 0, etag: 'E' }] }, 'names a part that can not be: 0'],
    ['part 1.5', { doneParts: [{ number: 1.5, etag: 'E' }] }, 'names a part that can not be: 1.5'],
    ['part "1"', { doneParts: [{ number: '1', etag: 'E' }] }, 'names a part that can not be: "1"'],
    [
      'part 10,001',
      { doneParts: [{ number: 10_001, etag: 'E' }] },
      'names a part that can not be: 10001',
    ],
    ['a part without an ETag', { doneParts: [{ number: 1 }] }, 'names a part that can not be: 1'],
  ])('refuses one with %s', (_, wrong, message) => {
    const given = { ...checkpoint, ...wrong }
    expect(() => readCheckpoint(given)).toThrow(`The \`checkpoint\` ${message}`)
    expect(() => readCheckpoint(given)).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError' }),
    )
  })

  it('does not believe sizes and checksums of parts that can not be', () => {
    const doneParts = [{ number: 1, etag: 'E', size: -1, crc64: 7 }]
    expect(readCheckpoint({ ...checkpoint, doneParts })?.doneParts).toEqual([
      { number: 1, etag: 'E', size: undefined, crc64: undefined },
    ])
  })

  it('takes over what it knows and nothing else, so that no prototype can be changed', () => {
    const hostile = JSON.stringify(checkpoint).replace(
      '{',
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, ',
    )
    const read = readCheckpoint(hostile)
    expect(read).toEqual(checkpoint)
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  it('does not take over an upload id that an object only inherits from a hostile text', () => {
    expect(readCheckpoint('{"__proto__": {"uploadId": "U"}}')).toBeUndefined()
  })

  it('changes nothing of what it is given', () => {
    const given = Object.freeze({ ...checkpoint, doneParts: Object.freeze([]) })
    expect(readCheckpoint(given)).toEqual(given)
  })
})
