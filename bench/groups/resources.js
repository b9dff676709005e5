// What an upload takes besides time.

import { GiB, MIN_PART, MiB } from './sizes.js'

/** @import { Group, Run } from '../types.ts' */

/**
 * @param {boolean} quick
 * @returns {Record<string, Group>}
 */
export function resourceGroups(quick) {
  return {
    memory: memory(quick),
    growth: growth(),
    start: start(),
    bandwidth: bandwidth(quick ? 64 * MiB : 256 * MiB),
    files: files(quick ? 8 : 64),
  }
}

/**
 * @param {boolean} quick
 * @returns {Group}
 */
function memory(quick) {
  const task = { partSize: 16 * MiB, parallel: 8 }
  const huge = quick ? 4 : 100
  return {
    title: 'Memory, 16 MiB × 8',
    about: 'A file of holes: its size must not be seen in the memory.',
    size: GiB,
    sparse: true,
    rounds: 3,
    cases: [
      { name: 'ours, 1 GiB', client: 'ours', task },
      { name: `ours, ${huge} GiB`, client: 'ours', task, size: huge * GiB, once: true },
      { name: 'ali-oss, 1 GiB', client: 'ali-oss', task },
      { name: 'lib-storage, 1 GiB', client: 'lib-storage', task },
      { name: 'Go SDK v2, 1 GiB', client: 'go-oss-v2', task },
    ],
    goals: [
      {
        says: 'peak memory',
        of: ['ours, 1 GiB'],
        value: ({ rssMiB }) => rssMiB,
        most: 100,
        unit: 'MiB',
      },
      {
        says: `peak memory with ${huge} GiB, of that with 1 GiB`,
        of: [`ours, ${huge} GiB`, 'ours, 1 GiB'],
        value: (large, small) => large.rssMiB / small.rssMiB,
        most: 1.1,
      },
    ],
  }
}

/** @returns {Group} */
function growth() {
  const task = { partSize: MIN_PART, parallel: 5, crc: false }
  const cpuPerPart = (/** @type {Run} */ { cpu, attempts }) => cpu / attempts
  const size = (/** @type {number} */ parts) => parts * MIN_PART
  return {
    title: 'From 100 to 10,000 parts',
    about:
      'The smallest parts there are, without CRC-64: signing and bookkeeping are what is left.',
    cases: [
      { name: 'ours, 10,000 parts', client: 'ours', task, size: size(10_000) },
      { name: 'ours, 1,000 parts', client: 'ours', task, size: size(1_000) },
      { name: 'ours, 100 parts', client: 'ours', task, size: size(100) },
      {
        name: 'ours, 10,000 parts, with progress',
        client: 'ours',
        task: { ...task, progress: true },
        size: size(10_000),
      },
      { name: 'ali-oss, 10,000 parts', client: 'ali-oss', task, size: size(10_000) },
      { name: 'bare node:http, 10,000 parts', client: 'bare-node', task, size: size(10_000) },
    ],
    goals: [
      {
        says: 'signing and bookkeeping a part: CPU beyond that of bare node:http',
        of: ['ours, 10,000 parts', 'bare node:http, 10,000 parts'],
        value: (ours, bare) => (cpuPerPart(ours) - cpuPerPart(bare)) * 1e6,
        most: 60,
        unit: 'µs',
      },
      ...['ours, 1,000 parts', 'ours, 100 parts'].map((fewer) => ({
        says: `CPU a part with 10,000 parts, of that with ${fewer.replace('ours, ', '')}`,
        of: ['ours, 10,000 parts', fewer],
        value: (/** @type {Run} */ many, /** @type {Run} */ few) =>
          cpuPerPart(many) / cpuPerPart(few),
        most: 1.1,
      })),
      {
        says: 'CPU a part with `progress`, of that without',
        of: ['ours, 10,000 parts, with progress', 'ours, 10,000 parts'],
        value: (told, silent) => cpuPerPart(told) / cpuPerPart(silent),
      },
      {
        says: 'peak memory with 10,000 parts',
        of: ['ours, 10,000 parts'],
        value: ({ rssMiB }) => rssMiB,
        most: 100,
        unit: 'MiB',
      },
    ],
  }
}

/** @returns {Group} */
function start() {
  const ours = ['import', 'require'].map((load) => `ours, ${load}`)
  return {
    title: 'Start',
    about: 'Until the client can be used, in a process that has done nothing else.',
    cases: [
      { name: 'ours, import', client: 'start', task: { load: 'import' } },
      { name: 'ours, require', client: 'start', task: { load: 'require' } },
      {
        name: 'ali-oss, require',
        client: 'start',
        task: { load: 'require', packageName: 'ali-oss' },
      },
    ],
    goals: ours.flatMap((name) => [
      {
        says: `time: ${name}`,
        of: [name],
        value: (/** @type {Run} */ { seconds }) => seconds * 1000,
        most: 25,
        unit: 'ms',
      },
      {
        says: `modules of dependencies: ${name}`,
        of: [name],
        value: (/** @type {Run} */ { modules = Number.NaN }) => modules,
        most: 10,
        unit: '',
      },
    ]),
  }
}

/**
 * @param {number} size
 * @returns {Group}
 */
function bandwidth(size) {
  const asked = 50e6
  return {
    title: 'A limit of one’s own',
    about: 'The option `bandwidth`, with 50 MB/s and nothing else in the way.',
    size,
    rounds: 3,
    cases: [{ name: 'ours, 50 MB/s', client: 'ours', task: { bandwidth: asked } }],
    goals: [
      {
        says: 'throughput, of what was asked for',
        of: ['ours, 50 MB/s'],
        value: ({ rate }) => (rate * 1e6) / asked,
        least: 0.95,
        most: 1.05,
      },
    ],
  }
}

/**
 * @param {number} mib
 * @returns {Group}
 */
function files(mib) {
  return {
    title: 'Many files at once',
    about: `16 files of ${mib} MiB by one client, all at the same time.`,
    size: mib * MiB,
    files: 16,
    cases: [
      { name: 'ours', client: 'ours' },
      { name: 'ali-oss', client: 'ali-oss' },
      { name: 'Go SDK v2', client: 'go-oss-v2' },
    ],
    goals: [
      {
        says: 'throughput, of ali-oss',
        of: ['ours', 'ali-oss'],
        value: (ours, other) => ours.rate / other.rate,
      },
      { says: 'peak memory', of: ['ours'], value: ({ rssMiB }) => rssMiB, unit: 'MiB' },
    ],
  }
}
