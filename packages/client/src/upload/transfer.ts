import { inform } from './inform.ts'
import type { OnSent } from './multipart.ts'

/** How far the bytes of an upload are. Nothing in it ever falls but `bytesPerSecond`. */
export interface Transfer {
  /**
   * Bytes that have gone out, as far as can be seen, and those that OSS had already. The last byte of a
   * part counts when OSS has acknowledged the part: `sent` is `total` only when everything has arrived.
   */
  readonly sent: number
  /** Bytes of the parts that OSS is known to have. */
  readonly acknowledged: number
  /** Bytes of the source; undefined for a stream whose end is not known. */
  readonly total: number | undefined
  /** What went out in the last seconds; parts that are sent again count again. */
  readonly bytesPerSecond: number
  /** 'completing' while OSS makes the parts one object, 'done' when it is there. */
  readonly phase: 'sending' | 'completing' | 'done'
}

export type OnTransfer = (transfer: Transfer) => unknown

/** What an upload tells its meter. */
export interface Meter {
  /** A request with a part of `size` bytes begins; what it gives hears how many of them have gone out. */
  begins(part: number, size: number): OnSent
  /** OSS has the part. */
  acknowledged(part: number, size: number): void
  phase(phase: Transfer['phase']): void
  /** Nothing is told any more. */
  stop(): void
}

export interface MeterParts {
  readonly total: () => number | undefined
  /** Milliseconds on a clock that only grows. */
  readonly elapsed: () => number
  readonly warn: (error: unknown) => void
}

interface PartInFlight {
  readonly number: number
  /** Bytes: the most that any request came to. */
  most: number
}

/** Milliseconds between two calls, unless the phase changes: nobody sees more. */
const PAUSE = 100
/** Milliseconds that the rate is an average of. */
const WINDOW = 5_000

/** What of an upload's job is needed here. */
interface MeteredJob extends Pick<MeterParts, 'warn'> {
  readonly settings: { readonly onTransfer?: OnTransfer | undefined }
  readonly elapsed?: (() => number) | undefined
}

const SILENT: Meter = { begins: () => () => {}, acknowledged() {}, phase() {}, stop() {} }

export function createMeter(
  listener: OnTransfer | undefined,
  { total, elapsed, warn }: MeterParts,
): Meter {
  if (listener === undefined) return SILENT
  // Not a Map: what goes in and out of one is kept alive by its predecessors until the next full collection.
  const flying: PartInFlight[] = []
  const settled = new Set<number>()
  const rate = createRate(elapsed)
  let acknowledged = 0
  let sent = 0
  let phase: Transfer['phase'] = 'sending'
  let toldAt = Number.NEGATIVE_INFINITY
  let isOver = false

  const tell = () => {
    if (isOver) return
    toldAt = elapsed()
    const said = { sent, acknowledged, total: total(), bytesPerSecond: rate.now(), phase }
    inform(listener, said, warn)
  }
  function flight(number: number): PartInFlight {
    const known = flying.find((part) => part.number === number)
    if (known !== undefined) return known
    const part = { number, most: 0 }
    flying.push(part)
    return part
  }
  function moved(): void {
    let inFlight = 0
    for (const { most } of flying) inFlight += most
    sent = Math.max(sent, acknowledged + inFlight)
    if (elapsed() - toldAt >= PAUSE) tell()
  }

  return {
    begins(number, size) {
      let before = 0
      return (bytes) => {
        if (settled.has(number)) return
        // One that is tried again starts from nothing.
        rate.add(bytes >= before ? bytes - before : bytes)
        before = bytes
        const part = flight(number)
        part.most = Math.max(part.most, Math.min(bytes, size - 1))
        moved()
      }
    },
    acknowledged(number, size) {
      if (settled.has(number)) return
      settled.add(number)
      const place = flying.findIndex((part) => part.number === number)
      if (place !== -1) flying.splice(place, 1)
      acknowledged += size
      moved()
    },
    phase(next) {
      phase = next
      tell()
    },
    stop() {
      isOver = true
    },
  }
}

/** The meter of an upload whose number of bytes `total` gives, once it is known. */
export function meterOf(
  { settings, elapsed = () => 0, warn }: MeteredJob,
  total: () => number | undefined,
): Meter {
  return createMeter(settings.onTransfer, { total, elapsed, warn })
}

/** Bytes a second over the last `WINDOW`, from additions that are grouped by tenths of it. */
function createRate(elapsed: () => number): { add(bytes: number): void; now(): number } {
  const begun = elapsed()
  const groups: { at: number; bytes: number }[] = []
  return {
    add(bytes) {
      const at = elapsed()
      const last = groups.at(-1)
      if (last !== undefined && at - last.at < WINDOW / 10) last.bytes += bytes
      else groups.push({ at, bytes })
    },
    now() {
      const at = elapsed()
      while (groups[0] !== undefined && at - groups[0].at > WINDOW) groups.shift()
      const bytes = groups.reduce((sum, group) => sum + group.bytes, 0)
      const milliseconds = Math.min(WINDOW, at - begun)
      return milliseconds > 0 ? Math.round((bytes * 1000) / milliseconds) : 0
    },
  }
}
