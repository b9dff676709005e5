import type { Operation } from '../protocol/detect.ts'

/** One instruction: which request is meant, and what is to happen to it. */
export type Fault = Which & Effect

/** A request is meant when it agrees in every field given. */
export interface Which {
  /** The operation by its name in the protocol: `UploadPart`. @default '*': any */
  readonly on?: OperationName | '*' | undefined
  readonly key?: string | undefined
  readonly partNumber?: number | undefined
  /**
   * From which of the requests that are meant on it happens, counted from when the instruction was
   * given. @default 1: the next
   */
  readonly nth?: number | undefined
  /** To how many of them in a row it happens. 'always': until `clear()`. @default 1 */
  readonly times?: number | 'always' | undefined
}

export type OperationName = Operation['name']

export type Effect =
  | Refuse
  | ScriptedAnswer
  | Cut
  | Stall
  | Slow
  | Corrupt
  | SkewClock
  | ExpireToken
  | LoseAnswer
  | CutAnswer
  | StallAnswer
  | DelayAnswer
  | ChangeAnswer

/**
 * Nothing is done, and the answer is an error document of OSS. A code that oss-local knows has the
 * message and the error cause of OSS.
 */
export interface Refuse {
  readonly do: 'refuse'
  readonly status: number
  readonly code: string
  readonly message?: string | undefined
  readonly headers?: HeaderTexts | undefined
}

/** Nothing is done, and this is the answer, with no other headers than these and its length. */
export interface ScriptedAnswer {
  readonly do: 'answer'
  readonly status: number
  readonly headers?: HeaderTexts | undefined
  /** @default '' */
  readonly body?: string | undefined
}

/** Nothing is done, and the connection is cut when so much of the request's body was read. */
export interface Cut {
  readonly do: 'cut'
  /** Or at the end of the body, if that comes earlier. @default 0 */
  readonly afterBytes?: number | undefined
  readonly by?: CutBy | undefined
}

/**
 * Nothing is done. Reading stops when so much of the request's body was read, and not a word is said
 * until the server is closed, five minutes have passed, or the client hangs up. Behind bytes that
 * are not read that is not noticed.
 */
export interface Stall {
  readonly do: 'stall'
  /** Or at the end of the body, if that comes earlier. @default 0 */
  readonly afterBytes?: number | undefined
}

/** The request is served, but its body is read no faster than this. */
export interface Slow {
  readonly do: 'slow'
  readonly bytesPerSecond: number
}

/** A bit of the first byte of the body is turned before the server sees it: it serves, and sums up, that. */
export interface Corrupt {
  readonly do: 'corrupt'
}

/** The request is judged and served by a clock that is wrong by this: from 15 minutes on, signatures fail. */
export interface SkewClock {
  readonly do: 'skew clock'
  /** Milliseconds; above 0 the server's clock is fast. */
  readonly ms: number
}

/** Refused with 403 SecurityTokenExpired. */
export interface ExpireToken {
  readonly do: 'expire token'
}

/** The request is served, and the connection cut in place of the answer. */
export interface LoseAnswer {
  readonly do: 'lose answer'
  readonly by?: CutBy | undefined
}

/**
 * The request is served, and the connection cut when so much of the answer's body is out: before
 * its last byte, if there are no more than these. An answer without a body is lost as a whole.
 */
export interface CutAnswer {
  readonly do: 'cut answer'
  readonly afterBytes: number
  readonly by?: CutBy | undefined
}

/** As 'cut answer', but the connection stays open, and silent. */
export interface StallAnswer {
  readonly do: 'stall answer'
  /** Left out: the head of the answer is not sent either. */
  readonly afterBytes?: number | undefined
}

/** The request is served, and the answer sent so much later: at most five minutes, see 'stall'. */
export interface DelayAnswer {
  readonly do: 'delay answer'
  readonly ms: number
}

/** The request is served, and the answer says something else. */
export interface ChangeAnswer {
  readonly do: 'change answer'
  readonly status?: number | undefined
  /** Put over those of the answer; null takes one away. */
  readonly headers?: Readonly<Record<string, string | null>> | undefined
  /** In place of that of the answer. */
  readonly body?: string | undefined
}

/** By an RST, or in good order by a FIN. @default 'reset' */
export type CutBy = 'reset' | 'end'

/** Sent as UTF-8. The server itself says how long a body is. */
export type HeaderTexts = Readonly<Record<string, string>>
