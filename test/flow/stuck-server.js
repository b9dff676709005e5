// A server that one day stops accepting: `node stuck-server.js <url> <answers>` passes that many requests
// on to `url`, then falls silent. It prints its port, and "silent" when it is.
import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:net'
import { isMainThread, Worker, workerData } from 'node:worker_threads'

/** Room for the connections of one upload. Who comes when the queue is full gets no answer at all. */
const QUEUE = 8
/** Milliseconds. */
const LONGEST = 60_000

if (isMainThread) await serve(process.argv[2] ?? '', Number(process.argv[3]))
else fillQueue(workerData)

/**
 * @param {string} url
 * @param {number} answers
 */
async function serve(url, answers) {
  let answered = 0
  const server = http.createServer((incoming, outgoing) => {
    const { method, url: path, rawHeaders } = incoming
    const sent = http.request(url, { method, path, headers: [...rawHeaders], agent: false })
    sent.once('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.rawHeaders)
      answer.pipe(outgoing).once('finish', () => {
        answered++
        if (answered === answers) fallSilent(server)
      })
    })
    incoming.pipe(sent)
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: QUEUE })
  await once(server, 'listening')
  console.log(portOf(server))
  if (answers === 0) fallSilent(server)
}

/** @param {http.Server} server */
function fallSilent(server) {
  const isFull = new Int32Array(new SharedArrayBuffer(4))
  new Worker(new URL(import.meta.url), { workerData: { port: portOf(server), isFull } })
  // From here on this thread stands still, so that nobody is accepted who is in the queue.
  Atomics.wait(isFull, 0, 0)
  server.closeAllConnections()
  console.log('silent')
  // Whoever started it ends it; and if they were ended themselves, it must not stay for ever.
  Atomics.wait(isFull, 0, 1, LONGEST)
  process.exit()
}

/** @param {{ port: number, isFull: Int32Array }} where */
function fillQueue({ port, isFull }) {
  let queued = 0
  for (let each = 0; each <= QUEUE; each++) {
    connect(port, '127.0.0.1', () => {
      queued++
      if (queued <= QUEUE) return
      Atomics.store(isFull, 0, 1)
      Atomics.notify(isFull, 0)
    })
  }
}

/** @param {http.Server} server */
function portOf(server) {
  // A TCP server's address is an object.
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}
