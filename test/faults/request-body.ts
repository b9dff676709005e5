import { createReadStream } from 'node:fs'
import { bytesOf, KiB, PART } from '../flow/testing.ts'
import { type Bench, type FaultCase, SHORT_TIMEOUT } from './fault-case.ts'
import type { ProxyFault } from './fault-proxy.ts'

/** More than the kernel takes in for a server that does not read. */
const LARGE = bytesOf(12 * 1024 * KiB)
const PART_3 = { on: 'UploadPart', partNumber: 3 } as const

const cuts = (['reset', 'end'] as const).flatMap((what) =>
  [0, 1, 64 * KiB, PART / 2, PART - 1, PART].map(
    (after): FaultCase => ({
      row: 'C08',
      name: `a part's connection is closed (${what}) after ${after} of ${PART} bytes`,
      ends: 'arrived',
      arrange: ({ proxy }) => proxy.add({ ...PART_3, fault: { what, in: 'request', after } }),
    }),
  ),
)

const flips = [0, PART / 2, PART - 1].map(
  (after): FaultCase => ({
    row: 'C15',
    name: `a bit of byte ${after} of a part arrives flipped`,
    ends: 'arrived',
    arrange: ({ proxy }) => proxy.add({ ...PART_3, fault: flip('request', after) }),
  }),
)

export const REQUEST_BODY: readonly FaultCase[] = [
  ...cuts,
  {
    row: 'C08',
    name: 'every part of a stream is cut off once',
    input: ({ path }) => createReadStream(path),
    ends: 'arrived',
    arrange: ({ proxy }) =>
      proxy.add({ on: 'UploadPart', times: 3, fault: { what: 'reset', in: 'request', after: 1 } }),
  },
  {
    row: 'C08',
    name: 'a part is cut off however often it is sent',
    client: () => ({ retryMax: 1 }),
    ends: { name: 'ResponseError', code: 'ResponseError', status: -1, partNum: 3 },
    arrange: ({ proxy }) =>
      proxy.add({
        ...PART_3,
        times: Number.POSITIVE_INFINITY,
        fault: { what: 'reset', in: 'request', after: 50_000 },
      }),
  },
  {
    row: 'C10',
    name: 'the server stops reading, and no buffer takes any more',
    timeout: SHORT_TIMEOUT,
    input: () => LARGE,
    upload: { partSize: LARGE.length },
    ends: 'arrived',
    arrange({ proxy, versions }) {
      versions.push(LARGE)
      proxy.add({ on: 'UploadPart', fault: { what: 'stall', in: 'request', after: 64 * KiB } })
    },
  },
  {
    row: 'C11',
    name: 'a part moves at 50 bytes a second',
    timeout: SHORT_TIMEOUT,
    ends: 'arrived',
    arrange: ({ proxy }) => proxy.add({ ...PART_3, fault: trickle(1_000, 50) }),
  },
  {
    row: 'C12',
    name: 'the line becomes slow in the middle, which is no error',
    ends: 'arrived',
    arrange: ({ proxy }) =>
      proxy.add({ on: 'UploadPart', skip: 2, times: 3, fault: trickle(0, 200 * KiB) }),
    also: expectSentOnce,
  },
  {
    row: 'C14',
    name: 'the link is down for two seconds while three parts are on their way',
    timeout: SHORT_TIMEOUT,
    ends: 'arrived',
    arrange: ({ proxy }) =>
      proxy.add({
        on: 'UploadPart',
        skip: 2,
        async fault() {
          proxy.linkDown()
          setTimeout(proxy.linkUp, 2_000)
        },
      }),
  },
  ...flips,
  {
    row: 'C15',
    name: 'a bit of every part arrives flipped once',
    ends: 'arrived',
    arrange: ({ proxy }) =>
      [1, 2, 3, 4, 5].forEach((partNumber) => {
        proxy.add({ on: 'UploadPart', partNumber, fault: flip('request', 7) })
      }),
  },
  {
    row: 'C15',
    name: 'a part arrives flipped whenever it is sent',
    ends: { name: 'IntegrityError', code: 'IntegrityError', operation: 'UploadPart', partNum: 3 },
    arrange: ({ proxy }) =>
      proxy.add({ ...PART_3, times: Number.POSITIVE_INFINITY, fault: flip('request', 7) }),
  },
  {
    row: 'C15',
    name: "a bit of Complete's list of parts arrives flipped",
    ends: { name: 'MalformedXMLError', status: 400, operation: 'CompleteMultipartUpload' },
    arrange: ({ proxy }) => proxy.add({ on: 'CompleteMultipartUpload', fault: flip('request', 1) }),
  },
  {
    row: 'C15',
    name: "the checksum in a part's answer arrives flipped",
    ends: 'arrived',
    arrange: ({ proxy }) =>
      proxy.add({ ...PART_3, fault: flip('answer', 'x-oss-hash-crc64ecma: ') }),
  },
  {
    row: 'C15',
    name: "the ETag in a part's answer arrives flipped",
    ends: 'arrived',
    arrange: ({ proxy }) => proxy.add({ ...PART_3, fault: flip('answer', 'etag: "') }),
  },
  {
    row: 'C15',
    name: "the checksum in Complete's answer arrives flipped",
    ends: 'arrived',
    arrange: ({ proxy }) =>
      proxy.add({
        on: 'CompleteMultipartUpload',
        fault: flip('answer', 'x-oss-hash-crc64ecma: '),
      }),
  },
  {
    row: 'C15',
    name: 'a checksum in ListParts arrives flipped',
    resumed: true,
    ends: 'arrived',
    arrange: ({ proxy }) =>
      proxy.add({ on: 'ListParts', fault: flip('answer', '<HashCrc64ecma>') }),
  },
]

function flip(direction: ProxyFault['in'], after: number | string): ProxyFault {
  return { what: 'flip', in: direction, after }
}

function trickle(after: number, bytesPerSecond: number): ProxyFault {
  return { what: 'trickle', in: 'request', after, bytesPerSecond }
}

function expectSentOnce({ proxy }: Bench): void {
  const sent = proxy.count({ operation: 'UploadPart' })
  if (sent !== 5) throw new Error(`Expected each of 5 parts to be sent once: ${sent} were sent`)
}
