import { heightsOf, type SpeedHistory } from '../uploads/speed-history.ts'
import { inNextFrame, notInNextFrame } from './frames.ts'

/** A small chart of how fast one file has been sent. */
export interface SpeedChart {
  readonly element: HTMLCanvasElement
  changed(): void
  close(): void
}

/** In pixels of CSS; style/files.css gives it the same. */
const WIDTH = 96
const HEIGHT = 24
/** It is as wide as so many samples, and shows more of them closer together. */
const LEAST_SAMPLES = 20

export function createSpeedChart({ samples }: SpeedHistory): SpeedChart {
  const element = document.createElement('canvas')
  element.className = 'speed-chart'
  element.setAttribute('role', 'img')
  const scale = window.devicePixelRatio || 1
  element.width = WIDTH * scale
  element.height = HEIGHT * scale
  const context = element.getContext('2d')
  context?.scale(scale, scale)

  function draw(): void {
    if (context === null) return
    const style = getComputedStyle(element)
    context.clearRect(0, 0, WIDTH, HEIGHT)
    const heights = heightsOf(samples)
    if (heights.length < 2) return
    const step = WIDTH / (Math.max(LEAST_SAMPLES, heights.length) - 1)
    const left = WIDTH - (heights.length - 1) * step
    const y = (height: number) => HEIGHT - 1.5 - height * (HEIGHT - 3)
    context.beginPath()
    heights.forEach((height, index) => {
      if (index === 0) context.moveTo(left, y(height))
      else context.lineTo(left + index * step, y(height))
    })
    context.strokeStyle = style.getPropertyValue('--chart-line')
    context.lineWidth = 1.5
    context.lineJoin = 'round'
    context.stroke()
    context.lineTo(WIDTH, HEIGHT)
    context.lineTo(left, HEIGHT)
    context.closePath()
    context.fillStyle = style.getPropertyValue('--chart-ground')
    context.fill()
  }

  const changed = () => inNextFrame(draw)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', changed)
  return {
    element,
    changed,
    close() {
      dark.removeEventListener('change', changed)
      notInNextFrame(draw)
    },
  }
}
