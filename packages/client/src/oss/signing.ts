/** A request to be signed by somebody else, as it can be sent to them in JSON. */
export interface SigningRequest {
  /** The operation's name in OSS's documents; whoever signs finds it out for himself. */
  readonly operation: string
  readonly method: string
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case, `content-length` among them. */
  readonly headers: Readonly<Record<string, string>>
}

/** Headers to add to the request, or the URL to send it to. */
export type SignedElsewhere =
  | { readonly headers: Readonly<Record<string, string>>; readonly url?: never }
  | { readonly url: string; readonly headers?: never }

export type SignElsewhere = (request: SigningRequest) => Promise<SignedElsewhere>
