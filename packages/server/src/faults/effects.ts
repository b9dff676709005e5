import type { Connection } from '../http/connection.ts'
import type { Answer, Respond } from '../http/disturb.ts'
import type { CorsHeaders } from '../operations/cors-headers.ts'
import type { Reply } from '../protocol/reply.ts'
import type { OssRequest } from '../protocol/request.ts'
import { changedReply, refusalReply, scriptedReply, shortenedReply } from './answers.ts'
import { corrupted, first, giveBack, paced, type Sleep } from './bytes.ts'
import type { Effect } from './fault.ts'

/** What there is when a fault happens. */
export interface Scene {
  readonly request: OssRequest
  readonly connection: Connection
  readonly respond: Respond
  /** What the answers of OSS to the request carry besides their own headers. */
  readonly corsHeaders: CorsHeaders
  readonly now: () => number
  readonly sleep: Sleep
}

type Act<name extends Effect['do']> = (
  effect: Extract<Effect, { do: name }>,
  scene: Scene,
) => Promise<Answer>

/** What each of the effects does: leaving one out does not compile. */
const acts: { readonly [name in Effect['do']]: Act<name> } = {
  async refuse(effect, scene) {
    const cors = await scene.corsHeaders(scene.request)
    const reply = refusalReply(effect, { ...scene, cors })
    return { reply, outcome: `${effect.status} ${effect.code}` }
  },

  async answer(effect) {
    return { reply: scriptedReply(effect), outcome: String(effect.status) }
  },

  async cut({ afterBytes = 0, by = 'reset' }, { request, connection }) {
    await readAway(request, afterBytes)
    await connection.cut(by)
    return NO_ANSWER
  },

  async stall({ afterBytes = 0 }, { request, connection }) {
    await readAway(request, afterBytes)
    await aborted(connection.gone)
    return NO_ANSWER
  },

  slow: ({ bytesPerSecond }, { request, connection: { gone }, respond, sleep }) =>
    respond({ ...request, body: paced(request.body, bytesPerSecond, { sleep, gone }) }),

  corrupt: (_, { request, respond }) => respond({ ...request, body: corrupted(request.body) }),

  'skew clock': ({ ms }, { request, respond, now }) => respond(request, () => now() + ms),

  'expire token': (_, scene) =>
    acts.refuse({ do: 'refuse', status: 403, code: 'SecurityTokenExpired' }, scene),

  async 'lose answer'({ by = 'reset' }, { request, connection, respond }) {
    const { reply } = await respond(request)
    await drop(reply)
    await connection.cut(by)
    return NO_ANSWER
  },

  async 'cut answer'({ afterBytes, by = 'reset' }, scene) {
    const { request, connection, respond } = scene
    const answer = await respond(request)
    const reply = answer.reply && shortenedReply(answer.reply, afterBytes, () => connection.cut(by))
    if (reply !== undefined) return { ...answer, reply }
    await connection.cut(by)
    return NO_ANSWER
  },

  async 'stall answer'({ afterBytes }, { request, connection: { gone }, respond }) {
    const answer = await respond(request)
    const reply =
      answer.reply &&
      afterBytes !== undefined &&
      shortenedReply(answer.reply, afterBytes, () => aborted(gone))
    if (reply) return { ...answer, reply }
    await drop(answer.reply)
    await aborted(gone)
    return NO_ANSWER
  },

  async 'delay answer'({ ms }, { request, connection: { gone }, respond, sleep }) {
    const answer = await respond(request)
    await sleep(ms, gone).catch(() => {})
    return answer
  },

  async 'change answer'(effect, { request, respond }) {
    const answer = await respond(request)
    if (effect.body !== undefined) await drop(answer.reply)
    return { ...answer, reply: answer.reply && changedReply(answer.reply, effect) }
  },
}

/** Lets `effect` happen to the request. */
export async function happen(effect: Effect, scene: Scene): Promise<Answer> {
  // Indexed by the effect's own name, so effect and act always match.
  const act = acts[effect.do] as Act<Effect['do']>
  const { reply, outcome } = await act(effect, scene)
  return { reply, outcome: `${outcome} (fault: ${effect.do})` }
}

const NO_ANSWER: Answer = { reply: undefined, outcome: 'unanswered' }

async function readAway({ body }: OssRequest, count: number): Promise<void> {
  // They are read to be thrown away.
  for await (const _ of first(count, body));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** For an answer whose body is not sent. */
async function drop(reply: Reply | undefined): Promise<void> {
  const body = reply?.body
  if (body !== undefined && !(body instanceof Uint8Array)) await giveBack(body)
}
