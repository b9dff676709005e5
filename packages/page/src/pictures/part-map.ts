import type { Cell, PartTable } from '../uploads/part-table.ts'
import { inNextFrame, notInNextFrame } from './frames.ts'
import { layoutMap, type MapLayout } from './map-layout.ts'

/** A picture of the parts of one file. What it shows is said in words beside it. */
export interface PartMap {
  readonly element: HTMLCanvasElement
  /** Draws this part anew in the next frame; all of them when none is named. */
  changed(index?: number): void
  /** To be called when it leaves the page. */
  close(): void
}

/** The colours of style/tokens.css. */
const COLOURS: Readonly<Record<Cell, readonly [ground: string, fill: string]>> = {
  waiting: ['--part-waiting', '--part-waiting'],
  sending: ['--part-sending', '--part-moving'],
  again: ['--part-again-ground', '--part-again'],
  done: ['--part-done', '--part-done'],
  repaired: ['--part-again', '--part-again'],
  held: ['--part-held', '--part-held'],
  failed: ['--part-failed', '--part-failed'],
}

/** Where several parts share a cell, it shows the one that most needs to be seen. */
const LOUDEST: readonly Cell[] = [
  'failed',
  'again',
  'sending',
  'waiting',
  'repaired',
  'done',
  'held',
]

export function createPartMap(table: PartTable): PartMap {
  const element = document.createElement('canvas')
  element.className = 'part-map'
  element.setAttribute('role', 'img')
  const context = element.getContext('2d')
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const dirty = new Set<number>()
  let isAllDirty = true
  let layout: MapLayout | undefined
  let colours = readColours(element)

  function draw(): void {
    if (context === null || table.count === 0) return
    if (isAllDirty || layout === undefined) layout = prepare()
    if (layout === undefined) return
    const cells = isAllDirty ? Math.ceil(table.count / layout.partsPerCell) : 0
    for (let cell = 0; cell < cells; cell++) drawCell(context, layout, cell)
    for (const cell of dirty) drawCell(context, layout, cell)
    dirty.clear()
    isAllDirty = false
  }

  /** Measures, and begins with an empty picture. Undefined while it has no place in the page. */
  function prepare(): MapLayout | undefined {
    const width = element.clientWidth
    if (width === 0) return undefined
    const next = layoutMap(table.count, width)
    const scale = window.devicePixelRatio || 1
    element.style.height = `${next.height}px`
    // A row of bars is a progress bar by itself: style/files.css hides the other one.
    element.classList.toggle('is-row', next.rows === 1)
    element.width = Math.round(width * scale)
    element.height = Math.round(next.height * scale)
    context?.scale(scale, scale)
    colours = readColours(element)
    return next
  }

  function drawCell(canvas: CanvasRenderingContext2D, map: MapLayout, index: number): void {
    const { columns, cellWidth, cellHeight, gap, partsPerCell } = map
    const x = (index % columns) * (cellWidth + gap)
    const y = Math.floor(index / columns) * (cellHeight + gap)
    const { cell, share } = summaryOf(table, index * partsPerCell, partsPerCell)
    const [ground, fill] = colours[cell]
    canvas.clearRect(x, y, cellWidth, cellHeight)
    canvas.fillStyle = ground
    canvas.fillRect(x, y, cellWidth, cellHeight)
    if (ground === fill || share === 0) return
    canvas.fillStyle = fill
    // Bars fill from the left, squares from below.
    if (cellWidth > cellHeight) canvas.fillRect(x, y, cellWidth * share, cellHeight)
    else canvas.fillRect(x, y + cellHeight * (1 - share), cellWidth, cellHeight * share)
  }

  function changed(index?: number): void {
    if (index === undefined || layout === undefined) isAllDirty = true
    else dirty.add(Math.floor(index / layout.partsPerCell))
    inNextFrame(draw)
  }
  const all = () => changed()
  const sizes = new ResizeObserver(all)
  sizes.observe(element)
  dark.addEventListener('change', all)

  return {
    element,
    changed,
    close() {
      sizes.disconnect()
      dark.removeEventListener('change', all)
      notInNextFrame(draw)
      // Gives its memory back, wherever it still stands.
      element.width = 0
    },
  }
}

function summaryOf(table: PartTable, first: number, parts: number): { cell: Cell; share: number } {
  if (parts === 1) return { cell: table.cell(first), share: table.share(first) }
  const last = Math.min(first + parts, table.count)
  let loudest = LOUDEST.length - 1
  let share = 0
  for (let index = first; index < last; index++) {
    loudest = Math.min(loudest, LOUDEST.indexOf(table.cell(index)))
    share += table.share(index)
  }
  return { cell: LOUDEST[loudest] ?? 'waiting', share: share / (last - first) }
}

function readColours(element: Element): Record<Cell, readonly [string, string]> {
  const style = getComputedStyle(element.isConnected ? element : document.documentElement)
  const read = ([ground, fill]: readonly [string, string]) =>
    [style.getPropertyValue(ground), style.getPropertyValue(fill)] as const
  return {
    waiting: read(COLOURS.waiting),
    sending: read(COLOURS.sending),
    again: read(COLOURS.again),
    done: read(COLOURS.done),
    repaired: read(COLOURS.repaired),
    held: read(COLOURS.held),
    failed: read(COLOURS.failed),
  }
}
