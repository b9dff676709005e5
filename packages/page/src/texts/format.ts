const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** `1.4 GB`, with three figures at most; units are powers of 1024, as in the file manager. */
export function formatBytes(bytes: number, language: string): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  const text = value.toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return `${text} ${UNITS[unit]}`
}

/** `42 %`; 100 only when there is nothing left. */
export function formatShare(share: number, language: string): string {
  return (Math.floor(share * 100) / 100).toLocaleString(language, { style: 'percent' })
}

/** The time that is left, in the coarse steps in which it can be known. */
export interface TimeLeft {
  readonly unit: 'second' | 'minute' | 'hour'
  readonly value: number
}

/** Undefined where nothing moves, so that nothing can be known. */
export function timeLeft(bytesLeft: number, bytesPerSecond: number): TimeLeft | undefined {
  if (bytesPerSecond <= 0) return undefined
  const seconds = bytesLeft / bytesPerSecond
  if (seconds < 10) return { unit: 'second', value: Math.max(1, Math.ceil(seconds)) }
  if (seconds < 60) return { unit: 'second', value: Math.ceil(seconds / 5) * 5 }
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 90) return { unit: 'minute', value: minutes }
  return { unit: 'hour', value: Math.round(minutes / 60) }
}

/** `12 seconds`, `3 minutes`, in words of the language. */
export function formatTimeLeft({ unit, value }: TimeLeft, language: string): string {
  return value.toLocaleString(language, { style: 'unit', unit, unitDisplay: 'short' })
}

export function formatDate(milliseconds: number, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return format.format(milliseconds)
}
