// A line as it is outside: every answer 50 ms late, 10 MB/s for each connection, sometimes a limit for
// all of them, sometimes trouble.

import { MiB } from './sizes.js'

/** @import { Case, Group, Run } from '../types.ts' */

const LINE = ['--latency', '50', '--connect-latency', '50', '--connection-rate', '10e6']
/** Mbit/s of the whole line, and the MiB that take it some ten seconds. */
const CAPS = [
  { mbit: 50, mib: 64 },
  { mbit: 200, mib: 256 },
  { mbit: 1000, mib: 1024 },
]
const TUNED = [
  { partSize: 4 * MiB, parallel: 16 },
  { partSize: 4 * MiB, parallel: 32 },
  { partSize: 8 * MiB, parallel: 32 },
  { partSize: 4 * MiB, parallel: 64 },
]

/**
 * @param {boolean} quick
 * @returns {Record<string, Group>}
 */
export function lineGroups(quick) {
  const size = quick ? 128 * MiB : 1024 * MiB
  return {
    line: line(size),
    'line-capped': lineCapped(quick),
    tail: comparison(size, {
      title: 'The slow tail',
      about: 'One connection in 16 has a tenth of the speed of the others.',
      trouble: ['--slow-every', '16', '--slow-share', '0.1'],
      says: 'time, of that on an even line',
    }),
    faults: comparison(size, {
      title: '2 % of the parts fail',
      about: 'One of 50 part requests is reset in the middle of its body.',
      trouble: ['--fail-every', '50', '--fail-by', 'reset'],
      says: 'time, of that without faults',
      most: 1.1,
    }),
  }
}

/**
 * @param {number} size
 * @returns {Group}
 */
function line(size) {
  const tuned = TUNED.map((task) => ({
    name: `ours, ${task.partSize / MiB} MiB × ${task.parallel}`,
    client: 'ours',
    task,
  }))
  return {
    title: 'A far line, default settings',
    about: '50 ms until each answer, 10 MB/s a connection: who uses enough connections?',
    size,
    sink: LINE,
    rounds: 2,
    cases: [
      { name: 'ours', client: 'ours' },
      { name: 'ali-oss', client: 'ali-oss' },
      { name: 'lib-storage', client: 'lib-storage' },
      { name: 'Go SDK v2', client: 'go-oss-v2' },
      ...tuned,
    ],
    goals: [
      {
        says: 'throughput, of ali-oss',
        of: ['ours', 'ali-oss'],
        value: (ours, other) => ours.rate / other.rate,
        least: 8,
      },
      {
        says: 'throughput, of the best setting by hand',
        of: ['ours', ...tuned.map(({ name }) => name)],
        value: (ours, ...byHand) => ours.rate / Math.max(...byHand.map(({ rate }) => rate)),
        least: 0.9,
      },
    ],
  }
}

/**
 * @param {boolean} quick
 * @returns {Group}
 */
function lineCapped(quick) {
  const name = (/** @type {string} */ client, /** @type {number} */ mbit) =>
    `${client}, ${mbit} Mbit/s`
  /** @returns {Case[]} */
  const cases = (/** @type {string} */ client) =>
    CAPS.map(({ mbit, mib }) => ({
      name: name(client, mbit),
      client,
      size: (quick ? mib / 4 : mib) * MiB,
      sink: [...LINE, '--total-rate', `${(mbit / 8) * 1e6}`],
    }))
  return {
    title: 'A far line with a limit, default settings',
    about: 'The same, but all connections together have 50, 200 or 1,000 Mbit/s.',
    rounds: 2,
    cases: [...cases('ours'), ...cases('ali-oss')],
    goals: CAPS.map(({ mbit }) => ({
      says: `throughput, of the ${mbit} Mbit/s there are`,
      of: [name('ours', mbit)],
      value: (/** @type {Run} */ { rate }) => (rate * 8) / mbit,
      least: 0.9,
    })),
  }
}

/**
 * The same upload with and without trouble.
 *
 * @param {number} size
 * @param {{
 *   title: string, about: string, trouble: readonly string[], says: string, most?: number
 * }} what
 * @returns {Group}
 */
function comparison(size, { title, about, trouble, says, most }) {
  const clients = [
    { name: 'ours', client: 'ours' },
    { name: 'ali-oss with retryMax 3', client: 'ali-oss', task: { retries: 3 } },
    { name: 'Go SDK v2', client: 'go-oss-v2' },
  ]
  return {
    title,
    about,
    size,
    rounds: 2,
    cases: clients.flatMap((one) => [
      { ...one, sink: [...LINE, ...trouble] },
      { ...one, name: `${one.name}, without`, sink: LINE },
    ]),
    goals: clients.map(({ name }, index) => ({
      says: index === 0 ? says : `${says}: ${name}`,
      of: [name, `${name}, without`],
      value: (/** @type {Run} */ troubled, /** @type {Run} */ even) =>
        troubled.seconds / even.seconds,
      ...(index === 0 && most !== undefined && { most }),
    })),
  }
}
