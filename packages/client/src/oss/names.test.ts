import { describe, expect, it } from 'vitest'
import { checkBucketName, objectKey, show } from './names.ts'

describe('checkBucketName', () => {
  it.each(['abc', 'a-b', '1a2', 'my_old_bucket', 'a'.repeat(63)])('accepts %s', (name) => {
    expect(checkBucketName(name)).toBe(name)
  })

  it.each([
    '',
    'ab',
    'a'.repeat(64),
    'Abc',
    '-abc',
    'abc-',
    'a.b.c',
    'a/b',
    'abc\n',
    '桶桶桶',
    undefined,
    null,
    123,
    ['abc'],
  ])('refuses %j and says what it should be', (name) => {
    expect(() => checkBucketName(name)).toThrow(
      /^The bucket must be conform to the specifications: 3 to 63 of a-z/,
    )
  })
})

describe('objectKey', () => {
  it.each([
    ['a/b.bin', 'a/b.bin'],
    ['/a', 'a'],
    ['///a//b/', 'a//b/'],
    ['../a', '../a'],
    [' a ', ' a '],
    ['目录/😀.bin', '目录/😀.bin'],
    ['a\\b', 'a\\b'],
    ['a'.repeat(1023), 'a'.repeat(1023)],
    [`/${'é'.repeat(511)}a`, `${'é'.repeat(511)}a`],
  ])('takes %j to the letter, but for leading slashes', (name, key) => {
    expect(objectKey(name)).toBe(key)
  })

  it.each([
    ['', 'The object name can not be empty'],
    ['//', 'The object name can not be empty'],
    ['\\a', 'must not start with "\\": got "\\\\a"'],
    ['/\\a', 'must not start with "\\"'],
    ['a'.repeat(1024), 'at most 1023 bytes of UTF-8: got 1024'],
    ['é'.repeat(512), 'at most 1023 bytes of UTF-8: got 1024'],
    ['a\ud83d', 'half a surrogate pair'],
    ['\ude00a', 'half a surrogate pair'],
    [undefined, 'The object name must be a string: got undefined'],
    [7, 'The object name must be a string: got 7'],
    [{}, 'The object name must be a string: got an object of type Object'],
  ])('refuses %j', (name, message) => {
    expect(() => objectKey(name)).toThrow(message)
    expect(() => objectKey(name)).toThrow(expect.objectContaining({ name: 'InvalidArgumentError' }))
  })

  it('does not repeat a whole endless name in the message', () => {
    expect(() => objectKey('a'.repeat(100_000))).toThrow(/^.{1,200}$/)
  })
})

describe('show', () => {
  it.each([
    ['text', '"text"'],
    ['a\r\nb', '"a\\r\\nb"'],
    ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
    [7, '7'],
    [NaN, 'NaN'],
    [10n, '10'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 'secret', 'a function'],
    [{ accessKeySecret: 'secret' }, 'an object of type Object'],
    [Object.create(null), 'an object of type Object'],
    [['secret'], 'an object of type Array'],
    [new Uint8Array(9), 'an object of type Uint8Array'],
  ])('is short and shows nothing that is inside an object', (value, shown) => {
    expect(show(value)).toBe(shown)
  })
})
