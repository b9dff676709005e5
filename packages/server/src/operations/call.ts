import type { Identity } from '../protocol/authenticate.ts'
import type { Operation } from '../protocol/detect.ts'
import type { Reply } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import type { Store } from '../store/store.ts'

/** What the operations need from outside. */
export interface Services {
  readonly store: Store
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** For locations and endpoints in answers: `cn-hangzhou`. */
  readonly region: string
  readonly postCallback: PostCallback
}

/** Sends an upload callback; throws when no answer came. */
export type PostCallback = (
  url: string,
  message: {
    readonly host: string | undefined
    readonly contentType: string
    readonly body: string
  },
) => Promise<{ readonly status: number; readonly body: Uint8Array }>

/** One request on its way through: what came in, from whom, and what is there to serve it. */
export interface Call extends Services {
  readonly request: OssRequest
  readonly identity: Identity
}

type Named<name extends Operation['name']> = Extract<Operation, { name: name }>

export type Handler<name extends Operation['name']> = (
  operation: Named<name>,
  call: Call,
) => Promise<Reply>
