import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const SCRIPT = fileURLToPath(new URL('./stuck-server.js', import.meta.url))

/**
 * A server in front of another one that, after so many answers, still listens but never accepts again:
 * whoever connects then waits until their own patience ends. It ends with the test.
 */
export async function startStuckProxy(url: string, answers: number): Promise<{ url: string }> {
  const child = spawn(process.execPath, [SCRIPT, url, String(answers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const { value: port } = await lines.next()
  if (answers === 0) await lines.next()
  return { url: `http://127.0.0.1:${port}` }
}
