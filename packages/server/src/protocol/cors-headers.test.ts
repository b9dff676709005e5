import { describe, expect, it } from 'vitest'
import { answerHeaders, preflightHeaders, readPreflight } from './cors-headers.ts'
import type { FullCorsRule } from './cors-rule.ts'

const PAGE = 'http://page.test:5173'
const RULE: FullCorsRule = {
  allowedOrigin: [PAGE],
  allowedMethod: ['PUT', 'GET'],
  allowedHeader: [],
  exposeHeader: [],
}

const withRules = (...rules: Partial<FullCorsRule>[]) => ({
  rules: rules.map((rule) => ({ ...RULE, ...rule })),
  responseVary: false,
})

describe('readPreflight', () => {
  const headers = (more: Record<string, string> = {}) =>
    new Map(Object.entries({ origin: PAGE, 'access-control-request-method': 'PUT', ...more }))

  it('reads the names of the headers to come', () => {
    expect(readPreflight(headers())).toEqual({ origin: PAGE, method: 'PUT', headers: [] })
    const names = { 'access-control-request-headers': 'authorization,Content-Type,  x-oss-date,' }
    expect(readPreflight(headers(names)).headers).toEqual([
      'authorization',
      'Content-Type',
      'x-oss-date',
    ])
  })

  it.each([
    ['origin', '0034-00000101', 'Insufficient information. Origin request header needed.'],
    [
      'access-control-request-method',
      '0034-00000102',
      'Insufficient information. Request Access-Control-Request-Method header needed.',
    ],
  ])('misses the header %s', (name, ec, message) => {
    const without = headers()
    without.delete(name)
    expect(() => readPreflight(without)).toThrowError(
      expect.objectContaining({ code: 'BadRequest', status: 400, ec, message }),
    )
  })
})

describe('preflightHeaders', () => {
  const ask = (
    cors: Parameters<typeof preflightHeaders>[0],
    { origin = PAGE, method = 'PUT', headers = [] as string[] } = {},
  ) => preflightHeaders(cors, { origin, method, headers })

  it('tells what the rule allows', () => {
    expect(ask(withRules({}))).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT, GET',
    })
    const full = {
      allowedHeader: ['*'],
      exposeHeader: ['ETag', 'x-oss-request-id'],
      maxAgeSeconds: 0,
    }
    expect(ask(withRules(full), { headers: ['authorization', 'X-Oss-Date'] })).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'authorization, X-Oss-Date',
      'access-control-expose-headers': 'ETag, x-oss-request-id',
      'access-control-max-age': '0',
    })
  })

  it.each([
    [PAGE, PAGE, true],
    ['*', PAGE, true],
    ['*', 'null', true],
    ['null', 'null', true],
    ['http://*', PAGE, true],
    ['http://*:5173', PAGE, true],
    ['http://page.test:*', PAGE, true],
    ['http://page.test:5173*', PAGE, true],
    ['http://page.test', PAGE, false],
    ['http://page.test:5173/', PAGE, false],
    ['HTTP://page.test:5173', PAGE, false],
    ['https://page.test:5173', PAGE, false],
    ['page.test:5173', PAGE, false],
    ['https://*', PAGE, false],
    ['http://*.test', PAGE, false],
    ['http://*.page.test:5173', PAGE, false],
    ['http://page?test:5173', PAGE, false],
    ['http://page.test:5173*73', PAGE, false],
    ['http://p.*', 'http://pxa', false],
  ])('an origin %j is for %j: %s', (allowed, origin, isAllowed) => {
    const cors = withRules({ allowedOrigin: ['http://other.test', allowed] })
    if (isAllowed) {
      const expected = allowed === '*' ? '*' : origin
      expect(ask(cors, { origin })['access-control-allow-origin']).toBe(expected)
    } else {
      expect(() => ask(cors, { origin })).toThrowError(/^CORSResponse: This CORS request is not/)
    }
  })

  it.each([
    [['*'], ['authorization', 'x-oss-meta-a'], true],
    [['Authorization', 'X-Oss-Meta-*'], ['authorization', 'x-oss-meta-a', 'X-OSS-META-'], true],
    [['*-type'], ['content-type'], true],
    [[], [], true],
    [[], ['content-type'], false],
    [['authorization'], ['authorization', 'content-type'], false],
    [['x-oss-*'], ['x-os'], false],
    [['content.type'], ['content-type'], false],
  ])('headers %j are for %j: %s', (allowedHeader, headers, isAllowed) => {
    const asking = () => ask(withRules({ allowedHeader }), { headers })
    if (isAllowed) expect(asking()).toMatchObject({ 'access-control-allow-origin': PAGE })
    else expect(asking).toThrowError(expect.objectContaining({ ec: '0003-00000602' }))
  })

  it('goes by the first rule that allows all of it', () => {
    const cors = withRules(
      { allowedOrigin: ['http://other.test'], maxAgeSeconds: 1 },
      { allowedMethod: ['GET'], maxAgeSeconds: 2 },
      { allowedHeader: ['a'], maxAgeSeconds: 3 },
      { allowedHeader: ['a', 'b'], maxAgeSeconds: 4 },
      { allowedHeader: ['*'], maxAgeSeconds: 5 },
    )
    const age = (headers: string[]) => ask(cors, { headers })['access-control-max-age']
    expect([age([]), age(['a']), age(['b']), age(['c'])]).toEqual(['3', '3', '4', '5'])
  })

  it.each([
    ['without rules', undefined, 'PUT', '0003-00000601'],
    ['with a method that no rule has', withRules({}), 'DELETE', '0003-00000602'],
    ['with a method in other letters', withRules({}), 'put', '0003-00000602'],
  ])('forbids %s', (_what, cors, method, ec) => {
    expect(() => ask(cors, { method })).toThrowError(
      expect.objectContaining({ code: 'AccessForbidden', status: 403, ec }),
    )
  })
})

describe('answerHeaders', () => {
  const answer = (cors: Parameters<typeof answerHeaders>[0], method: string, origin?: string) =>
    answerHeaders(cors, {
      method,
      headers: new Map(origin === undefined ? [] : [['origin', origin]]),
    })

  it('shows the answer to a page that a rule allows', () => {
    const cors = withRules({ exposeHeader: ['ETag'], maxAgeSeconds: 60 })
    expect(answer(cors, 'GET', PAGE)).toEqual({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT, GET',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '60',
    })
  })

  it('says nothing to others, nor where nobody asks', () => {
    expect(answer(withRules({}), 'GET', 'http://other.test')).toEqual({})
    expect(answer(withRules({}), 'HEAD', PAGE)).toEqual({})
    expect(answer(withRules({ allowedOrigin: ['*'] }), 'GET')).toEqual({})
    expect(answer(withRules({ allowedOrigin: ['*'] }), 'GET', '')).toEqual({})
  })

  it('says that it differs by the origin, whoever asks, when it is told to', () => {
    const cors = { ...withRules({}), responseVary: true }
    expect(answer(cors, 'GET', PAGE)).toMatchObject({
      'access-control-allow-origin': PAGE,
      vary: 'Origin',
    })
    for (const origin of ['http://other.test', undefined]) {
      expect(answer(cors, 'GET', origin)).toEqual({ vary: 'Origin' })
    }
  })
})
