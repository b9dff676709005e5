/** Where the parts stand in a map. Lengths are in pixels of CSS. */
export interface MapLayout {
  readonly columns: number
  readonly rows: number
  readonly cellWidth: number
  readonly cellHeight: number
  readonly gap: number
  /** More than one where there are more parts than a map has room for. */
  readonly partsPerCell: number
  readonly height: number
}

/** A row of bars, as long as they have this width … */
const BAR_WIDTH = 12
/** … and this height; then squares, in as few rows as there can be. */
const BAR_HEIGHT = 12
/** Squares are smaller the more there are, so that the map stays below this height. */
const MOST_HEIGHT = 64
const SIDES = [10, 8, 6, 5, 4, 3, 2]

/** The largest cells with which `count` parts have room in `width`. */
export function layoutMap(count: number, width: number): MapLayout {
  if (count * (BAR_WIDTH + 2) <= width + 2) {
    const cellWidth = (width - 2 * (count - 1)) / count
    return {
      columns: count,
      rows: 1,
      cellWidth,
      cellHeight: BAR_HEIGHT,
      gap: 2,
      partsPerCell: 1,
      height: BAR_HEIGHT,
    }
  }
  for (const side of SIDES) {
    const layout = squares(count, width, side)
    if (layout.height <= MOST_HEIGHT) return layout
  }
  const least = SIDES.at(-1) ?? 2
  const room = squares(1, width, least).columns * Math.floor(MOST_HEIGHT / least)
  const partsPerCell = Math.ceil(count / room)
  return { ...squares(Math.ceil(count / partsPerCell), width, least), partsPerCell }
}

function squares(count: number, width: number, side: number): MapLayout {
  const gap = side > 6 ? 2 : side > 3 ? 1 : 0
  const columns = Math.max(1, Math.floor((width + gap) / (side + gap)))
  const rows = Math.ceil(count / columns)
  const height = rows * (side + gap) - gap
  return { columns, rows, cellWidth: side, cellHeight: side, gap, partsPerCell: 1, height }
}
