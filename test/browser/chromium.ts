import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/** Where its path may be given. */
const VARIABLES = ['OSS_MULTIPART_CHROMIUM', 'CHROMIUM_PATH', 'CHROME_PATH', 'CHROME_BIN']
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const INSTALL_AS_ROOT = 'apt-get update && apt-get install -y chromium'
const DOWNLOAD = 'npx playwright-core install chromium'

export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Else the size of the heap is told in coarse steps.
  '--enable-precise-memory-info',
  // A page from here is on plain http as one on the internet is: without Web Locks and crypto.subtle.
  '--host-resolver-rules=MAP insecure.test 127.0.0.1',
]

export async function launchChromium(more: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: CHROMIUM_ARGUMENTS,
    ...more,
  })
}

/**
 * A Chromium: the one that a variable names, else one in the PATH, else Playwright's own, else one that
 * is installed now. Tests are never skipped for want of one.
 */
export function chromiumPath(
  environment: NodeJS.ProcessEnv = process.env,
  own = chromium.executablePath(),
  install = installChromium,
): string {
  const named = VARIABLES.map((name) => environment[name]).find(Boolean)
  if (named !== undefined) {
    if (canRun(named)) return named
    throw new Error(`There is no browser at ${named}, where one of ${VARIABLES.join(', ')} says so`)
  }
  const find = () => [...inPath(environment.PATH), own].find(canRun)
  if (find() === undefined) install()
  const found = find()
  if (found !== undefined) return found
  throw new Error(
    `The browser tests need a Chromium. Run, as root: ${INSTALL_AS_ROOT}. Or: ${DOWNLOAD}. Or set ${VARIABLES[0]} to the path of one`,
  )
}

function inPath(path = ''): string[] {
  return path.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Debian's package where that may be done, else Playwright's download. What fails is found out by looking. */
function installChromium(): void {
  for (const line of process.getuid?.() === 0 ? [INSTALL_AS_ROOT, DOWNLOAD] : [DOWNLOAD]) {
    try {
      execFileSync('sh', ['-c', line], { stdio: 'ignore' })
      return
    } catch {
      // The next way, or the error that names them.
    }
  }
}
