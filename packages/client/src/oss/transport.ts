import type { Body } from './body.ts'
import type { OssError } from './errors.ts'

/** The network, as far as this library needs it: Node's and the browser's implementations fit themselves to it. */
export interface Transport {
  /**
   * Sends one request and gives the answer as soon as its head is there, whatever its status. Redirects
   * are not followed. Rejects with an OssError of status −1 (network) or −2 (time-out), or with the
   * signal's reason; nothing of the request is left then.
   */
  send(request: HttpRequest): Promise<HttpResponse>
}

export interface HttpRequest {
  readonly method: string
  /** Scheme, host and port. */
  readonly origin: string
  /** Path and query exactly as they go on the wire: nobody may normalise them. */
  readonly path: string
  /** Names in lower case; values are Unicode and go on the wire as UTF-8. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Body | undefined
  /** Hears how many bytes of the body have gone out so far: as far as the transport can see. */
  readonly onSent?: ((bytes: number) => void) | undefined
  readonly timeouts: Timeouts
  /** Hears of a failure after which the transport itself sends the request again: the server may have had it. */
  readonly onRepeat?: ((error: OssError) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Milliseconds. */
export interface Timeouts {
  /** Until the connection, TLS included, is made. */
  readonly connect: number
  /**
   * Without any byte moving, while the request is sent and while the answer is read. A slow transfer that
   * moves is never cut.
   */
  readonly stall: number
  /** From the end of the request until the answer begins. */
  readonly answer: number
}

export interface HttpResponse {
  readonly status: number
  readonly statusMessage: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Must be read to its end or have its iterator returned: the connection is held until then. */
  readonly body: AsyncIterable<Uint8Array>
  readonly connection: Connection
}

/** Where the answer came from, as ali-oss shows it in `res`. */
export interface Connection {
  readonly remoteAddress: string
  readonly remotePort: number | ''
  readonly keepAliveSocket: boolean
}
