import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sendReply } from './send-reply.ts'

const MiB = 1024 * 1024
const COUNT = 16

it('is through with a chunk before it asks for the next, however slowly the client reads', async () => {
  const buffer = Buffer.alloc(MiB)
  async function* intoOneBuffer() {
    for (let number = 1; number <= COUNT; number++) yield buffer.fill(number)
  }
  const server = createServer(async (_, response) => {
    const headers = { 'content-length': String(COUNT * MiB) }
    await sendReply(response, { status: 200, headers, body: intoOneBuffer() })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const [response] = (await once(get({ port, agent: false }), 'response')) as [IncomingMessage]
    // The buffers of the sockets fill up meanwhile, and the rest waits in the server.
    await setTimeout(100)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const expected = Array.from({ length: COUNT }, (_, at) => Buffer.alloc(MiB, at + 1))
    expect(Buffer.compare(Buffer.concat(chunks), Buffer.concat(expected))).toBe(0)
  } finally {
    server.close()
  }
})
