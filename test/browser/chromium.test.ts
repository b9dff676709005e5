import { copyFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { chromiumPath } from './chromium.ts'

const NONE = '/nowhere/chromium'
const never = () => expect.unreachable()

/** A folder with a program of this name. */
async function folderWith(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oss-multipart-chromium-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, name), '')
  await chmod(join(folder, name), 0o755)
  return folder
}

describe('chromiumPath', () => {
  it('is what a variable says, or an error where there is none', async () => {
    const path = join(await folderWith('mine'), 'mine')
    expect(chromiumPath({ OSS_MULTIPART_CHROMIUM: path }, NONE, never)).toBe(path)
    expect(() => chromiumPath({ CHROME_PATH: NONE }, path, never)).toThrow(`no browser at ${NONE}`)
  })

  it('is one in the PATH, else Playwright’s own', async () => {
    const folder = await folderWith('google-chrome')
    const found = join(folder, 'google-chrome')
    expect(chromiumPath({ PATH: `/nowhere:${folder}` }, NONE, never)).toBe(found)
    expect(chromiumPath({ PATH: '' }, found, never)).toBe(found)
  })

  it('is installed where there is none, and else says which line to run', async () => {
    const folder = await folderWith('other')
    let times = 0
    const fails = () => void times++
    expect(() => chromiumPath({ PATH: folder }, NONE, fails)).toThrow(
      /apt-get install -y chromium.*npx playwright-core install chromium.*OSS_MULTIPART_CHROMIUM/,
    )
    expect(times).toBe(1)
    const path = join(folder, 'chromium')
    const works = () => copyFileSync(join(folder, 'other'), path)
    expect(chromiumPath({ PATH: folder }, NONE, works)).toBe(path)
  })
})
