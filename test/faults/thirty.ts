import { open, readFile, truncate } from 'node:fs/promises'
import type { Fault as ServerFault } from 'oss-local'
import { type Bench, type Fault, type FaultCase, IMPATIENT } from './fault-case.ts'
import type { ProxyFault, ProxyRule } from './fault-proxy.ts'

/** One of the thirty that every client is put to. */
export interface ComparedFault extends Fault {
  /** What a client should make of it. 'error': there is no version of the file left to upload. */
  readonly ideal: 'arrived' | 'error'
}

const INITIATE = { on: 'InitiateMultipartUpload' } as const
const PART_3 = { on: 'UploadPart', partNumber: 3 } as const
const COMPLETE = { on: 'CompleteMultipartUpload' } as const
const HOUR = 3_600_000
const HTML = '<!DOCTYPE html><html><body>Please sign in</body></html>'
const ERROR =
  '<Error><Code>InternalError</Code><Message>Please try again.</Message><RequestId>X</RequestId></Error>'

/** What the network does. */
function network(row: string, name: string, rule: (bench: Bench) => ProxyRule): ComparedFault {
  return { row, name, ideal: 'arrived', arrange: (bench) => bench.proxy.add(rule(bench)) }
}

/** What the server says, or something in front of it. */
function answer(row: string, name: string, fault: ServerFault): ComparedFault {
  return { row, name, ideal: 'arrived', arrange: ({ server }) => server.faults.add(fault) }
}

/** What happens to the file while its third part is sent. */
function source(
  row: string,
  name: string,
  change: (bench: Bench) => Promise<unknown>,
): ComparedFault {
  return {
    row,
    name,
    ideal: 'error',
    arrange: (bench) =>
      bench.proxy.add({
        ...PART_3,
        async fault() {
          await change(bench)
          bench.versions.push(await readFile(bench.path))
        },
      }),
  }
}

const middle = (what: 'reset' | 'end' | 'stall' | 'flip') => (bench: Bench) => ({
  ...PART_3,
  fault: { what, in: 'request', after: bench.partSize / 2 } as const,
})

const lost: ProxyFault = { what: 'reset', in: 'answer', after: 0 }
const silence: ProxyFault = { what: 'stall', in: 'answer', after: 0 }
const refused = (status: number, code: string, headers = {}) =>
  ({ do: 'refuse', status, code, headers }) as const

export const THIRTY: readonly ComparedFault[] = [
  network('C01', 'the server is away for 1.5 seconds during part 3', ({ proxy }) => ({
    ...PART_3,
    fault() {
      proxy.refuse()
      setTimeout(proxy.accept, 1_500)
    },
  })),
  network('C07', 'an idle connection is closed just when it is used again', () => ({
    reused: true,
    fault: { what: 'reset', in: 'request', after: 0 },
  })),
  network('C08', 'part 3 is cut off before the server sees it', () => ({
    ...PART_3,
    fault: { what: 'reset', in: 'request', after: 0 },
  })),
  network('C08', 'part 3 is cut off in the middle', middle('reset')),
  network('C08', 'part 3 is ended with FIN in the middle', middle('end')),
  network('C08', 'all three parts on their way are cut off at once', () => ({
    on: 'UploadPart',
    times: 3,
    fault: { what: 'reset', in: 'request', after: 1_000 },
  })),
  network('C10', 'the server stops reading in the middle of part 3', middle('stall')),
  network('C11', 'part 3 moves at 50 bytes a second', () => ({
    ...PART_3,
    fault: { what: 'trickle', in: 'request', after: 1_000, bytesPerSecond: 50 },
  })),
  network('C14', 'the link is down for three seconds during part 3', ({ proxy }) => ({
    ...PART_3,
    fault() {
      proxy.linkDown()
      setTimeout(proxy.linkUp, 3_000)
    },
  })),
  network('C15', 'a bit of part 3 arrives flipped', middle('flip')),
  network('C18', 'part 3 gets no answer', () => ({ ...PART_3, fault: silence })),
  network('C18', 'Complete gets no answer', () => ({ ...COMPLETE, fault: silence })),
  network('C19', 'the answer to Initiate is lost', () => ({ ...INITIATE, fault: lost })),
  network('C20', 'the answer to part 3 is lost', () => ({ ...PART_3, fault: lost })),
  network('C21', 'the answer to Complete is lost', () => ({ ...COMPLETE, fault: lost })),
  network('C24', 'the answer to Complete is cut in the middle', () => ({
    ...COMPLETE,
    fault: { what: 'reset', in: 'answer', after: '<Key>' },
  })),
  answer('C23', 'Complete is answered with 200 and <Error>', {
    ...COMPLETE,
    do: 'answer',
    status: 200,
    body: ERROR,
  }),
  answer('C24', 'Complete is answered with 200 and a page of HTML', {
    ...COMPLETE,
    do: 'answer',
    status: 200,
    body: HTML,
  }),
  answer('C24', 'Initiate is answered with 200 and a page of HTML', {
    ...INITIATE,
    do: 'answer',
    status: 200,
    body: HTML,
  }),
  answer('C26', 'Initiate is refused with 500', { ...INITIATE, ...refused(500, 'InternalError') }),
  answer('C26', 'part 3 is refused with 500', { ...PART_3, ...refused(500, 'InternalError') }),
  answer('C26', 'Complete is refused with 500', { ...COMPLETE, ...refused(500, 'InternalError') }),
  answer('C26', 'part 3 is answered with 502 and HTML', {
    ...PART_3,
    do: 'answer',
    status: 502,
    body: HTML,
  }),
  answer('C27', 'part 3 is refused with 503 and Retry-After: 1', {
    ...PART_3,
    ...refused(503, 'SlowDown', { 'retry-after': '1' }),
  }),
  answer('C27', 'every part is refused once with 503', {
    on: 'UploadPart',
    times: 5,
    ...refused(503, 'SlowDown'),
  }),
  answer('C28', 'part 3 is refused with 429', { ...PART_3, ...refused(429, 'QpsLimitExceeded') }),
  answer('C29', 'part 3 is refused with 408', { ...PART_3, ...refused(408, 'RequestTimeout') }),
  {
    row: 'C32',
    name: 'our clock is an hour wrong',
    ideal: 'arrived',
    server: () => ({ clock: () => Date.now() + HOUR }),
    arrange() {},
  },
  source('C46', 'the file is cut short during part 3', ({ path, partSize }) =>
    truncate(path, 2.5 * partSize),
  ),
  source('C48', 'the file is edited during part 3', async ({ path, partSize }) => {
    const file = await open(path, 'r+')
    for (const position of [10, 5 * partSize - 10]) {
      await file.write(Buffer.from('!'), 0, 1, position)
    }
    await file.close()
  }),
]

/** What nobody is told of. */
const SILENT = new Set(['C10', 'C11', 'C14', 'C18'])

const CHANGED = { name: 'SourceChangedError', code: 'SourceChangedError' }

/** The thirty as cases of ours. */
export const THIRTY_CASES: readonly FaultCase[] = THIRTY.map((fault) => ({
  ...fault,
  ends: fault.ideal === 'error' ? CHANGED : 'arrived',
  resumable: fault.ideal !== 'error',
  ...(SILENT.has(fault.row) && { timeout: IMPATIENT }),
}))
