import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { RequestLine } from '../flow/request-line.ts'
import { runFaultyLine } from './faulty-line.ts'
import {
  createProxyRules,
  type ProxiedRequest,
  type ProxyFault,
  type ProxyRule,
} from './proxy-fault.ts'

export type { ProxyFault, ProxyRule }

/**
 * Stands between a client and a server and does to their connections what a server cannot do to itself:
 * see {@link ProxyFault}. It knows just enough of HTTP to aim at one request among many on a connection.
 */
export interface FaultProxy {
  readonly url: string
  readonly port: number
  /** In the order in which their heads came. */
  readonly requests: readonly ProxiedRequest[]
  /** How many requests agree in every field given. */
  count(which: Partial<RequestLine>): number
  add(rule: ProxyRule): void
  /** The faults that have not happened as often as they should have. */
  unused(): ProxyRule[]
  /** Resets every connection and refuses new ones, as a machine does whose server has ended. */
  refuse(): void
  /** Takes connections again, on the same port. */
  accept(): Promise<void>
  /** From now on nothing moves on any connection; they stay, as when a cable is pulled. */
  linkDown(): void
  linkUp(): void
  /** No trouble any more. */
  mend(): Promise<void>
  close(): Promise<void>
}

export async function startFaultProxy(serverUrl: string): Promise<FaultProxy> {
  const { hostname, port: serverPort } = new URL(serverUrl)
  const rules = createProxyRules()
  const requests: ProxiedRequest[] = []
  const sockets = new Set<Socket>()
  let link = openGate()
  let { listening, port } = await listen(0)

  async function listen(wanted: number) {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
    server.listen(wanted, '127.0.0.1')
    await once(server, 'listening')
    // A TCP server's address is an object.
    return { listening: server, port: (server.address() as AddressInfo).port }
  }

  function serve(client: Socket): void {
    const server = connect({ host: hostname, port: Number(serverPort), allowHalfOpen: true })
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    const take = (request: ProxiedRequest) => {
      requests.push(request)
      return rules.take(request)
    }
    void runFaultyLine({ client, server, take, linkUp: () => link.opened })
  }

  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    count: (which) =>
      requests.filter((request) =>
        Object.entries(which).every(([field, value]) => Object(request)[field] === value),
      ).length,
    add: rules.add,
    unused: rules.unused,
    refuse() {
      listening.close()
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async accept() {
      if (listening.listening) return
      ;({ listening, port } = await listen(port))
    },
    linkDown() {
      link.open()
      link = closedGate()
    },
    linkUp: () => link.open(),
    async mend() {
      rules.clear()
      link.open()
      await proxy.accept()
    },
    async close() {
      link.open()
      for (const socket of sockets) socket.destroy()
      if (!listening.listening) return
      listening.close()
      await once(listening, 'close')
    },
  }
  return proxy
}

interface Gate {
  readonly opened: Promise<void>
  open(): void
}

function openGate(): Gate {
  return { opened: Promise.resolve(), open() {} }
}

function closedGate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
