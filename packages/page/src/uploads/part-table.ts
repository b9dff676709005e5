import type { PartEvent } from 'oss-multipart'

/** How the map shows a part. 'again' is under way for a further time, 'repaired' arrived in the end. */
export type Cell = 'waiting' | 'sending' | 'again' | 'done' | 'repaired' | 'held' | 'failed'

const CELLS: readonly Cell[] = ['waiting', 'sending', 'again', 'done', 'repaired', 'held', 'failed']
const SHOWN: Readonly<Record<PartEvent['state'], Cell>> = {
  sending: 'sending',
  retrying: 'again',
  done: 'done',
  held: 'held',
  failed: 'failed',
}

/** What has become of the parts of one file: numbers in arrays, for there may be ten thousand. */
export interface PartTable {
  /** 0 until the first part is told of. */
  readonly count: number
  cell(index: number): Cell
  /** The share of a part that has gone out, from 0 to 1. */
  share(index: number): number
  /** How many parts are shown as each. */
  counts(): Readonly<Record<Cell, number>>
  /** Bytes of the parts that OSS has. */
  arrivedBytes(): number
  /** Takes in what the library says of a part; gives the index of it. */
  tell(event: PartEvent): number
  /** Nothing is under way any more: the upload was stopped. */
  stop(): void
}

/** The table of a file of `size` bytes. How it is cut is seen from the first part that is told of. */
export function createPartTable(size: number): PartTable {
  let cells = new Uint8Array(0)
  let shares = new Float32Array(0)
  /** Whether the part was ever sent again. */
  let again = new Uint8Array(0)
  /** Bytes of each part but the last; none is known yet. */
  let cut = -1

  function resize(partSize: number): void {
    if (partSize === cut) return
    cut = partSize
    const count = partSize > 0 ? Math.ceil(size / partSize) : 1
    cells = new Uint8Array(count)
    shares = new Float32Array(count)
    again = new Uint8Array(count)
  }
  function put(index: number, cell: Cell, share: number): void {
    cells[index] = CELLS.indexOf(cell)
    shares[index] = share
  }
  const cellAt = (index: number) => CELLS[cells[index] ?? 0] ?? 'waiting'

  return {
    get count() {
      return cells.length
    },
    cell: cellAt,
    share: (index) => shares[index] ?? 0,
    counts() {
      const numbers = new Uint32Array(CELLS.length)
      for (const cell of cells) numbers[cell] = (numbers[cell] ?? 0) + 1
      const entries = CELLS.map((cell, index) => [cell, numbers[index] ?? 0] as const)
      return { ...ZERO, ...Object.fromEntries(entries) }
    },
    arrivedBytes() {
      let bytes = 0
      for (let index = 0; index < cells.length; index++) {
        if (ARRIVED.has(cellAt(index))) bytes += Math.min(cut, size - index * cut)
      }
      return bytes
    },
    tell({ partNumber, start, size: bytes, state, sent }) {
      resize(partNumber > 1 ? start / (partNumber - 1) : bytes)
      const index = partNumber - 1
      if (state === 'retrying') again[index] = 1
      const shown = state === 'done' && again[index] === 1 ? 'repaired' : SHOWN[state]
      put(index, shown, bytes > 0 ? sent / bytes : 1)
      return index
    },
    stop() {
      for (let index = 0; index < cells.length; index++) {
        const cell = cellAt(index)
        if (cell === 'sending' || cell === 'again') put(index, 'waiting', 0)
      }
    },
  }
}

const ZERO: Readonly<Record<Cell, number>> = {
  waiting: 0,
  sending: 0,
  again: 0,
  done: 0,
  repaired: 0,
  held: 0,
  failed: 0,
}

const ARRIVED: ReadonlySet<Cell> = new Set(['done', 'repaired', 'held'])

/** Parts that OSS has. */
export function arrived(counts: Readonly<Record<Cell, number>>): number {
  return counts.done + counts.repaired + counts.held
}
