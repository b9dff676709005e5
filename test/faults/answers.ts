import type { Fault as ServerFault } from 'oss-local'
import { type FaultCase, SHORT_TIMEOUT } from './fault-case.ts'

type Refusal = Pick<Extract<ServerFault, { do: 'refuse' }>, 'status' | 'code' | 'headers'>

/** One of each kind of request. */
const REQUESTS = [
  ['Initiate', { on: 'InitiateMultipartUpload' }],
  ['a part', { on: 'UploadPart', partNumber: 3 }],
  ['Complete', { on: 'CompleteMultipartUpload' }],
  ['ListParts', { on: 'ListParts' }],
] as const

const PART_3 = REQUESTS[1][1]
const COMPLETE = REQUESTS[2][1]
const HTML = '<!DOCTYPE html><html><body>Please sign in</body></html>'
const RESULT = `<?xml version="1.0" encoding="UTF-8"?>
<CompleteMultipartUploadResult><Bucket>flow</Bucket><Key>object</Key><ETag>"0-5"</ETag></CompleteMultipartUploadResult>`

/** A refusal that passes: once for each kind of request. */
function passing(row: string, refusal: Refusal): FaultCase[] {
  return REQUESTS.map(([request, which]) => ({
    row,
    name: `${request} is refused once with ${refusal.status} ${refusal.code}`,
    resumed: request === 'ListParts',
    ends: 'arrived',
    arrange: ({ server }) => server.faults.add({ ...which, do: 'refuse', ...refusal }),
  }))
}

/** Said by something between client and OSS, once for each kind of request. */
function byProxy(status: number, what: string, body: string): FaultCase[] {
  return REQUESTS.map(([request, which]) => ({
    row: 'C26',
    name: `${request} is answered once with ${status} and ${what}`,
    resumed: request === 'ListParts',
    ends: 'arrived',
    arrange: ({ server }) => server.faults.add({ ...which, do: 'answer', status, body }),
  }))
}

function retryAfter(what: string, value = () => what): FaultCase {
  return {
    row: 'C27',
    name: `a part is refused with 503 and Retry-After: ${what}`,
    ends: 'arrived',
    arrange({ server }) {
      const headers = { 'retry-after': value() }
      server.faults.add({ ...PART_3, do: 'refuse', status: 503, code: 'SlowDown', headers })
    },
  }
}

/** An answer with 200 from something that is not OSS: nothing was done. */
function notOss(what: string, body: string): FaultCase[] {
  return REQUESTS.map(([request, which]) => ({
    row: 'C24',
    name: `${request} is answered with 200 and ${what}`,
    resumed: request === 'ListParts',
    ends: request === 'a part' ? { name: 'MissingETagError', status: 200 } : 'arrived',
    arrange: ({ server }) => server.faults.add({ ...which, do: 'answer', status: 200, body }),
  }))
}

export const ANSWERS: readonly FaultCase[] = [
  {
    row: 'C22',
    name: 'Complete is answered after twice the time-out',
    timeout: SHORT_TIMEOUT,
    ends: 'arrived',
    arrange: ({ server }) =>
      server.faults.add({ ...COMPLETE, do: 'delay answer', ms: 2 * SHORT_TIMEOUT }),
  },
  {
    row: 'C22',
    name: "Complete's answer begins with white space",
    ends: 'arrived',
    arrange: ({ server }) =>
      server.faults.add({ ...COMPLETE, do: 'change answer', body: `  \n \n${RESULT}` }),
  },
  ...['InternalError', 'SlowDown'].map(
    (code): FaultCase => ({
      row: 'C23',
      name: `Complete is answered with 200 and <Error> ${code}, and nothing was done`,
      ends: 'arrived',
      arrange: ({ server }) =>
        server.faults.add({ ...COMPLETE, do: 'answer', status: 200, body: errorXml(code) }),
    }),
  ),
  {
    row: 'C23',
    name: 'Complete is answered with 200 and <Error>, but the object is there',
    ends: 'arrived',
    arrange: ({ server }) =>
      server.faults.add({ ...COMPLETE, do: 'change answer', body: errorXml('InternalError') }),
  },
  {
    row: 'C23',
    name: 'Complete is answered with 200 and <Error> AccessDenied, and nothing was done',
    ends: { name: 'AccessDeniedError', code: 'AccessDenied' },
    arrange: ({ server }) =>
      server.faults.add({ ...COMPLETE, do: 'answer', status: 200, body: errorXml('AccessDenied') }),
  },
  ...notOss('a page of HTML', HTML),
  ...notOss('nothing', ''),
  ...notOss('XML that breaks off', RESULT.slice(0, 100)),
  ...[HTML, '', RESULT.slice(0, 100), RESULT.replace('object', 'other')].map(
    (body, index): FaultCase => ({
      row: 'C24',
      name: `Complete is done, and answered with ${['HTML', 'nothing', 'half a result', 'another key'][index]}`,
      ends: 'arrived',
      arrange: ({ server }) => server.faults.add({ ...COMPLETE, do: 'change answer', body }),
    }),
  ),
  {
    row: 'C24',
    name: 'Complete is answered with the result of another time, and nothing was done',
    ends: { name: 'UnexpectedResponseError' },
    arrange: ({ server }) =>
      server.faults.add({ ...COMPLETE, do: 'answer', status: 200, body: RESULT }),
  },
  {
    row: 'C24',
    name: 'a part is answered with an ETag by something that keeps nothing',
    ends: 'arrived',
    arrange: ({ server }) =>
      server.faults.add({ ...PART_3, do: 'answer', status: 200, headers: { etag: '"ABC"' } }),
  },
  ...passing('C26', { status: 500, code: 'InternalError' }),
  ...byProxy(502, 'HTML', HTML),
  ...byProxy(504, 'nothing', ''),
  ...passing('C27', { status: 503, code: 'SlowDown' }),
  ...['0', '1', '-5', 'abc'].map((value) => retryAfter(value)),
  retryAfter('a date to come', () => new Date(Date.now() + 2_000).toUTCString()),
  {
    row: 'C27',
    name: 'every part is refused once with 503',
    ends: 'arrived',
    arrange: ({ server }) =>
      server.faults.add({
        on: 'UploadPart',
        times: 5,
        do: 'refuse',
        status: 503,
        code: 'SlowDown',
      }),
  },
  ...passing('C28', { status: 429, code: 'QpsLimitExceeded' }),
  ...passing('C29', { status: 408, code: 'RequestTimeout' }),
  ...passing('C29', { status: 400, code: 'RequestTimeout' }),
  {
    row: 'C30',
    name: 'from the second part on everything is refused with 503',
    client: () => ({ retryMax: 2 }),
    ends: { name: 'ServiceUnavailableError', status: 503, operation: 'UploadPart' },
    arrange: ({ server }) =>
      server.faults.add({
        on: 'UploadPart',
        nth: 2,
        times: 'always',
        do: 'refuse',
        status: 503,
        code: 'ServiceUnavailable',
      }),
  },
]

function errorXml(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>${code}</Code><Message>Said with 200.</Message><RequestId>X</RequestId></Error>`
}
