// Kills the script of an upload at random, this many times, and says what it cost:
//
//   npm run test:kills -- 10000
import { spawnSync } from 'node:child_process'

const [kills = '1000'] = process.argv.slice(2)
if (!/^[1-9]\d*$/.test(kills)) {
  console.error(`Not a number of kills: ${kills}`)
  process.exit(2)
}
const { status } = spawnSync(
  'vitest',
  ['run', 'test/crash/killed-at-random.test.ts', '--disable-console-intercept'],
  { stdio: 'inherit', env: { ...process.env, KILLS: kills } },
)
process.exitCode = status ?? 1
