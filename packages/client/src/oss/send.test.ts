import { inspect } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { bytesBody } from './body.ts'
import { utf8 } from './encode.ts'
import { OssError } from './errors.ts'
import type { OssRequest } from './request.ts'
import { readBody, text } from './response.ts'
import { createOpen, createSend, type SendParts } from './send.ts'
import { signV1 } from './sign-v1.ts'
import { signV4 } from './sign-v4.ts'
import { type Answer, failureOf, scriptedOss, sendParts } from './testing.contract.ts'
import { xmlOf } from './xml-answer.ts'

const request: OssRequest = { operation: 'GetObject', method: 'GET', bucket: 'bkt', key: 'key' }

/** `createSend` and `createOpen` with other parts than the usual, and what they ask. */
function sending(parts: Partial<SendParts>, ...script: readonly (Answer | Error)[]) {
  const { transport, requests } = scriptedOss(...script)
  const all = { ...sendParts, transport, ...parts }
  return { send: createSend(all), open: createOpen(all), requests }
}

describe('createSend', () => {
  it('sends the request to its address, with all headers, time-outs and the signal', async () => {
    const { send, requests } = sending({ headers: { 'user-agent': 'test', a: 'common' } }, {})
    const { signal } = new AbortController()
    const body = bytesBody(utf8('bytes'))
    await send({
      operation: 'UploadPart',
      method: 'PUT',
      bucket: 'bkt',
      key: 'a b',
      query: { uploads: '', partNumber: '3' },
      headers: { a: 'own' },
      timeouts: { stall: 9_000 },
      body,
      signal,
    })
    expect(requests).toEqual([
      {
        method: 'PUT',
        origin: 'https://bkt.oss.test',
        path: '/a%20b?uploads&partNumber=3',
        headers: { 'user-agent': 'test', a: 'own', 'content-length': '5', authorization: 'signed' },
        timeouts: { connect: 1_000, stall: 9_000, answer: 3_000 },
        body,
        signal,
      },
    ])
  })

  it('lets OSS take longer over what it must put together', async () => {
    const { send, requests } = sending({}, {}, {}, {})
    for (const operation of ['HeadObject', 'CompleteMultipartUpload']) {
      await send({ ...request, operation })
    }
    await send({ ...request, operation: 'CopyObject', timeouts: { complete: 9_000 } })
    expect(requests.map(({ timeouts }) => timeouts.answer)).toEqual([3_000, 4_000, 9_000])
    expect(requests.every(({ timeouts }) => !('complete' in timeouts))).toBe(true)
  })

  it('reads the XML that is to answer the request', async () => {
    const { send } = sending(
      {},
      { body: '<ListPartsResult><UploadId>U</UploadId></ListPartsResult>' },
    )
    const { xml } = await send({ ...request, root: 'ListPartsResult' })
    expect(xml?.value('UploadId')).toBe('U')
  })

  it('takes an error document for the error that it says, whatever the status', async () => {
    const body = '<Error><Code>InternalError</Code><Message>Later.</Message><EC>7</EC></Error>'
    const { send } = sending({}, { body })
    const error = await failureOf(send({ ...request, root: 'ListPartsResult', partNumber: 3 }))
    expect(error).toMatchObject({ name: 'InternalErrorError', code: 'InternalError', status: 200 })
    expect(error).toMatchObject({ message: 'Later.', ecCode: '7', partNum: 3 })
    expect(error.operation).toBe('GetObject')
  })

  it('leaves what is no XML of OSS alone: an object may hold anything', async () => {
    const body = '<Error><Code>InternalError</Code></Error>'
    const { send } = sending({}, { body })
    expect(text((await send(request)).data)).toBe(body)
  })

  it('signs what is sent, as the credentials and the clock of OSS say', async () => {
    const sign = vi.fn(() => ({ authorization: 'signed' }))
    const { send } = sending({ sign, headers: { 'x-oss-a': 'b' } }, {})
    await send({ ...request, query: { acl: '' } })
    expect(sign.mock.calls).toEqual([
      [
        {
          method: 'GET',
          bucket: 'bkt',
          key: 'key',
          query: { acl: '' },
          headers: { 'x-oss-a': 'b' },
        },
        { accessKeyId: 'id', accessKeySecret: 'secret' },
        new Date('2026-01-02T03:05:00Z'),
      ],
    ])
  })

  it('says the length of a body that is empty, and none of one that is unknown', async () => {
    const { send, requests } = sending({}, {}, {}, {}, {})
    const unknown = { size: undefined, async *chunks() {} }
    await send({ ...request, method: 'POST' })
    await send({ ...request, method: 'PUT' })
    await send({ ...request, method: 'GET' })
    await send({ ...request, method: 'PUT', body: unknown })
    const lengths = requests.map(({ headers }) => headers['content-length'])
    expect(lengths).toEqual(['0', '0', undefined, undefined])
  })

  it('gives the answer with its body, and how long it took', async () => {
    const clock = vi.fn(() => 1_000).mockReturnValueOnce(900)
    const { send } = sending({ clock }, { headers: { etag: '"E"' }, body: 'data' })
    const { status, headers, data, res } = await send(request)
    expect({ status, etag: headers.etag, text: text(data) }).toEqual({
      status: 200,
      etag: '"E"',
      text: 'data',
    })
    expect(res).toMatchObject({ rt: 100, size: 4, requestUrls: ['https://bkt.oss.test/key'] })
    expect(res.data).toBe(data)
  })

  it('gives bytes of the kind that the platform likes', async () => {
    const { send } = sending({ bytes: Buffer.from }, { body: 'data' })
    expect((await send(request)).data).toEqual(Buffer.from('data'))
  })

  it('takes any 2xx for a success, unless the operation says which', async () => {
    const { send } = sending({}, { status: 204 }, { status: 204 }, { status: 304 })
    expect((await send(request)).status).toBe(204)
    expect(await failureOf(send({ ...request, success: [200] }))).toMatchObject({ status: 204 })
    expect((await send({ ...request, success: [200, 304] })).status).toBe(304)
  })

  it('throws what OSS refuses as an error with the operation and the part', async () => {
    const body = '<Error><Code>NoSuchUpload</Code><Message>Gone.</Message></Error>'
    const { send } = sending({}, { status: 404, body })
    expect(await failureOf(send({ ...request, partNumber: 3 }))).toMatchObject({
      name: 'NoSuchUploadError',
      status: 404,
      operation: 'GetObject',
      partNum: 3,
      requestId: 'REQUEST-ID',
    })
  })

  it('adds to a failure of the network what was being done', async () => {
    const reset = new OssError('socket hang up', { name: 'ResponseError', status: -1 })
    const { send } = sending({}, reset)
    const error = await failureOf(send({ ...request, operation: 'UploadPart', partNumber: 3 }))
    expect(error).toMatchObject({
      name: 'ResponseError',
      status: -1,
      operation: 'UploadPart',
      message: 'socket hang up (UploadPart key part 3)',
      cause: reset,
    })
    const system = new Error('read ECONNRESET')
    const explained = new OssError('reset', { name: 'ResponseError', status: -1, cause: system })
    expect((await failureOf(sending({}, explained).send(request))).cause).toBe(system)
  })

  it('adds the same when the connection breaks in the middle of an answer', async () => {
    async function* broken() {
      yield utf8('half an ans')
      throw new OssError('socket hang up', { name: 'ResponseError', status: -1 })
    }
    const { send } = sending({}, { body: broken() })
    expect((await failureOf(send(request))).message).toBe('socket hang up (GetObject key)')
  })

  it('passes on an abort, a bug or an error of the source as it is', async () => {
    for (const error of [new DOMException('stop', 'AbortError'), new TypeError('bug')]) {
      await expect(sending({}, error).send(request)).rejects.toBe(error)
    }
  })

  it('sends nothing when the signal was aborted while credentials were fetched', async () => {
    const stop = new AbortController()
    const credentials = async () => {
      stop.abort('enough')
      return sendParts.credentials()
    }
    const { send, requests } = sending({ credentials }, {})
    await expect(send({ ...request, signal: stop.signal })).rejects.toBe('enough')
    expect(requests).toEqual([])
  })

  it('sends nothing when there are no credentials to be had', async () => {
    const credentials = () => Promise.reject(new Error('no keys'))
    const { send, requests } = sending({ credentials }, {})
    await expect(send(request)).rejects.toThrow('no keys')
    expect(requests).toEqual([])
  })
})

