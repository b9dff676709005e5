import { orAborted } from '../async/or-aborted.ts'
import { bytesBody } from '../oss/body.ts'
import { OssError } from '../oss/errors.ts'
import { readBody } from '../oss/response.ts'
import { createFilm, type Film } from './film.contract.ts'
import type { Multipart } from './multipart.ts'
import { type FakeOss, fakeOss, noSuchUpload, reset } from './testing.contract.ts'
import { createWorld, type Fate, type World } from './world.contract.ts'

/** What one upload has done at OSS, as OSS knows it. */
export interface Deeds {
  /** Whether its promise has settled: nothing may begin any more. */
  hasEnded: boolean
  /** What it has asked of OSS, in order. */
  readonly requests: string[]
  /** How many faults one request gets over, because it is made again. */
  readonly patience: number
  /** The uploads that it has begun, whether or not it has heard of it … */
  readonly begun: Set<string>
  /** … and the one of which it has. */
  heardOf: string | undefined
  /** The parts it has sent, and whether OSS had them and it could know that. */
  readonly sent: {
    readonly uploadId: string
    readonly number: number
    readonly wasThere: boolean
  }[]
  /** The parts that OSS had when it first asked. */
  listed: ReadonlyMap<number, Uint8Array> | undefined
  /** The film when it last asked for an object to be made of it. */
  completing: Uint8Array | undefined
  /** The object that it made, and when. */
  stored: { readonly bytes: Uint8Array; readonly at: number } | undefined
  /** Requests that did not go well, and when. */
  readonly disturbed: { readonly label: string; readonly fate: Fate; readonly at: number }[]
  /** Whether it has heard that the parts are gone. */
  hasDropped: boolean
  /** What must not be. */
  readonly breaches: string[]
}

export function createDeeds(patience: number): Deeds {
  return {
    hasEnded: false,
    requests: [],
    patience,
    begun: new Set(),
    heardOf: undefined,
    sent: [],
    listed: undefined,
    completing: undefined,
    stored: undefined,
    disturbed: [],
    hasDropped: false,
    breaches: [],
  }
}

/** Where it happens, and what is uploaded there. */
export interface Scene {
  readonly world: World
  readonly oss: FakeOss
  readonly film: Film
  /** What was stored as the object, one after the other. */
  readonly objects: Uint8Array[]
  /** What somebody else had a hand in, one after the other. */
  readonly meddled: string[]
  /** When each upload was begun. */
  readonly begunAt: Map<string, number>
}

export function createScene(parts: number): Scene {
  const world = createWorld()
  return {
    world,
    oss: fakeOss(),
    film: createFilm(parts, world),
    objects: [],
    meddled: [],
    begunAt: new Map(),
  }
}

interface Question<Answer> {
  readonly label: string
  readonly work: () => Promise<Answer>
  readonly signal: AbortSignal | undefined
  /** The error with which a request ends that goes so. */
  readonly failure: (fate: Fate) => unknown
}

/** Milliseconds after which nobody waits for an answer any more. */
const MINUTE = 60_000

/** One request: it arrives, is done and is answered when the world lets it. */
export function ask<Answer>(
  scene: Scene,
  deeds: Deeds,
  { label, work, signal, failure }: Question<Answer>,
): Promise<Answer> {
  const { world } = scene
  deeds.requests.push(label)
  if (deeds.hasEnded) deeds.breaches.push(`${label} after the end`)
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    let isHeard = true
    let step = world.add({ label, owner: deeds, isRequest: true, go: arrive })
    signal?.addEventListener('abort', hangUp, { once: true })

    function end(): void {
      isHeard = false
      signal?.removeEventListener('abort', hangUp)
    }
    function hangUp(): void {
      if (step.isRequest) step.isGhost = true
      else world.remove(step)
      end()
      // A part may be slow to stop: its bytes come from somewhere.
      const stop = () => reject(signal?.reason)
      if (label.startsWith('part')) world.add({ label: `end of ${label}`, owner: deeds, go: stop })
      else stop()
    }
    function fail(fate: Fate): void {
      deeds.disturbed.push({ label, fate, at: world.log.length })
      end()
      reject(failure(fate))
    }
    function hang(): void {
      const due = world.now() + MINUTE
      const go = () => fail('hang')
      step = world.add({ label: `no answer to ${label}`, owner: deeds, due, go })
    }
    async function arrive(fate: Fate): Promise<void> {
      if (step.isGhost && fate !== 'well') return
      if (fate === 'break' || fate === 'busy' || fate === 'refuse') return fail(fate)
      if (step.isGhost) scene.meddled.push('late')
      const outcome = await work().then(
        (value) => () => resolve(value),
        (error) => () => reject(error),
      )
      if (!isHeard || step.isGhost) return
      if (fate === 'hang') return hang()
      if (fate !== 'well') return fail(fate)
      step = world.add({
        label: `answer to ${label}`,
        owner: deeds,
        go(then) {
          // It is done: nobody refuses it any more.
          if (then === 'hang') return hang()
          if (then !== 'well') return fail(then === 'err' ? 'err' : 'lose')
          end()
          outcome()
        },
      })
    }
  })
}

