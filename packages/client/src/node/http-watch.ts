import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpRequest } from '../oss/transport.ts'
import { networkError, timeoutError } from './network-error.ts'

/**
 * Watches one request for everything that can end it from outside: a connection that is not made in
 * time, one on which nothing moves, an answer that does not come, a network error, the caller's signal.
 */
export interface Watch {
  /** The head of the answer. */
  readonly answer: Promise<IncomingMessage>
  /** Whether an answer has begun. */
  isAnswered(): boolean
  /**
   * True when the kernel has the bytes; false when there is an answer and nobody wants them any more. The
   * last ones end the request: OSS answers when it has them, which may be before we hear that it has.
   */
  write(bytes: Uint8Array, isLast: boolean): Promise<boolean>
  /** An error of the connection, with what is known of the request. */
  explain(error: unknown): unknown
  /** Takes back every timer and listener. */
  end(): void
}

export function watch(
  sent: ClientRequest,
  { timeouts, signal, origin }: HttpRequest,
  agent: Agent,
): Watch {
  let connected = false
  let answered = false
  let ended = false
  let failure: unknown
  let socket: Socket | undefined
  let rejectAnswer: (error: unknown) => void = () => {}
  let rejectWrite: (error: unknown) => void = () => {}
  let dropWrite = () => {}

  function fail(error: unknown): void {
    if (!ended) failure ??= error
    rejectAnswer(failure ?? error)
    rejectWrite(failure ?? error)
    sent.destroy()
  }
  const explain = (error: unknown) => failure ?? networkError(error, origin, connected)
  const onAbort = () => fail(signal?.reason)
  let waitsFor: 'stall' | 'answer' = 'stall'
  function wait(what: typeof waitsFor): void {
    waitsFor = what
    if (connected && !ended) socket?.setTimeout(timeouts[what])
  }
  // Node counts a write that the kernel takes bit by bit as movement: a slow line is not a dead one.
  const onIdle = () => fail(timeoutError(waitsFor, timeouts, origin))
  const onConnect = () => {
    connected = true
    clearTimeout(connecting)
    wait(waitsFor)
    socket?.on('timeout', onIdle)
  }
  const onLate = () => fail(timeoutError('connect', timeouts, origin))
  // Where the number of sockets is bounded, waiting for one's turn is no failure to connect.
  let connecting = isBounded(agent) ? undefined : setTimeout(onLate, timeouts.connect)

  signal?.addEventListener('abort', onAbort, { once: true })
  sent.on('error', (error) => fail(explain(error)))
  // An answer that breaks off tells that by itself.
  sent.once('close', () => {
    if (!ended && !answered) fail(explain(new Error('The connection was closed')))
    dropWrite()
  })
  // The kernel has the last byte of the request: from here on nothing moves until OSS is ready.
  sent.once('finish', () => answered || wait('answer'))
  sent.once('socket', (assigned) => {
    socket = assigned
    // One that could not even be begun is destroyed, and tells why with an error.
    if (assigned.destroyed) return
    if (!assigned.connecting) return onConnect()
    connecting ??= setTimeout(onLate, timeouts.connect)
    assigned.once('encrypted' in assigned ? 'secureConnect' : 'connect', onConnect)
  })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    rejectAnswer = reject
    sent.once('response', (message) => {
      answered = true
      wait('stall')
      resolve(message)
    })
  })

  // Somebody may always be listening, but need not.
  answer.catch(() => {})

  return {
    answer,
    // No getter: V8 makes a hidden class for each object literal with one, and all that this leads to
    // outlives the request until the next full collection.
    isAnswered: () => answered,
    write: (bytes, isLast) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure)
        rejectWrite = reject
        dropWrite = () => resolve(false)
        // An error is told by the request itself as well, and better.
        if (!isLast) return sent.write(bytes, (error) => error ?? resolve(true))
        // Not with `end`: that garbles a Content-Disposition when the head goes out with it.
        sent.write(bytes)
        // Node says that a request is finished also where its socket was destroyed.
        sent.end(() => resolve(socket?.destroyed === false))
      }),
    explain,
    end() {
      ended = true
      clearTimeout(connecting)
      signal?.removeEventListener('abort', onAbort)
      socket?.off('timeout', onIdle)
    },
  }
}

function isBounded(agent: Agent): boolean {
  return agent.maxSockets !== Number.POSITIVE_INFINITY || Number.isFinite(agent.maxTotalSockets)
}
