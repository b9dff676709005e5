import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface SlowLine {
  readonly url: string
  /** Ends all connections at once, with what is on its way in them. */
  cut(): void
}

/**
 * A line to `url` that carries so many bytes a second for each connection. What a process has sent before
 * it is killed still arrives, as it does from a machine that lives on. It ends with the test.
 */
export async function startSlowLine(url: string, bytesPerSecond: number): Promise<SlowLine> {
  const { hostname, port } = new URL(url)
  const open = new Set<Socket>()

  function join(from: Socket, to: Socket): void {
    open.add(from)
    from.on('error', () => {})
    from.on('close', () => {
      open.delete(from)
      to.destroy()
    })
  }

  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    join(near, far)
    join(far, near)
    far.pipe(near)
    near.on('data', (bytes) => {
      far.write(bytes)
      near.pause()
      setTimeout(() => near.resume(), (bytes.byteLength / bytesPerSecond) * 1_000)
    })
  })
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    cut()
    server.close()
  })
  // A TCP server's address is an object.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cut }
}
