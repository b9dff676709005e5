import { existsSync } from 'node:fs'
import {
  appendFile,
  open,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { bytesOf } from '../flow/testing.ts'
import type { Bench, FaultCase } from './fault-case.ts'

const CHANGED = { name: 'SourceChangedError', code: 'SourceChangedError' }

/** Something happens to the file when the third part is on its way. */
function during(
  row: string,
  name: string,
  change: (bench: Bench) => Promise<unknown>,
  ends: FaultCase['ends'],
): FaultCase {
  return {
    row,
    name,
    // One at a time: two parts are there, and two have not been read.
    upload: { parallel: 1 },
    ends,
    // The checkpoint is of a file that there is no more.
    resumable: false,
    arrange: (bench) =>
      bench.proxy.add({
        on: 'UploadPart',
        partNumber: 3,
        async fault() {
          await change(bench)
          if (existsSync(bench.path)) bench.versions.push(await readFile(bench.path))
        },
      }),
  }
}

export const SOURCE: readonly FaultCase[] = [
  during(
    'C46',
    'the file is cut short in the middle',
    ({ path }) => truncate(path, 250_000),
    CHANGED,
  ),
  during('C46', 'the file is emptied in the middle', ({ path }) => truncate(path), CHANGED),
  during('C47', 'the file grows in the middle', ({ path }) => appendFile(path, 'more'), CHANGED),
  during('C48', 'the file is edited in the middle', ({ path }) => edit(path), CHANGED),
  during(
    'C48',
    'the file is edited in the middle, and its date put back',
    async ({ path }) => {
      const { atime, mtime } = await stat(path)
      await edit(path)
      await utimes(path, atime, mtime)
    },
    CHANGED,
  ),
  during(
    'C50',
    'another file takes the name in the middle',
    async ({ path, versions }) => {
      const other = bytesOf(versions[0]?.length ?? 0, 'other')
      await writeFile(`${path}.new`, other)
      await rename(`${path}.new`, path)
    },
    'arrived',
  ),
  during('C50', 'the file is deleted in the middle', ({ path }) => rm(path), 'arrived'),
  {
    row: 'C49',
    name: 'the file is edited between two attempts, and its date put back',
    resumed: true,
    ends: 'arrived',
    async arrange({ path, versions }) {
      const { atime, mtime } = await stat(path)
      await edit(path)
      await utimes(path, atime, mtime)
      versions[0] = await readFile(path)
    },
  },
]

/** Another byte in a part that is at OSS and in one that is not yet, and as many as before. */
async function edit(path: string): Promise<void> {
  const file = await open(path, 'r+')
  for (const position of [10, 500_000]) await file.write(Buffer.from('!'), 0, 1, position)
  await file.close()
}
