import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const [light = '', dark = ''] = readFileSync(new URL('tokens.css', import.meta.url), 'utf8').split(
  '@media (prefers-color-scheme: dark)',
)

/** Texts and the grounds that they stand on. */
const TEXTS: readonly (readonly [text: string, ground: string])[] = [
  ['text', 'ground'],
  ['text', 'surface'],
  ['text', 'raised'],
  ['text', 'bad-ground'],
  ['text', 'part-again-ground'],
  ['muted', 'ground'],
  ['muted', 'surface'],
  ['muted', 'accent-ground'],
  ['muted', 'bad-ground'],
  ['accent', 'surface'],
  ['accent', 'bad-ground'],
  ['accent-strong', 'accent-ground'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['good', 'surface'],
  ['good', 'ground'],
  ['warn', 'surface'],
  ['bad', 'surface'],
  ['bad', 'ground'],
  ['bad', 'bad-ground'],
]

/** What has to be told apart without being read. */
const SHAPES: readonly (readonly [one: string, other: string])[] = [
  ['part-done', 'part-waiting'],
  ['part-failed', 'part-waiting'],
  ['part-held', 'part-waiting'],
  ['part-done', 'surface'],
  ['part-failed', 'surface'],
]

/** By the rules of WCAG 2. */
function contrast(sheet: string, one: string, other: string): number {
  const [dimmer = 0, brighter = 0] = [one, other]
    .map((name) => luminance(colour(sheet, name)))
    .sort((a, b) => a - b)
  return (brighter + 0.05) / (dimmer + 0.05)
}

function colour(sheet: string, name: string): string {
  const [, hex] = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(sheet) ?? []
  if (hex === undefined) throw new Error(`There is no colour ${name}`)
  return hex
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_, sheet) => {
  it.each(TEXTS)('let %s be read on %s', (text, ground) => {
    expect(contrast(sheet, text, ground)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(SHAPES)('tell %s from %s', (one, other) => {
    expect(contrast(sheet, one, other)).toBeGreaterThanOrEqual(3)
  })
})
