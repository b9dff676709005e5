import { type Authenticated, authenticate } from '../protocol/authenticate.ts'
import type { AccessKey } from '../protocol/claim.ts'
import { detect, type Operation } from '../protocol/detect.ts'
import { locate, type ServiceNames } from '../protocol/locate.ts'
import type { Reply } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import { checkTrafficLimit } from '../protocol/traffic-limit.ts'
import { checkAccess } from './access.ts'
import type { Call, Handler, Services } from './call.ts'
import { handlers } from './handlers.ts'
import { createLifecycleSweep } from './lifecycle-sweep.ts'

export interface ServiceSettings {
  readonly services: Services
  readonly names: ServiceNames
  readonly accessKeys: ReadonlyMap<string, AccessKey>
}

/**
 * The whole server without its socket. Throws OssError for a refusal. `now` is the clock for this
 * one request, if it is not to be that of the server.
 */
export function createService(
  settings: ServiceSettings,
): (request: OssRequest, now?: () => number) => Promise<Reply> {
  const { services } = settings
  const sweepLifecycle = createLifecycleSweep(services.store, services.now)
  return async (request, now = services.now) => {
    await sweepLifecycle()
    const { identity, target } = identify(request, settings, now())
    const operation = detect(request, target)
    checkTrafficLimit(request)
    await checkAccess(operation, identity, services.store)
    return handle(operation, { ...services, now, request, identity })
  }
}

function identify(
  request: OssRequest,
  { names, accessKeys }: ServiceSettings,
  now: number,
): Authenticated {
  const targets = locate(request, names)
  // Browsers send preflights without credentials.
  if (request.method === 'OPTIONS') return { identity: 'anonymous', target: targets[0] }
  return authenticate(request, targets, { accessKeys, now })
}

function handle(operation: Operation, call: Call): Promise<Reply> {
  // Indexed by the operation's own name, so handler and operation always match.
  const handler = handlers[operation.name] as Handler<Operation['name']>
  return handler(operation, call)
}
