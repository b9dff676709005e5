/** Samples that a chart shows. */
const LENGTH = 60
/** Milliseconds that one sample stands for. */
const EVERY = 500

/** How fast an upload has been, for a small chart. */
export interface SpeedHistory {
  /** Bytes a second, the latest last. */
  readonly samples: readonly number[]
  /** Takes note of the speed at a time, in milliseconds; true when there is something new to show. */
  add(bytesPerSecond: number, now: number): boolean
}

export function createSpeedHistory(): SpeedHistory {
  const samples: number[] = []
  let next = Number.NEGATIVE_INFINITY
  return {
    samples,
    add(bytesPerSecond, now) {
      if (now < next) return false
      next = now + EVERY
      samples.push(bytesPerSecond)
      if (samples.length > LENGTH) samples.shift()
      return true
    },
  }
}

/** Heights from 0 to 1 of a chart: the fastest is 1. */
export function heightsOf(samples: readonly number[]): readonly number[] {
  const most = Math.max(1, ...samples)
  return samples.map((sample) => sample / most)
}
