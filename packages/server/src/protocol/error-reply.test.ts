import { describe, expect, it } from 'vitest'
import { errorReply } from './error-reply.ts'
import { OssError } from './errors.ts'

const ERROR = new OssError('NoSuchKey', { elements: { Key: 'a<b' }, headers: { allow: 'GET' } })
const ORIGIN = { requestId: '5C3D9175B6FC201293AD4890', hostId: 'b12.oss.test' }
const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>' +
  '<Message>The specified key does not exist.</Message>' +
  '<RequestId>5C3D9175B6FC201293AD4890</RequestId><HostId>b12.oss.test</HostId>' +
  '<Key>a&lt;b</Key><EC>0026-00000001</EC>' +
  '<RecommendDoc>https://api.aliyun.com/troubleshoot?q=0026-00000001</RecommendDoc></Error>'

describe('errorReply', () => {
  it('writes the document in the order of the service', () => {
    const reply = errorReply(ERROR, { ...ORIGIN, method: 'GET' })
    expect(reply.status).toBe(404)
    expect(reply.headers).toEqual({
      allow: 'GET',
      'x-oss-ec': '0026-00000001',
      'content-type': 'application/xml',
    })
    expect(String(reply.body)).toBe(DOCUMENT)
  })

  it('puts the document into a header for HEAD', () => {
    const reply = errorReply(ERROR, { ...ORIGIN, method: 'HEAD' })
    expect(reply.body).toBeUndefined()
    expect(Buffer.from(reply.headers['x-oss-err'] ?? '', 'base64').toString()).toBe(DOCUMENT)
    expect(reply.headers['x-oss-ec']).toBe('0026-00000001')
  })
})
