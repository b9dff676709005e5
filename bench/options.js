import { parseArgs } from 'node:util'
import { groupsOf } from './groups/index.js'

const USAGE = `npm run bench [-- [GROUP …] [--rounds N] [--quick] [--profile] [--json FILE] [--markdown FILE]]

  --rounds N       how often each case is measured; 5 unless a group says less
  --quick          one round with smaller files, to see that everything runs
  --profile        where the time goes in our client, function by function, besides
  --json FILE      every run as JSON
  --markdown FILE  puts the tables between the markers of this file

groups: ${Object.keys(groupsOf(false)).join(' ')}`

/** @param {readonly string[]} words */
export function readOptions(words) {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
      markdown: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { quick } = values
  const known = groupsOf(quick)
  const names = positionals.length > 0 ? positionals : Object.keys(known)
  const unknown = names.find((name) => known[name] === undefined)
  const rounds = Number(values.rounds ?? (quick ? 1 : 5))
  if (values.help) throw new Usage(USAGE)
  if (unknown !== undefined) throw new Usage(`There is no group ${unknown}\n\n${USAGE}`)
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Usage(`--rounds must be a whole number from 1: got ${values.rounds}`)
  }
  return { ...values, names, rounds }
}

/** What the caller must read to call rightly. */
export class Usage extends Error {}
