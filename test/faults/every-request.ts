import type { OperationName } from '../flow/request-line.ts'
import { PART } from '../flow/testing.ts'
import { type Bench, type FaultCase, IMPATIENT } from './fault-case.ts'
import type { ProxyFault } from './fault-proxy.ts'

interface Aim {
  readonly name: string
  readonly on: OperationName
  readonly partNumber?: number
  /** Bytes in the middle of its body. */
  readonly middle?: number
  /** A text of which its answer still has something behind. */
  readonly within: string
}

/** Each request of an upload: of the parts the first, one in the middle and the last. */
const AIMS: readonly Aim[] = [
  { name: 'Initiate', on: 'InitiateMultipartUpload', within: '<UploadId>' },
  { name: 'the first part', on: 'UploadPart', partNumber: 1, middle: PART / 2, within: 'etag' },
  { name: 'a part in the middle', on: 'UploadPart', partNumber: 3, middle: 1, within: 'etag' },
  { name: 'the last part', on: 'UploadPart', partNumber: 5, middle: PART - 2, within: 'etag' },
  { name: 'Complete', on: 'CompleteMultipartUpload', middle: 100, within: '<Key>' },
  { name: 'ListParts', on: 'ListParts', within: '<Part>' },
]

/** What the network can do to one request. In its rows stands where the catalogue speaks of it. */
interface Trouble {
  readonly name: string
  readonly row: string
  /** Whether it happens to a body, which not every request has. */
  readonly toBody?: boolean
  /** Where it can happen to one operation alone. */
  readonly only?: OperationName
  readonly fault: (aim: Aim, bench: Bench) => ProxyFault | (() => void)
}

const TROUBLES: readonly Trouble[] = [
  { name: 'is cut off before the server sees it', row: 'C08', fault: at('reset', 'request', 0) },
  { name: 'is cut off in its body', row: 'C08', toBody: true, fault: inBody('reset') },
  { name: 'is ended in its body', row: 'C08', toBody: true, fault: inBody('end') },
  { name: 'loses its answer', row: 'C20', fault: at('reset', 'answer', 0) },
  { name: 'gets FIN for an answer', row: 'C20', fault: at('end', 'answer', 0) },
  { name: 'gets a part of an answer', row: 'C24', fault: inAnswer('reset') },
  { name: 'gets a part of an answer and FIN', row: 'C24', fault: inAnswer('end') },
  { name: 'stops moving before the server sees it', row: 'C10', fault: at('stall', 'request', 0) },
  { name: 'stops moving in its body', row: 'C10', toBody: true, fault: inBody('stall') },
  { name: 'gets no answer', row: 'C18', fault: at('stall', 'answer', 0) },
  {
    name: 'gets an answer that stops in the middle',
    row: 'C18',
    fault: inAnswer('stall'),
  },
  {
    name: 'gets its answer drop by drop',
    row: 'C22',
    fault: () => ({ what: 'trickle', in: 'answer', after: 0, bytesPerSecond: 2_000 }),
  },
  {
    name: 'has a bit flipped in its body',
    row: 'C15',
    toBody: true,
    only: 'UploadPart',
    fault: inBody('flip'),
  },
  {
    name: 'finds the server gone, which comes back',
    row: 'C01',
    fault: (_, { proxy }) => {
      return () => {
        proxy.refuse()
        setTimeout(proxy.accept, 400)
      }
    },
  },
  {
    name: 'finds the link down, which comes back',
    row: 'C14',
    fault: (_, { proxy }) => {
      return () => {
        proxy.linkDown()
        setTimeout(proxy.linkUp, 1_000)
      }
    },
  },
]

/** For the table that is drawn of them. */
export const AIM_NAMES = AIMS.map(({ name }) => name)
export const TROUBLE_NAMES = TROUBLES.map(({ name }) => name)

type Sudden = 'reset' | 'end' | 'stall' | 'flip'

function at(what: Sudden, direction: ProxyFault['in'], after: number): Trouble['fault'] {
  return () => ({ what, in: direction, after })
}

function inBody(what: Sudden): Trouble['fault'] {
  return ({ middle = 0 }) => ({ what, in: 'request', after: middle })
}

function inAnswer(what: Sudden): Trouble['fault'] {
  return ({ within }) => ({ what, in: 'answer', after: within })
}

function canHappen({ toBody, only }: Trouble, { on, middle }: Aim): boolean {
  return (only ?? on) === on && (!toBody || middle !== undefined)
}

/** Rows of faults that nothing tells of but that nothing comes. */
const SILENT = new Set(['C10', 'C14', 'C18'])

/** Where the catalogue has a row for the loss of just this answer. */
const LOST: Partial<Record<OperationName, string>> = {
  InitiateMultipartUpload: 'C19',
  CompleteMultipartUpload: 'C21',
}

/** Every trouble of the network with every request. All of them are got over. */
export const EVERY_REQUEST: readonly FaultCase[] = AIMS.flatMap((aim) =>
  TROUBLES.filter((trouble) => canHappen(trouble, aim)).map((trouble) => ({
    row: trouble.row === 'C20' ? (LOST[aim.on] ?? 'C20') : trouble.row,
    name: `${aim.name} ${trouble.name}`,
    resumed: aim.on === 'ListParts',
    ...(SILENT.has(trouble.row) && { timeout: IMPATIENT }),
    ends: 'arrived',
    arrange(bench) {
      const { on, partNumber } = aim
      bench.proxy.add({ on, partNumber, fault: trouble.fault(aim, bench) })
    },
  })),
)
