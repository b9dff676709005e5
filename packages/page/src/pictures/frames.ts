const planned = new Set<() => void>()

/** Calls `draw` in the next frame, once however often it was asked for. */
export function inNextFrame(draw: () => void): void {
  if (planned.size === 0) requestAnimationFrame(drawAll)
  planned.add(draw)
}

/** What is gone from the page is not drawn any more. */
export function notInNextFrame(draw: () => void): void {
  planned.delete(draw)
}

function drawAll(): void {
  const draws = [...planned]
  planned.clear()
  for (const draw of draws) draw()
}
