import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is served at a path: a text with its type. */
export interface Served {
  readonly type: string
  readonly text: string | Uint8Array
}

export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

export const html = (text: string): Served => ({ type: 'text/html; charset=utf-8', text })
export const script = (text: string | Uint8Array): Served => ({ type: 'text/javascript', text })

export async function scriptFile(path: string): Promise<Served> {
  return script(await readFile(path))
}

/** The application's own server, another origin than the bucket's. */
export async function startPageServer(
  files: Readonly<Record<string, Served>>,
  answer?: (path: string, body: string) => Promise<unknown>,
): Promise<PageServer> {
  const server = http.createServer(async (incoming, outgoing) => {
    const path = incoming.url ?? '/'
    const file = files[path]
    if (file !== undefined) {
      outgoing.writeHead(200, { 'content-type': file.type }).end(file.text)
      return
    }
    let body = ''
    for await (const chunk of incoming) body += chunk
    const answered = await answer?.(path, body).catch(() => undefined)
    outgoing
      .writeHead(answered === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answered ?? null))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
