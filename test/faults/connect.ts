import { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import { type Bench, type FaultCase, SHORT_TIMEOUT } from './fault-case.ts'

/** Milliseconds that a server needs to start again. */
const RESTART = 1_500
/** A name that only the test's own resolver knows. */
const HOST = 'oss.test'

type Resolved = { readonly address: string; readonly family: 4 }[]
const HERE: Resolved = [{ address: '127.0.0.1', family: 4 }]

const byName: Pick<FaultCase, 'server' | 'arrange'> = {
  server: () => ({ hosts: [HOST] }),
  // The resolver is the fault.
  arrange() {},
}

export const CONNECT: readonly FaultCase[] = [
  {
    row: 'C01',
    name: 'the server is restarted in the middle of a part',
    ends: 'arrived',
    arrange: ({ proxy }) =>
      proxy.add({
        on: 'UploadPart',
        partNumber: 3,
        fault() {
          proxy.refuse()
          setTimeout(proxy.accept, RESTART)
        },
      }),
  },
  {
    row: 'C01',
    name: 'the server goes away and does not come back',
    client: () => ({ retryMax: 2 }),
    ends: { name: 'RequestError', code: 'RequestError', status: -1, operation: 'UploadPart' },
    arrange: ({ proxy }) =>
      proxy.add({ on: 'UploadPart', partNumber: 3, fault: () => proxy.refuse() }),
  },
  {
    row: 'C03',
    name: 'the name is not resolved for a while (EAI_AGAIN)',
    ...byName,
    client: (bench) => resolvedBy(bench, failing(2, 'EAI_AGAIN')),
    ends: 'arrived',
  },
  {
    row: 'C03',
    name: 'there is no such name (ENOTFOUND)',
    ...byName,
    client: (bench) => ({ ...resolvedBy(bench, failing(2, 'ENOTFOUND')), retryMax: 1 }),
    ends: { name: 'RequestError', code: 'RequestError', status: -1 },
  },
  {
    row: 'C03',
    name: 'the resolver gives no answer',
    timeout: SHORT_TIMEOUT,
    ...byName,
    client: (bench) => resolvedBy(bench, silent(1)),
    ends: 'arrived',
  },
  {
    row: 'C03',
    name: 'the resolver gives no answer, however often it is asked',
    timeout: SHORT_TIMEOUT,
    ...byName,
    client: (bench) => ({ ...resolvedBy(bench, silent(2)), retryMax: 1 }),
    ends: { name: 'ConnectionTimeoutError', code: 'ConnectionTimeoutError', status: -2 },
  },
  {
    row: 'C04',
    name: 'the first of several addresses is dead',
    ...byName,
    client: (bench) => ({
      // Every address of 127.0.0.0/8 is this machine, and nothing listens on that one.
      ...resolvedBy(bench, () => [{ address: '127.0.0.2', family: 4 }, ...HERE]),
      retryMax: 0,
    }),
    ends: 'arrived',
  },
  ...(['reset', 'end'] as const).map(
    (what): FaultCase => ({
      row: 'C07',
      name: `an idle connection is closed (${what}) just when it is used again`,
      // So it is no try that counts.
      client: () => ({ retryMax: 0 }),
      ends: 'arrived',
      arrange: ({ proxy }) =>
        proxy.add({
          on: 'UploadPart',
          reused: true,
          fault: { what, in: 'request', after: 0 },
        }),
    }),
  ),
]

/** What is to be answered; undefined for never. */
type Resolver = () => Resolved | NodeJS.ErrnoException | undefined

function resolvedBy({ proxy }: Bench, resolve: Resolver) {
  const lookup: LookupFunction = (_name, _options, done) => {
    const resolved = resolve()
    if (resolved === undefined) return
    if (resolved instanceof Error) done(resolved, [])
    else done(null, [...resolved])
  }
  return { endpoint: `http://${HOST}:${proxy.port}`, agent: new Agent({ keepAlive: true, lookup }) }
}

function failing(times: number, code: string): Resolver {
  let left = times
  return () =>
    left-- > 0 ? Object.assign(new Error(`getaddrinfo ${code} ${HOST}`), { code }) : HERE
}

function silent(times: number): Resolver {
  let left = times
  return () => (left-- > 0 ? undefined : HERE)
}
