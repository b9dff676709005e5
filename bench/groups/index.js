import { lineGroups } from './line.js'
import { localGroups } from './local.js'
import { loopbackGroups } from './loopback.js'
import { resourceGroups } from './resources.js'

/** @import { Group } from '../types.ts' */

/**
 * What is measured, by name. Quick: smaller files, to see that everything runs.
 *
 * @param {boolean} quick
 * @returns {Record<string, Group>}
 */
export function groupsOf(quick) {
  return {
    ...loopbackGroups(quick),
    ...lineGroups(quick),
    ...resourceGroups(quick),
    ...localGroups(quick),
  }
}