/** OSS as one upload sees it on a bad day. */
export function fickleOss(scene: Scene, deeds: Deeds): Multipart {
  const { oss } = scene
  const asked = <Answer>(label: string, work: () => Promise<Answer>, signal?: AbortSignal) =>
    ask(scene, deeds, { label, work, signal, failure })
  return {
    async initiate(signal) {
      const begun = await asked('initiate', () => begin(scene, deeds), signal)
      deeds.heardOf = begun.uploadId
      return begun
    },
    async uploadPart(uploadId, { number, body }, signal) {
      const bytes = await orAborted(readBody(copies(body.chunks())), signal)
      noteSent(scene, deeds, { uploadId, number, bytes })
      const part = { number, body: bytesBody(bytes) }
      return asked(`part ${number}`, () => oss.uploadPart(uploadId, part), signal)
    },
    listedParts: (uploadId, signal) => asked('list', () => list(scene, deeds, uploadId), signal),
    complete(uploadId, parts, signal) {
      noteCompleting(scene, deeds)
      return asked('complete', () => complete(scene, deeds, { uploadId, parts }), signal)
    },
    async abort(uploadId, signal) {
      await asked('abort', () => abort(scene, uploadId), signal).catch((error) => {
        if (error.code === 'NoSuchUpload') deeds.hasDropped = true
        throw error
      })
      deeds.hasDropped = true
    },
    head: (signal) => asked('head', () => oss.head(), signal),
    put: async (body, signal) => {
      const bytes = await orAborted(readBody(copies(body.chunks())), signal)
      return asked('put', () => oss.put(bytesBody(bytes)), signal)
    },
  }
}

export async function begin({ oss, world, begunAt }: Scene, deeds: Deeds) {
  const begun = await oss.initiate()
  deeds.begun.add(begun.uploadId)
  begunAt.set(begun.uploadId, world.now())
  return begun
}

/** A request that is made again says the same as the first one. */
export function noteCompleting({ film }: Scene, deeds: Deeds): void {
  if (deeds.requests.at(-1) !== 'complete') deeds.completing = film.bytes
}

export async function list({ oss }: Scene, deeds: Deeds, uploadId: string) {
  const listed = await oss.listedParts(uploadId)
  deeds.listed ??= new Map(oss.uploads.get(uploadId))
  return listed
}

export function noteSent(
  { oss, world }: Scene,
  deeds: Deeds,
  { uploadId, number, bytes }: { uploadId: string; number: number; bytes: Uint8Array },
): void {
  const there = oss.uploads.get(uploadId)?.get(number)
  const isAgain = deeds.disturbed.some(({ label }) => label === `part ${number}`)
  // A part whose answer lets itself be waited for may be sent a second time.
  const isListed = deeds.listed?.has(number) ?? false
  const isTold = isListed || world.log.includes(`answer to part ${number}: well`)
  const isSame = there !== undefined && Buffer.compare(there, bytes) === 0
  const wasThere = isSame && isTold && !isAgain
  deeds.sent.push({ uploadId, number, wasThere })
}

export async function complete(
  { oss, world, objects }: Scene,
  deeds: Deeds,
  { uploadId, parts }: { uploadId: string; parts: readonly { number: number; etag: string }[] },
) {
  const completed = await oss.complete(uploadId, parts)
  const bytes = oss.stored() ?? new Uint8Array()
  deeds.stored = { bytes, at: world.log.length }
  objects.push(bytes)
  return completed
}

export async function abort({ oss }: Scene, uploadId: string): Promise<void> {
  if (!oss.uploads.has(uploadId)) throw noSuchUpload()
  await oss.abort(uploadId)
}

async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk)
}

function failure(fate: Fate): Error {
  if (fate === 'err') return answered('InternalError', 500)
  if (fate === 'busy') return answered('ServiceUnavailable', 503)
  if (fate === 'refuse') return answered('AccessDenied', 403)
  return fate === 'hang' ? noAnswer() : reset()
}

/** A request that took too long. */
export function noAnswer(): OssError {
  const named = { name: 'ResponseTimeoutError', code: 'ResponseTimeoutError', status: -2 }
  return new OssError('There was no answer', named)
}

function answered(code: string, status: number): OssError {
  return new OssError(code, { name: `${code}Error`, code, status })
}
