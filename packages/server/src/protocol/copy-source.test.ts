import { describe, expect, it } from 'vitest'
import { readCopySource } from './copy-source.ts'

describe('readCopySource', () => {
  it.each([
    ['/b12/a%20b/%E7%9B%AE', 'a b/目'],
    ['/b12/a%2Fb', 'a/b'],
    ['%2Fb12%2Fa', 'a'],
    ['b12/a', 'a'],
    ['/b12/a%3Fb?versionId=null', 'a?b'],
    ['/b12/../x', '../x'],
    ['/b12/a%0Ab', 'a\nb'],
  ])('reads %s', (text, key) => {
    expect(readCopySource(text)).toEqual({ bucket: 'b12', key })
  })

  it.each(['', '/', '/b12', '/b12/', 'b12', '/b12/%ff'])('refuses %j', (text) => {
    expect(() => readCopySource(text)).toThrowError(
      expect.objectContaining({
        code: 'InvalidArgument',
        message: 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.',
      }),
    )
  })

  it('knows no versions but null', () => {
    expect(() => readCopySource('/b12/a?versionId=CAEQ')).toThrowError(
      expect.objectContaining({ code: 'NoSuchVersion' }),
    )
  })
})
