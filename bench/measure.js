// Runs the cases of each group in turn (A B C, A B C, …), so that a noisy machine hits all alike.

import { existsSync, writeFileSync } from 'node:fs'
import { judge } from './goals.js'
import { groupsOf } from './groups/index.js'
import { congestionControl } from './network.js'
import { readOptions } from './options.js'
import { made, speaksTls } from './prepare.js'
import { profileOf } from './profile.js'
import { describeMachine, groupReport, writeInto } from './report.js'
import { runClient } from './run-client.js'
import { startSink } from './sink.js'
import { createTestFiles } from './test-files.js'

/** @import { Case, Group, Run } from './types.ts' */
/** @typedef {Awaited<ReturnType<typeof startSink>>} Sink */

// The files are removed when the process ends, so it must end by itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

const options = readOptions(process.argv.slice(2))
const files = createTestFiles()
const groups = groupsOf(options.quick)
const machine = describeMachine(congestionControl())
console.log(machine)

const results = []
let failed = false
for (const name of options.names) {
  const group = groups[name]
  if (group === undefined) continue
  if (group.tls && !speaksTls()) {
    console.log(`\n${name}: left out, the sink was built without TLS`)
    continue
  }
  const result = { name, ...(await measureGroup(name, group)) }
  results.push(result)
  failed ||= [...result.runs.values()].flat().some((run) => run.error !== undefined)
  const report = groupReport(group, result)
  console.log(`\n${report}`)
  if (options.markdown)
    writeInto(options.markdown, name, `${machine}, ${result.rounds} rounds.\n\n${report}`)
}
if (options.json)
  writeFileSync(
    options.json,
    `${JSON.stringify({ machine, results: results.map(plain) }, null, 1)}\n`,
  )
process.exit(failed ? 1 : 0)

/**
 * @param {string} name
 * @param {Group} group
 */
async function measureGroup(name, group) {
  const rounds = Math.min(options.rounds, group.rounds ?? options.rounds)
  const cases = group.cases.filter(
    ({ client }) => client !== 'go-oss-v2' || existsSync(made.goClient),
  )
  const runs = new Map(cases.map((one) => [one.name, /** @type {Run[]} */ ([])]))
  // The first run of all pays for memory that the machine has not touched before.
  const warmUp = group.sink === undefined && !options.quick ? 1 : 0
  for (let round = 1 - warmUp; round <= rounds; round++) {
    for (const one of cases) {
      if (one.once && round !== 1) continue
      const run = await measureCase(group, one)
      if (round > 0) runs.get(one.name)?.push(run)
      console.error(`${name} ${round}/${rounds} ${one.name}: ${run.error ?? shortly(run)}`)
    }
  }
  const goals = group.goals.map((goal) => judge(goal, runs))
  const ours = cases.filter(({ client }) => client === 'ours')
  const profiles = options.profile ? await profilesOf(group, ours) : []
  return { rounds, runs, goals, profiles }
}

/**
 * @param {Group} group
 * @param {Case} one
 * @param {readonly string[]} [nodeFlags]
 */
async function measureCase(group, one, nodeFlags = []) {
  const size = one.size ?? group.size ?? 0
  const { files: count = size === 0 ? 0 : 1, sparse, tls } = group
  const paths = await files.get(size, { count, sparse: sparse ?? false })
  const sink = await startSink(one.sink ?? group.sink ?? [], { tls })
  try {
    const task = { endpoint: sink.endpoint, files: paths, ...one.task }
    return await runClient(one.client, task, { bytes: size * count, sink, nodeFlags })
  } finally {
    await sink.stop()
  }
}

/**
 * @param {Group} group
 * @param {readonly Case[]} cases
 */
async function profilesOf(group, cases) {
  const profiles = []
  for (const one of cases) {
    const path = `${files.folder}/profile.cpuprofile`
    const flags = [
      '--cpu-prof',
      '--cpu-prof-dir',
      files.folder,
      '--cpu-prof-name',
      'profile.cpuprofile',
    ]
    const run = await measureCase(group, one, flags)
    if (run.error === undefined) profiles.push({ name: one.name, ...profileOf(path) })
  }
  return profiles
}

/** @param {Run} run */
function shortly({ rate, seconds, cpu, rssMiB }) {
  const speed = rate > 0 ? `${rate.toFixed(0)} MB/s, ` : ''
  return `${speed}${seconds.toFixed(3)} s, ${cpu.toFixed(3)} CPU-s, ${rssMiB.toFixed(0)} MiB`
}

/** @param {{ runs: ReadonlyMap<string, readonly Run[]> }} result */
function plain(result) {
  return { ...result, runs: Object.fromEntries(result.runs) }
}
