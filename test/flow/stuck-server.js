// A server that one day stops accepting: `node stuck-server.js <url> <answers>` passes that many requests
// on to `url`, then falls silent for good. It prints its port, and "silent" when it is.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'

const [url = '', answers = '0'] = process.argv.slice(2)
/** As short as can be: the system leaves whoever comes when the queue is full without an answer. */
const QUEUE = 1
let answered = 0

const server = http.createServer((incoming, outgoing) => {
  const { method, url: path, rawHeaders } = incoming
  const sent = http.request(url, { method, path, headers: [...rawHeaders], agent: false })
  sent.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 0, answer.rawHeaders)
    answer.pipe(outgoing).once('finish', () => {
      answered++
      if (answered === Number(answers)) fallSilent()
    })
  })
  incoming.pipe(sent)
})
server.listen({ port: 0, host: '127.0.0.1', backlog: QUEUE })
await once(server, 'listening')
// A TCP server's address is an object.
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
console.log(port)
if (answers === '0') fallSilent()

function fallSilent() {
  // Nobody is accepted while this process stands still, so these stay in the queue, ended or not.
  const script = `
    let queued = 0
    const onConnect = () => ++queued > ${QUEUE} && process.exit()
    for (let i = 0; i <= ${QUEUE}; i++) net.connect(${port}, '127.0.0.1', onConnect)`
  execFileSync(process.execPath, ['-e', script])
  server.closeAllConnections()
  console.log('silent')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
