import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layoutMap } from './map-layout.ts'

describe('layoutMap', () => {
  it('shows few parts as one row that is as wide as the map', () => {
    expect(layoutMap(1, 700)).toMatchObject({ columns: 1, rows: 1, cellWidth: 700 })
    expect(layoutMap(4, 700)).toMatchObject({ columns: 4, cellWidth: (700 - 6) / 4, height: 12 })
  })

  it('shows a few hundred as squares', () => {
    expect(layoutMap(256, 700)).toMatchObject({ cellWidth: 10, gap: 2, columns: 58, rows: 5 })
  })

  it('shows ten thousand, each by itself where there is room', () => {
    expect(layoutMap(10_000, 720)).toMatchObject({ cellWidth: 2, gap: 0, partsPerCell: 1 })
    expect(layoutMap(10_000, 320)).toMatchObject({ cellWidth: 2, partsPerCell: 2 })
  })

  it('has room for every part within its bounds, whatever the width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 40, max: 2_000 }),
        (count, width) => {
          const map = layoutMap(count, width)
          const { columns, rows, cellWidth, gap, partsPerCell, height } = map
          expect(columns * rows * partsPerCell).toBeGreaterThanOrEqual(count)
          expect(columns * (cellWidth + gap) - gap).toBeLessThanOrEqual(width + 1e-6)
          expect(height).toBeLessThanOrEqual(64)
          expect(cellWidth).toBeGreaterThanOrEqual(2)
        },
      ),
    )
  })
})
