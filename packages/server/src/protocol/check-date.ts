import { isoDate } from './dates.ts'
import { OssError } from './errors.ts'
import { MAX_CLOCK_SKEW_MS } from './limits.ts'

/** The rule for signatures in a header: at most 15 minutes from the server's clock, either way. */
export function checkSkew(requestTime: number | undefined, now: number): void {
  if (requestTime === undefined) {
    throw new OssError('AccessDenied', {
      message: 'OSS authentication requires a valid Date.',
    })
  }
  if (Math.abs(now - requestTime) <= MAX_CLOCK_SKEW_MS) return
  // Java v1 and ali-oss in the browser set their clock by ServerTime.
  throw new OssError('RequestTimeTooSkewed', {
    elements: {
      MaxAllowedSkewMilliseconds: MAX_CLOCK_SKEW_MS,
      RequestTime: isoDate(requestTime),
      ServerTime: isoDate(now),
    },
  })
}