describe('createOpen', () => {
  it('hands over a successful answer unread', async () => {
    const read = vi.fn()
    async function* body() {
      read()
      yield utf8('data')
    }
    const { open } = sending({}, { body: body() })
    const response = await open(request)
    expect(read).not.toHaveBeenCalled()
    expect(response).toMatchObject({ status: 200, startedAt: Date.UTC(2026, 0, 2, 3, 4, 5) })
    for await (const chunk of response.body) expect(text(chunk)).toBe('data')
    expect(read).toHaveBeenCalledOnce()
  })

  it('says what was being done when the connection breaks while the answer is read', async () => {
    async function* broken() {
      yield utf8('half an ans')
      throw new OssError('socket hang up', { name: 'ResponseError', status: -1 })
    }
    const { body } = await sending({}, { body: broken() }).open(request)
    const error = await failureOf(readBody(body))
    expect(error).toMatchObject({ operation: 'GetObject', status: -1 })
  })

  it('lets the connection go when the answer is not read to its end', async () => {
    const closed = vi.fn()
    async function* endless() {
      try {
        for (;;) yield utf8('data')
      } finally {
        closed()
      }
    }
    const { body } = await sending({}, { body: endless() }).open(request)
    for await (const _ of body) break
    expect(closed).toHaveBeenCalledOnce()
  })
})

