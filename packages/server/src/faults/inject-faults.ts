import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../http/connection.ts'
import type { Disturb } from '../http/disturb.ts'
import type { CorsHeaders } from '../operations/cors-headers.ts'
import { detect, type Operation } from '../protocol/detect.ts'
import { OssError } from '../protocol/errors.ts'
import { locate, type ServiceNames } from '../protocol/locate.ts'
import type { OssRequest } from '../protocol/request.ts'
import { withCommonHeaders } from './answers.ts'
import { createControl } from './control.ts'
import { happen } from './effects.ts'
import type { Fault } from './fault.ts'
import { createScript } from './script.ts'

/** Trouble to order, for tests of what talks to this server. */
export interface Faults {
  /**
   * Adds instructions to those there are; each is used up by the request that it happens to. Throws
   * an InvalidFaultError, and adds none of them, when one cannot be followed.
   */
  add(...faults: readonly Fault[]): void
  /** The instructions that have not happened, or not as often as they should. */
  unused(): Fault[]
  /** Forgets all instructions. What has begun goes on. */
  clear(): void
}

export interface Injection {
  readonly faults: Faults
  readonly disturb: Disturb
  /** Breaks the connections on which a fault is still going on. */
  close(): void
}

/** Where the faults come in between sockets and service. With `control` they can be ordered over HTTP. */
export function injectFaults({
  control: settings,
  names,
  corsHeaders,
  now,
}: {
  control: { readonly token: string } | undefined
  names: ServiceNames
  corsHeaders: CorsHeaders
  now: () => number
}): Injection {
  const script = createScript()
  const control = settings && createControl({ token: settings.token, script, names })
  const afflicted = new Set<Connection>()
  return {
    faults: {
      add: (...faults) => script.add(faults),
      unused: () => script.unused(),
      clear: () => script.clear(),
    },
    async disturb(request, connection, respond) {
      if (control?.isFor(request)) {
        const reply = await control.reply(request, connection)
        const outcome = String(reply.status)
        return { reply: withCommonHeaders(reply, { connection, now }), outcome }
      }
      const fault = script.take(operationsOf(request, names))
      if (fault === undefined) return respond(request)
      afflicted.add(connection)
      connection.gone.addEventListener('abort', () => afflicted.delete(connection))
      return happen(fault, { request, connection, respond, corsHeaders, now, sleep })
    },
    close() {
      for (const connection of afflicted) void connection.cut('reset')
    },
  }
}

/**
 * What the request may mean. Where host and path both name the bucket, only the signature tells which
 * it is, and that has not been looked at yet.
 */
function operationsOf(request: OssRequest, names: ServiceNames): Operation[] {
  return unlessRefused(() => locate(request, names)).flatMap((target) =>
    unlessRefused(() => [detect(request, target)]),
  )
}

/** What makes no sense is told so by the service. */
function unlessRefused<item>(read: () => readonly item[]): readonly item[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof OssError) return []
    throw error
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal })
}
