import https from 'node:https'
import { describe, expect, it } from 'vitest'
import { allClosed, rejection, started } from '../client/testing.contract.ts'
import { addresses, agentsOf, hasOpenssl, selfSigned, send, textOf } from './testing.contract.ts'

describe.skipIf(!hasOpenssl)('TLS (needs openssl on this machine)', () => {
  it('refuses a certificate that nobody vouches for, before anything is said', async () => {
    const { server, requests } = await listenTls()
    const error = await rejection(send(server.origin, { headers: { authorization: 'secret' } }))
    expect(error).toMatchObject({
      name: 'RequestError',
      status: -1,
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(requests).toEqual([])
    await allClosed(server)
  })

  it('refuses the certificate of another host', async () => {
    const { server, requests, cert } = await listenTls()
    const agents = agentsOf({ ca: cert, lookup: addresses('127.0.0.1') })
    const { port } = new URL(server.origin)
    expect(await rejection(send(`https://bucket.example:${port}`, {}, agents))).toMatchObject({
      name: 'RequestError',
      status: -1,
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
    expect(requests).toEqual([])
  })

  it('talks to a server whose certificate is trusted, and keeps the connection', async () => {
    const { server, requests, cert } = await listenTls()
    const agents = agentsOf({ ca: cert })
    for (const reused of [false, true]) {
      const answer = await send(server.origin, {}, agents)
      expect(answer.connection.keepAliveSocket).toBe(reused)
      expect(await textOf(answer)).toBe('safe')
    }
    expect(requests).toEqual(['/', '/'])
  })
})

async function listenTls() {
  const { key, cert } = await selfSigned()
  const requests: string[] = []
  const server = https.createServer({ key, cert }, (incoming, outgoing) => {
    requests.push(incoming.url ?? '')
    outgoing.end('safe')
  })
  const { origin, ...more } = await started(server)
  return { server: { ...more, origin: origin.replace('http:', 'https:') }, requests, cert }
}
