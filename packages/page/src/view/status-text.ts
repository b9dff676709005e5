import { formatBytes, formatShare, formatTimeLeft, timeLeft } from '../texts/format.ts'
import type { Item } from '../uploads/state.ts'
import type { Speech } from './context.ts'

/** From 0 to 1. A file without bytes is nothing until it is there. */
export function shareOf({ size, sent, phase }: Item): number {
  return size === 0 ? Number(phase === 'done') : sent / size
}

/** `43% · 129 MB of 300 MB · 84 MB/s · 12 sec left` */
export function statusText(item: Item, { texts, locale }: Speech): string {
  const { phase, sent, size, bytesPerSecond } = item
  if (phase === 'done' && item.stored?.crc64 === undefined) return texts.unverified
  const percent = formatShare(shareOf(item), locale)
  if (phase !== 'uploading') {
    const hasStopped = phase === 'paused' || phase === 'failed' || phase === 'pausing'
    return hasStopped && sent > 0 ? `${texts.phases[phase]} · ${percent}` : texts.phases[phase]
  }
  const left = timeLeft(size - sent, bytesPerSecond)
  const said = [
    percent,
    texts.of(formatBytes(sent, locale), formatBytes(size, locale)),
    bytesPerSecond > 0 && texts.speed(formatBytes(bytesPerSecond, locale)),
    left !== undefined && texts.left(formatTimeLeft(left, locale)),
  ]
  return said.filter((text) => text !== false).join(' · ')
}
