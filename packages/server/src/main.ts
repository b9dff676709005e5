#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { type Command, readCommandLine, type ServeOptions, USAGE } from './command-line.ts'
import { startServer } from './index.ts'

/** 0 done, 1 failed, 2 not understood. */
process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  let command: Command
  try {
    command = readCommandLine(argv)
  } catch (error) {
    console.error(`oss-local: ${firstLine(error)}. See oss-local --help.`)
    return 2
  }
  switch (command.name) {
    case 'help':
      console.log(USAGE)
      return 0
    case 'version':
      console.log(await readVersion())
      return 0
    case 'serve':
      return serve(command.options)
  }
}

async function serve(options: ServeOptions): Promise<number> {
  try {
    const server = await startServer({ ...options, log: (line) => console.error(line) })
    console.log(`oss-local listens on ${server.url}, access key id ${server.accessKeyId}`)
    if (options.faults) console.error(`failures can be ordered at ${server.url}/-/faults`)
    await stopSignal()
    await server.close()
    return 0
  } catch (error) {
    console.error(`oss-local: ${firstLine(error)}`)
    return 1
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}

async function readVersion(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  // Our own package.json has a version.
  return (JSON.parse(text) as { version: string }).version
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n', 1)[0] ?? ''
}
