// Runs the cases of each group in turn (A B C, A B C, …), so that a noisy machine hits all alike.

import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { judge, succeeded } from './goals.js'
import { groupsOf } from './groups/index.js'
import { congestionControl } from './network.js'
import { readOptions } from './options.js'
import { startOssLocal } from './oss-local.js'
import { made, speaksTls } from './prepare.js'
import { profileOf } from './profile.js'
import { describeMachine, groupReport, writeInto } from './report.js'
import { runClient } from './run-client.js'
import { startSink } from './sink.js'
import { createTestFiles } from './test-files.js'

/** @import { Case, Group, Run } from './types.ts' */

// Test files and clients are cleared away when the process exits, and a signal alone is no exit.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

const options = readOptions(process.argv.slice(2))
const files = createTestFiles()
const machine = `${describeMachine(congestionControl())}${options.quick ? ', quick' : ''}`
console.log(machine)

const results = []
for (const [name, group] of Object.entries(groupsOf(options.quick))) {
  if (!options.names.includes(name)) continue
  if (group.tls && !speaksTls()) {
    console.log(`\n${name}: left out, the sink was built without TLS`)
    continue
  }
  const result = await measureGroup(name, group)
  const report = groupReport(group, result)
  console.log(`\n${report}`)
  results.push({ name, ...result, runs: Object.fromEntries(result.runs) })
  // After each group, so that a run that is cut short leaves what it found.
  if (options.json)
    writeFileSync(options.json, `${JSON.stringify({ machine, results }, null, 1)}\n`)
  const head = `${machine}, rounds: ${result.rounds}.`
  if (options.markdown) writeInto(options.markdown, name, `${head}\n\n${report}`)
}
const runs = results.flatMap((result) => Object.values(result.runs).flat())
process.exit(runs.every(succeeded) ? 0 : 1)

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
  const profiles = options.profile ? await profilesOf(group, ours.slice(0, 1)) : []
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
  const farEnd = await (one.ossLocal
    ? startOssLocal(one.ossLocal === 'memory' ? files.folder : tmpdir())
    : startSink(one.sink ?? group.sink ?? [], { tls }))
  const bytes = size * count
  try {
    const task = { endpoint: farEnd.endpoint, files: paths, ...one.task }
    if (one.before) {
      const run = await runClient(one.before, task, { bytes, farEnd })
      if (run.error !== undefined) return run
    }
    return await runClient(one.client, task, { bytes, farEnd, nodeFlags })
  } finally {
    await farEnd.stop()
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
