import { readFileSync } from 'node:fs'

/**
 * The functions that take the most time of a V8 CPU profile, each without what it calls.
 *
 * @param {string} path
 */
export function profileOf(path) {
  /**
   * @type {{
   *   nodes: { id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[],
   *   samples: number[],
   *   timeDeltas: number[],
   * }}
   */
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8'))
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  /** @type {Map<string, number>} */
  const times = new Map()
  samples.forEach((id, index) => {
    const name = names.get(id) ?? ''
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1000)
  })
  const idle = times.get('(idle)') ?? 0
  times.delete('(idle)')
  const busy = [...times.values()].reduce((sum, ms) => sum + ms, 0)
  const functions = [...times].map(([name, ms]) => ({ name, ms, share: ms / busy }))
  return { busy, idle, functions: functions.sort((a, b) => b.ms - a.ms) }
}

/** @param {{ functionName: string, url: string, lineNumber: number }} callFrame */
function nameOf({ functionName, url, lineNumber }) {
  const [, dependency] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? []
  const [, own] = /\/client\/dist\/(.*)$/.exec(url) ?? []
  const place = dependency ?? own ?? url.split('/').at(-1) ?? ''
  const name = functionName || 'anonymous'
  return place === '' ? name : `${name} (${place}:${lineNumber + 1})`
}