describe('secrets', () => {
  const credentials = { accessKeyId: 'id', accessKeySecret: 'THE-SECRET', stsToken: 'THE-TOKEN' }
  const signers = {
    V1: signV1,
    V4: (...[signable, keys, now]: Parameters<typeof signV1>) =>
      signV4(signable, keys, { region: 'cn-hangzhou', product: 'oss' }, now),
  }
  const refusal = `<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message>
    <StringToSign>GET x-oss-security-token:THE-TOKEN</StringToSign></Error>`
  const answers: [string, Answer | Error][] = [
    ['a refusal that repeats the token', { status: 403, body: refusal }],
    ['an answer that is not XML', { body: '<html>THE-TOKEN' }],
    ['a reset', new OssError('socket hang up', { name: 'ResponseError', status: -1 })],
    ['a success', { body: '<ListPartsResult/>' }],
  ]

  it.each(answers)('stay out of what is told of %s', async (_, answer) => {
    for (const sign of Object.values(signers)) {
      const { send, requests } = sending({ sign, credentials: async () => credentials }, answer)
      const outcome = await send(request).then(
        (response) => check(() => xmlOf('ListParts', response)) ?? response.res,
        (error: unknown) => error,
      )
      const signature = requests[0]?.headers.authorization?.split(/Signature=|:/).at(-1)
      expect(signature).toMatch(/^[\w+/=]{20,}$/)
      for (const told of [
        inspect(outcome, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
        JSON.stringify(outcome),
        String(outcome),
      ]) {
        expect(told).not.toContain(signature)
        expect(told).not.toMatch(/THE-(SECRET|TOKEN)/)
      }
    }
  })

  function check(read: () => unknown): unknown {
    try {
      read()
      return undefined
    } catch (error) {
      return error
    }
  }
})
