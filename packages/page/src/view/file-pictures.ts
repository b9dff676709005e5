import { inNextFrame, notInNextFrame } from '../pictures/frames.ts'
import { createPartMap, type PartMap } from '../pictures/part-map.ts'
import { createSpeedChart, type SpeedChart } from '../pictures/speed-chart.ts'
import { formatBytes } from '../texts/format.ts'
import type { Job } from '../uploads/job.ts'
import type { Item } from '../uploads/state.ts'
import type { Speech } from './context.ts'
import { h, setAttribute, setText } from './element.ts'
import { partWords } from './part-words.ts'

/** The map of the parts and the chart of the speed of one file, with what they show in words. */
export interface FilePictures {
  readonly parts: HTMLElement
  readonly chart: HTMLElement
  /** Only what can be seen has pictures: a canvas takes memory. */
  update(item: Item, isVisible: boolean): void
  /** To be called when the file leaves the list. */
  close(): void
}

export function createFilePictures(job: Job, { texts, locale }: Speech): FilePictures {
  const words = h('p', { class: 'part-words' })
  const parts = h('div', { class: 'parts' })
  const place = h('span', { class: 'chart' })
  let map: PartMap | undefined
  let chart: SpeedChart | undefined

  function showMap(isWanted: boolean): void {
    if (isWanted && map === undefined) {
      map = createPartMap(job.parts)
      parts.replaceChildren(map.element, words)
      map.changed()
    } else if (!isWanted && map !== undefined) {
      // It keeps its place, so that nothing moves when it is scrolled out of sight.
      map.close()
      map = undefined
    }
  }
  function showChart(isWanted: boolean): void {
    if (isWanted && chart === undefined) {
      chart = createSpeedChart(job.speeds)
      place.replaceChildren(chart.element)
    } else if (!isWanted && chart !== undefined) {
      chart.close()
      chart = undefined
      place.replaceChildren()
    }
  }
  function say(): void {
    if (job.parts.count === 0) return
    const said = partWords(job.parts, texts)
    setText(words, said)
    if (map !== undefined) setAttribute(map.element, 'aria-label', texts.parts.label(said))
  }

  job.onChange = (index) => {
    map?.changed(index)
    inNextFrame(say)
  }
  return {
    parts,
    chart: place,
    update({ phase, bytesPerSecond }, isVisible) {
      const isOpen = phase !== 'done' && phase !== 'waiting'
      showMap(isVisible && isOpen && job.parts.count > 0)
      showChart(isVisible && phase === 'uploading')
      if (phase === 'done') parts.replaceChildren()
      else say()
      if (chart === undefined) return
      const speed = texts.speed(formatBytes(bytesPerSecond, locale))
      setAttribute(chart.element, 'aria-label', texts.speedChart(speed))
      chart.changed()
    },
    close() {
      job.onChange = undefined
      notInNextFrame(say)
      showMap(false)
      showChart(false)
    },
  }
}
