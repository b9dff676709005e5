import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isRunning, markOf } from './running-process.ts'

describe('isRunning', () => {
  it('knows this process, and one that has ended', async () => {
    const { pid, ended } = start('sleep', ['30'])
    const mark = await markOf(pid)
    expect(await isRunning(await markOf(process.pid))).toBe(true)
    expect(await isRunning(mark)).toBe(true)
    process.kill(pid, 'SIGKILL')
    await ended
    expect(await isRunning(mark)).toBe(false)
  })

  it.runIf(process.platform === 'linux')(
    'does not take another program with the same number for it',
    async () => {
      const { pid, startedAt } = await markOf(process.pid)
      expect(startedAt).toMatch(/^[0-9a-f-]{36} \d+$/)
      expect(await isRunning({ pid, startedAt: `${startedAt}0` })).toBe(false)
      expect(await isRunning({ pid, startedAt: startedAt?.replace(/^./, '-') })).toBe(false)
      const later = await markOf(start('sleep', ['30']).pid)
      expect(await isRunning({ pid, startedAt: later.startedAt })).toBe(false)
    },
  )

  it('goes by the number where a start is not known', async () => {
    const { pid, ended } = start('sleep', ['30'])
    expect(await isRunning({ pid })).toBe(true)
    process.kill(pid, 'SIGKILL')
    await ended
    expect(await isRunning({ pid })).toBe(false)
  })

  it.runIf(process.platform === 'linux')('is not led astray by the name of a program', async () => {
    const { pid, ended, child } = start(process.execPath, [
      '-e',
      'process.title = "a) Z 1 1"; console.log("named"); setInterval(() => {}, 1000)',
    ])
    await once(child.stdout, 'data')
    expect(await isRunning(await markOf(pid))).toBe(true)
    expect((await markOf(pid)).startedAt).toMatch(/^[0-9a-f-]{36} \d+$/)
    process.kill(pid, 'SIGKILL')
    await ended
  })

  it.runIf(process.platform === 'linux')(
    'takes one for ended that only waits for its parent to notice',
    async () => {
      // The shell becomes a program that never asks after its children.
      const { child } = start('/bin/sh', ['-c', 'sleep 30 & echo $!; exec sleep 30'])
      const [line] = await once(child.stdout, 'data')
      const pid = Number(line)
      const mark = await markOf(pid)
      expect(await isRunning(mark)).toBe(true)
      process.kill(pid, 'SIGKILL')
      await expect.poll(() => isRunning(mark)).toBe(false)
      expect(process.kill(pid, 0)).toBe(true)
    },
  )
})

function start(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const { pid = 0 } = child
  return { child, pid, ended: once(child, 'exit') }
}
