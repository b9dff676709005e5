/**
 * `2012-02-24T06:07:48.000Z`, cut to whole seconds: oss2 raises on any other fraction than `.000`,
 * and Java v1 wants three decimals.
 */
export function isoDate(time: number): string {
  return new Date(wholeSeconds(time)).toISOString()
}

/** `Fri, 24 Feb 2012 06:07:48 GMT`. */
export function httpDate(time: number): string {
  return new Date(time).toUTCString()
}

/** What an HTTP date can tell apart. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000
}

/** Undefined for anything but `Wed, 28 Dec 2022 10:27:41 GMT`. */
export function parseHttpDate(text: string): number | undefined {
  if (!/^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) {
    return undefined
  }
  return validTime(Date.parse(text))
}

/** Undefined for anything but `20231216T162057Z`. */
export function parseBasicDate(text: string): number | undefined {
  const digits = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (!digits) return undefined
  const [, year, month, day, hour, minute, second] = digits
  return validTime(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`))
}

function validTime(time: number): number | undefined {
  return Number.isNaN(time) ? undefined : time
}
