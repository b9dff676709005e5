import { crc64 } from '../oss/crc64.ts'
import { OssError } from '../oss/errors.ts'
import type { Deeds } from './fickle-oss.contract.ts'
import { FOREIGN } from './histories.contract.ts'
import type { Outcome, Performance } from './performance.contract.ts'

/** What must be true of every upload, however it went. */
export function checkOutcome(performance: Performance, outcome: Outcome): void {
  const { breaches } = performance.deeds
  if ('value' in outcome) checkSuccess(performance)
  else checkFailure(performance, outcome.error)
  checkProgress(performance, 'value' in outcome)

  if (isLate(performance)) breaches.push('it was cancelled, and went on for more than ten seconds')
  const { deeds } = performance
  if (isAlone(performance) && deeds.sent.some(({ wasThere }) => wasThere)) {
    breaches.push('a part was sent that OSS had')
  }
  if (isQuiet(performance) && !('value' in outcome)) {
    breaches.push('it failed although nothing was in its way')
  }
  if (isSurvivable(performance) && !('value' in outcome)) {
    breaches.push('it failed although that could be put right')
  }
  if (isQuiet(performance) && isStoredAlready(performance) && deeds.sent.length > 0) {
    breaches.push('parts were sent of an object that was there')
  }
}

/** Where nothing but the requests takes time, a cancelled upload has ten seconds to drop its parts. */
function isLate({ cancelledAt, attempt, deeds, scene }: Performance): boolean {
  const isTimed = !['slow', 'hangs'].includes(attempt.progress) && deeds.patience === 0
  return isTimed && cancelledAt !== undefined && scene.world.now() > cancelledAt + 10_000
}

/** Nobody and nothing was in its way. */
function isQuiet(performance: Performance): boolean {
  return isAlone(performance) && isUndisturbed(performance)
}

function isAlone({ scene, before }: Performance): boolean {
  return scene.meddled.length === before.meddled
}

/** A part was lost that can be read again, or the source was touched, but not all the time. */
function isSurvivable(performance: Performance): boolean {
  const { scene, before, attempt } = performance
  const acts = scene.meddled.slice(before.meddled)
  const touched = acts.filter((act) => act === 'touch').length
  const lost = acts.filter((act) => act === 'lose' || act === 'overwrite').length
  const isNoMore = touched + lost === acts.length && touched <= 2 && lost <= 1
  return isNoMore && attempt.kind === 'source' && isUndisturbed(performance)
}

/** Whatever did not go well went well the next time. */
function isUndisturbed({ deeds, stop, attempt }: Performance): boolean {
  // A read may fail as well.
  const isWell = attempt.events.every((event) => !('fate' in event) || event.fate !== 'refuse')
  return isWell && isBearable(deeds, deeds.disturbed) && !stop.signal.aborted
}

function isBearable({ patience }: Deeds, disturbed: Deeds['disturbed']): boolean {
  return disturbed.length <= patience && disturbed.every(({ fate }) => fate !== 'refuse')
}

/** The upload that it goes on with was completed by then, and the object has the bytes of the source. */
function isStoredAlready(performance: Performance): boolean {
  const { before, attempt, scene } = performance
  const known = performance.checkpoint ?? performance.recalled
  if (known === undefined || before.uploads.has(known.uploadId)) return false
  return attempt.kind === 'source' && isSame(before.object, scene.film.bytes)
}

function isSame(bytes: Uint8Array | undefined, others: Uint8Array): boolean {
  return bytes !== undefined && Buffer.compare(bytes, others) === 0
}

/** The id of the upload that it has begun, or else that it went on with. */
function ownUpload({ deeds, checkpoint, recalled }: Performance): string | undefined {
  return deeds.heardOf ?? (checkpoint ?? recalled)?.uploadId
}

/** The object is one version of the source, whole, and none that it had only before. */
function checkSuccess(performance: Performance): void {
  const { deeds, scene, before, attempt } = performance
  const { objects } = scene
  if (scene.oss.uploads.has(ownUpload(performance) ?? ''))
    deeds.breaches.push('it succeeded, and left its parts')
  // What is compared last is compared just before that; a stream is what it was in the beginning.
  const { completing = scene.film.bytes } = deeds
  const isCompared = attempt.kind === 'source' && deeds.completing !== undefined
  const contents = isCompared ? [completing] : [...performance.contents]
  const news = before.object === undefined ? objects : objects.slice(objects.indexOf(before.object))
  const found = deeds.stored === undefined ? news : [deeds.stored.bytes]
  const orphans = [...deeds.begun].filter((id) => scene.oss.uploads.has(id))
  // What can not be found out is told.
  const isTold = performance.warnings.length > 0
  if (orphans.length > 0 && !isTold && isUndisturbed(performance) && isAlone(performance)) {
    deeds.breaches.push(`it succeeded, and left an upload that nobody knows: ${orphans}`)
  }
  if (isFooled(performance)) return
  if (!found.some((bytes) => contents.some((content) => isSame(bytes, content)))) {
    deeds.breaches.push('it succeeded, and the object is not the source')
  }
}

/** Somebody else had sent a part to its upload before it went on with that, which it was told to believe. */
function isFooled({ attempt, deeds, version, ...performance }: Performance): boolean {
  const known = performance.checkpoint ?? performance.recalled
  if (attempt.verify === 'full' || version === undefined || known?.version !== version) return false
  return [...(deeds.listed ?? [])].some(([number, bytes]) => {
    const recorded = known.doneParts.find((part) => part.number === number)?.crc64
    const isForeign = isSame(FOREIGN.subarray(0, bytes.length), bytes)
    return isForeign && (recorded ?? `${crc64(bytes)}`) === `${crc64(bytes)}`
  })
}

function checkFailure(performance: Performance, error: unknown): void {
  const { deeds, scene, stop, attempt, warnings } = performance
  const { breaches, stored } = deeds
  if (!(error instanceof OssError)) return void breaches.push(`no OssError: ${error}`)

  const known = ownUpload(performance)
  const mayDrop = stop.signal.aborted && attempt.abortOnCancel
  if (known !== undefined && error.checkpoint === undefined && !(mayDrop && deeds.hasDropped)) {
    breaches.push('the error has no checkpoint')
  }
  const isLeft = known !== undefined && scene.oss.uploads.has(known)
  if (isLeft && mayDrop && deeds.hasDropped) breaches.push('its parts are left')
  // Cancelled before it has asked OSS anything, it has not begun.
  if (isLeft && mayDrop && deeds.requests.length > 0 && warnings.length === 0) {
    breaches.push('its parts were not dropped')
  }

  if (stored === undefined || stop.signal.aborted || !isAlone(performance)) return
  const after = deeds.disturbed.filter(({ at }) => at > stored.at)
  // That the answer to Complete is lost is nothing new; that asking again is refused leaves it open.
  const since = after.filter(({ label, fate }) => label !== 'complete' || fate === 'refuse')
  if (isBearable(deeds, since)) breaches.push('it failed although the object is there')
}

function checkProgress(performance: Performance, succeeded: boolean): void {
  const { deeds, shares, attempt, stop, warnings } = performance
  const { breaches } = deeds
  if (attempt.progress === 'none') return
  const isGivenUp = warnings.some((warning) => `${warning}`.includes('has not returned'))
  const ends = shares.filter((share) => share === 1).length
  if (ends > (succeeded ? 1 : 0)) breaches.push('progress said 1 too often')
  if (succeeded && ends === 0 && !isGivenUp && !stop.signal.aborted) {
    breaches.push('progress never said 1')
  }
}
