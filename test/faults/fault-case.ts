import type { RunningServer, ServerOptions } from 'oss-local'
import type OSS from 'oss-multipart'
import type {
  ClientOptions,
  MultipartUploadOptions,
  Timeout,
  TimeoutOptions,
  UploadInput,
} from 'oss-multipart'
import type { FaultProxy } from './fault-proxy.ts'

/** Milliseconds that are waited where silence is the fault: each such case lasts at least as long. */
export const SHORT_TIMEOUT = 700
/** The same for everything, Complete included, which may take longer by default. */
export const IMPATIENT: TimeoutOptions = {
  connect: SHORT_TIMEOUT,
  stall: SHORT_TIMEOUT,
  answer: SHORT_TIMEOUT,
  complete: SHORT_TIMEOUT,
}

/** What one fault is made with: a server and a proxy in front of it that nobody else uses. */
export interface Bench {
  readonly proxy: FaultProxy
  readonly server: RunningServer
  /** A client that goes around the proxy. */
  readonly direct: OSS
  readonly folder: string
  /** The file that is uploaded, of five parts. */
  readonly path: string
  readonly partSize: number
  /** What may be in the object: whole versions of the file. A fault that changes the file adds one. */
  readonly versions: Buffer[]
}

/** A fault that any client can be put to. */
export interface Fault {
  /** Of the catalogue, such as C21. */
  readonly row: string
  /** What happens, in a few words. */
  readonly name: string
  /** What the server is started with. */
  readonly server?: () => ServerOptions
  arrange(bench: Bench): unknown
}

/** What the error says, where the upload is to end with one. */
export interface ExpectedError {
  readonly name: string
  readonly code?: string
  readonly status?: number
  readonly partNum?: number
  readonly operation?: string
}

/** A fault, and what our client is to make of it. */
export interface FaultCase extends Fault {
  /** 'arrived': success, and the object is there. Otherwise the error, from which a resume arrives. */
  readonly ends: 'arrived' | ExpectedError
  readonly client?: (bench: Bench) => Partial<ClientOptions>
  readonly upload?: MultipartUploadOptions
  /** How long is waited: not long where just that is the fault. @default 10000 */
  readonly timeout?: Timeout
  /** What is uploaded. @default the file */
  readonly input?: (bench: Bench) => UploadInput
  /** Whether an earlier attempt has brought the first two parts to OSS. @default false */
  readonly resumed?: boolean
  /** Whether its checkpoint is of use after the error. @default true */
  readonly resumable?: boolean
  /** What else must be true in the end. */
  also?(bench: Bench): unknown
  /** What is missing in the client for this case, until it is not. */
  readonly red?: string
}
