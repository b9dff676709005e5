// Nothing in the way: the client's own work is all there is.

import { GiB, MiB } from './sizes.js'

/** @import { Group } from '../types.ts' */

/**
 * @param {boolean} quick
 * @returns {Record<string, Group>}
 */
export function loopbackGroups(quick) {
  const size = quick ? 256 * MiB : 2 * GiB
  return {
    defaults: {
      title: 'Default settings',
      about: 'One file out of the page cache; every client as it comes.',
      size,
      cases: [
        { name: 'ours', client: 'ours' },
        { name: 'ali-oss', client: 'ali-oss' },
        { name: 'lib-storage', client: 'lib-storage' },
        { name: 'minio', client: 'minio' },
        { name: 'Go SDK v2', client: 'go-oss-v2' },
        { name: 'bare node:http', client: 'bare-node' },
      ],
      goals: [
        {
          says: 'throughput, of ali-oss',
          of: ['ours', 'ali-oss'],
          value: (ours, other) => ours.rate / other.rate,
          least: 4,
        },
        {
          says: 'CPU, of ali-oss',
          of: ['ours', 'ali-oss'],
          value: (ours, other) => ours.cpu / other.cpu,
          most: 0.28,
        },
      ],
    },
    'large-parts': largeParts(size),
    'small-parts': smallParts(size / 2),
    tls: tls(size / 2),
  }
}

/**
 * @param {number} size
 * @returns {Group}
 */
function largeParts(size) {
  const task = { partSize: 16 * MiB, parallel: 8 }
  return {
    title: '16 MiB × 8',
    about: 'Few requests: reading, checking and sending bytes is what counts.',
    size,
    cases: [
      { name: 'ours', client: 'ours', task },
      { name: 'ours without CRC-64', client: 'ours', task: { ...task, crc: false } },
      { name: 'ali-oss', client: 'ali-oss', task },
      { name: 'lib-storage', client: 'lib-storage', task },
      { name: 'Go SDK v2', client: 'go-oss-v2', task },
      { name: 'Go SDK v2 without CRC-64', client: 'go-oss-v2', task: { ...task, crc: false } },
      { name: 'bare node:http', client: 'bare-node', task },
    ],
    goals: [
      {
        says: 'throughput, of the Go SDK v2',
        of: ['ours', 'Go SDK v2'],
        value: (ours, other) => ours.rate / other.rate,
        least: 1.4,
      },
      {
        says: 'CPU, of the Go SDK v2',
        of: ['ours', 'Go SDK v2'],
        value: (ours, other) => ours.cpu / other.cpu,
        most: 0.65,
      },
      {
        says: 'throughput without CRC-64, of bare node:http',
        of: ['ours without CRC-64', 'bare node:http'],
        value: (ours, bare) => ours.rate / bare.rate,
        least: 0.9,
      },
      {
        says: 'peak memory',
        of: ['ours'],
        value: (ours) => ours.rssMiB,
        most: 100,
        unit: 'MiB',
      },
    ],
  }
}

/**
 * @param {number} size
 * @returns {Group}
 */
function smallParts(size) {
  const task = { partSize: MiB, parallel: 5 }
  return {
    title: '1 MiB × 5',
    about: 'Many requests: what each of them costs beyond its bytes counts as well.',
    size,
    cases: [
      { name: 'ours', client: 'ours', task },
      { name: 'ours without CRC-64', client: 'ours', task: { ...task, crc: false } },
      { name: 'ali-oss', client: 'ali-oss', task },
      { name: 'Go SDK v2', client: 'go-oss-v2', task },
      { name: 'bare node:http', client: 'bare-node', task },
    ],
    goals: [
      {
        says: 'throughput, of ali-oss at the same setting',
        of: ['ours', 'ali-oss'],
        value: (ours, other) => ours.rate / other.rate,
        least: 2,
      },
      {
        says: 'throughput without CRC-64, of bare node:http',
        of: ['ours without CRC-64', 'bare node:http'],
        value: (ours, bare) => ours.rate / bare.rate,
      },
    ],
  }
}

/**
 * @param {number} size
 * @returns {Group}
 */
function tls(size) {
  const task = { partSize: 16 * MiB, parallel: 8 }
  return {
    title: 'TLS, 16 MiB × 8',
    about: 'The same over HTTPS, where encrypting is most of the work.',
    size,
    tls: true,
    cases: [
      { name: 'ours', client: 'ours', task },
      { name: 'ours without CRC-64', client: 'ours', task: { ...task, crc: false } },
      { name: 'ali-oss', client: 'ali-oss', task },
      { name: 'Go SDK v2', client: 'go-oss-v2', task },
      { name: 'bare node:https', client: 'bare-node', task },
    ],
    goals: [
      {
        says: 'throughput, of bare node:https',
        of: ['ours', 'bare node:https'],
        value: (ours, bare) => ours.rate / bare.rate,
        least: 0.9,
      },
    ],
  }
}
