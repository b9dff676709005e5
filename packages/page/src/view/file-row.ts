import { formatBytes, formatShare, formatTimeLeft, timeLeft } from '../format.ts'
import { inNextFrame } from '../frames.ts'
import type { Job } from '../job.ts'
import { createPartMap, type PartMap } from '../part-map.ts'
import { createSpeedChart, type SpeedChart } from '../speed-chart.ts'
import type { Item } from '../state.ts'
import type { FileActions, Speech } from './context.ts'
import { h, setAttribute, setText } from './element.ts'
import { failureNote } from './failure-note.ts'
import { fileButtons } from './file-buttons.ts'
import { type IconName, icon } from './icon.ts'
import { partWords } from './part-words.ts'
import { resultNote } from './result-note.ts'

/** One file in the list. */
export interface FileRow {
  readonly element: HTMLLIElement
  update(item: Item): void
  /** Only what can be seen has a map and a chart: a canvas takes memory. */
  setVisible(isVisible: boolean): void
}

const ICONS: Readonly<Record<Item['phase'], IconName>> = {
  waiting: 'waiting',
  uploading: 'upload',
  completing: 'upload',
  pausing: 'pause',
  paused: 'pause',
  failed: 'failed',
  cancelling: 'close',
  done: 'done',
}

export function createFileRow(
  first: Item,
  job: Job,
  speech: Speech,
  actions: FileActions,
): FileRow {
  const { texts, locale } = speech
  const badge = h('span', { class: 'badge' })
  const name = h('span', { class: 'name', dir: 'auto', title: first.name }, first.name)
  const size = h('span', { class: 'size' }, formatBytes(first.size, locale))
  const buttons = fileButtons(first, speech, actions)
  const status = h('span', { class: 'status' })
  const line = h('div', { class: 'file-line' }, status)
  const bar = h('div', {
    class: 'bar',
    role: 'progressbar',
    'aria-label': first.name,
    'aria-valuemin': 0,
    'aria-valuemax': 100,
  })
  const parts = h('div', { class: 'parts' })
  const words = h('p', { class: 'part-words' })
  const note = h('div', { class: 'note' })
  const element = h(
    'li',
    { class: 'file' },
    badge,
    h('div', { class: 'file-title' }, name, size),
    buttons.element,
    line,
    bar,
    parts,
    note,
  )
  let item = first
  let isVisible = false
  let map: PartMap | undefined
  let chart: SpeedChart | undefined

  /** Makes the pictures where they are wanted and can be seen, and takes them away elsewhere. */
  function showPictures(): void {
    const isWanted = isVisible && item.phase !== 'done' && item.phase !== 'waiting'
    if (isWanted && map === undefined && job.parts.count > 0) {
      map = createPartMap(job.parts)
      parts.replaceChildren(map.element, words)
      map.changed()
    }
    if (isWanted && chart === undefined && item.phase === 'uploading') {
      chart = createSpeedChart(job.speeds)
      line.append(chart.element)
    }
    if (!isWanted || item.phase !== 'uploading') {
      chart?.close()
      chart?.element.remove()
      chart = undefined
    }
    if (isWanted || map === undefined) return
    map.close()
    map = undefined
    // As long as it is only out of sight it keeps its place, so that nothing moves.
    if (item.phase === 'done') parts.replaceChildren()
  }

  /** Beside the map, and for those who do not see it. */
  function sayParts(): void {
    if (job.parts.count === 0 || item.phase === 'done') return
    const said = partWords(job.parts, texts)
    setText(words, said)
    if (map !== undefined) setAttribute(map.element, 'aria-label', texts.parts.label(said))
  }

  function update(next: Item): void {
    const isNew = next.phase !== item.phase || next === first
    item = next
    const share = next.size === 0 ? Number(next.phase === 'done') : next.sent / next.size
    if (isNew) {
      setAttribute(element, 'data-phase', next.phase)
      badge.replaceChildren(icon(ICONS[next.phase]))
      buttons.update(next)
      note.replaceChildren(...noteOf(next, speech, actions))
    }
    setText(status, statusOf(next, share, speech))
    bar.style.setProperty('--share', share.toFixed(4))
    setAttribute(bar, 'aria-valuenow', String(Math.floor(share * 100)))
    setAttribute(
      bar,
      'aria-valuetext',
      `${formatShare(share, locale)}, ${texts.phases[next.phase]}`,
    )
    showPictures()
    sayParts()
    if (chart !== undefined) {
      const speed = texts.speed(formatBytes(next.bytesPerSecond, locale))
      setAttribute(chart.element, 'aria-label', texts.speedChart(speed))
      chart.changed()
    }
  }

  job.onChange = (index) => {
    map?.changed(index)
    inNextFrame(sayParts)
  }
  update(first)
  return {
    element,
    update,
    setVisible(next) {
      isVisible = next
      update(item)
    },
  }
}

function noteOf(item: Item, speech: Speech, actions: FileActions): readonly HTMLElement[] {
  if (item.phase === 'failed' && item.failure !== undefined) {
    return [failureNote(item.failure, speech, actions.checkBucket)]
  }
  if (item.phase === 'done' && item.stored !== undefined) {
    return [resultNote(item, item.stored, speech, actions)]
  }
  return []
}

/** `43% · 84 MB/s · 12 sec left` */
function statusOf(item: Item, share: number, { texts, locale }: Speech): string {
  const { phase, sent, size, bytesPerSecond } = item
  if (phase === 'done' || phase === 'waiting') return texts.phases[phase]
  const percent = formatShare(share, locale)
  if (phase !== 'uploading') {
    return sent > 0 && phase !== 'completing'
      ? `${texts.phases[phase]} · ${percent}`
      : texts.phases[phase]
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
