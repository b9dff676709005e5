// How fast is oss-local? Measured against the sink, which does the least that a far end can do.

import { GiB, MiB } from './sizes.js'

/** @import { Case, Goal, Group } from '../types.ts' */

/**
 * @param {boolean} quick
 * @returns {Record<string, Group>}
 */
export function localGroups(quick) {
  const size = quick ? 256 * MiB : GiB
  return {
    'local-put': {
      title: 'oss-local takes parts',
      about: '16 MiB × 8 into the sink and into oss-local.',
      size,
      cases: [...farEnds('ours', 'ours'), ...farEnds('bare node:http', 'bare-node')],
      goals: [...goals('ours'), ...goals('bare node:http')],
    },
    'local-get': {
      title: 'oss-local gives ranges',
      about: 'Ranges of 16 MiB × 8 of an object, fetched by bare `node:http`.',
      size,
      cases: farEnds('bare node:http', 'bare-node-get', 'bare-node'),
      goals: goals('bare node:http'),
    },
  }
}

/**
 * @param {string} name
 * @param {string} client
 * @param {string} [before]
 * @returns {Case[]}
 */
function farEnds(name, client, before) {
  const task = { partSize: 16 * MiB, parallel: 8 }
  const common = { client, task, ...(before && { before }) }
  return [
    { name: `${name}, sink`, ...common },
    { name: `${name}, oss-local in memory`, ...common, ossLocal: 'memory' },
    { name: `${name}, oss-local on disk`, ...common, ossLocal: 'disk' },
  ]
}

/**
 * @param {string} name
 * @returns {Goal[]}
 */
function goals(name) {
  return [
    { place: 'in memory', least: 0.5 },
    { place: 'on disk', least: undefined },
  ].map(({ place, least }) => ({
    says: `${name}: throughput of oss-local ${place}, of the sink`,
    of: [`${name}, oss-local ${place}`, `${name}, sink`],
    value: (local, sink) => local.rate / sink.rate,
    least,
  }))
}
