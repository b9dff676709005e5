import { describe, expect, it } from 'vitest'
import { typeOfExtension } from './mime-types.ts'
import { deepFreeze } from './testing.contract.ts'
import { objectHeaders as headersOf, type ObjectOptions } from './upload-headers.ts'

const objectHeaders = (options: ObjectOptions, named: { file: unknown; key: string }) =>
  headersOf(options, named, typeOfExtension)

const subject = { file: 'a.png', key: 'b' }

function fromBase64(text: string | undefined): unknown {
  return JSON.parse(Buffer.from(text ?? '', 'base64').toString())
}

describe('objectHeaders', () => {
  it('names the type of the file', () => {
    expect(objectHeaders({}, subject)).toEqual({ 'content-type': 'image/png' })
  })

  it('puts together type, headers, metadata and callback, and changes none of them', () => {
    const options: ObjectOptions = deepFreeze({
      mime: 'video/mp4',
      meta: { year: 2017, People: '名前', left: undefined },
      headers: { 'Cache-Control': 'no-cache', Expires: 3_600, 'X-Oss-Tagging': 'a=b' },
      callback: {
        url: 'http://app.example/done?a=é',
        body: `key=\${object}&mine=\${x:mine}`,
        host: 'app.example',
        contentType: 'application/json',
        callbackSNI: true,
        customValue: { mine: 'ü', number: 5 },
      },
    })
    const {
      'x-oss-callback': callback,
      'x-oss-callback-var': variables,
      ...headers
    } = objectHeaders(options, subject)
    expect(headers).toEqual({
      'content-type': 'video/mp4',
      'x-oss-meta-year': '2017',
      'x-oss-meta-people': '名前',
      'cache-control': 'no-cache',
      expires: '3600',
      'x-oss-tagging': 'a=b',
    })
    expect(fromBase64(callback)).toEqual({
      callbackUrl: 'http://app.example/done?a=%C3%A9',
      callbackBody: `key=\${object}&mine=\${x:mine}`,
      callbackHost: 'app.example',
      callbackBodyType: 'application/json',
      callbackSNI: true,
    })
    expect(fromBase64(variables)).toEqual({ 'x:mine': 'ü', 'x:number': '5' })
  })

  it('lets a type in the headers go before `mime`, and a ready-made callback before `callback`', () => {
    const headers = { 'content-type': 'a/b', 'x-oss-callback': 'ready' }
    const callback = { url: 'http://app.example', body: 'x' }
    expect(objectHeaders({ mime: 'c/d', headers, callback }, subject)).toEqual(headers)
  })

  it.each([
    [{ url: '', body: 'x' }, '`callback.url` must be a URL: got ""'],
    [{ url: 'http://app.example', body: '' }, '`callback.body` must be a template: got ""'],
  ])('refuses the callback %j', (callback, message) => {
    expect(() => objectHeaders({ callback }, subject)).toThrow(message)
  })

  it('refuses metadata that would start a header of its own', () => {
    const meta = { a: 'x\r\nx-oss-object-acl: public-read' }
    expect(() => objectHeaders({ meta }, subject)).toThrow(
      'The header x-oss-meta-a holds a line break',
    )
    expect(() => objectHeaders({ meta: { 'a:b': 'x' } }, subject)).toThrow(
      'Not the name of a header',
    )
  })

  it.each(['a/b\r\nx: y', 'a/b\n', 'a/b\0'])('refuses the type %j, which would', (mime) => {
    expect(() => objectHeaders({ mime }, subject)).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError' }),
    )
  })
})
