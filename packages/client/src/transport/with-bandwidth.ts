import type { Bandwidth } from '../async/bandwidth.ts'
import type { Body } from '../oss/body.ts'
import type { Transport } from '../oss/transport.ts'

/** The same transport, but what it sends keeps to a bandwidth, which may be that of many. */
export function withBandwidth(transport: Transport, bandwidth: Bandwidth): Transport {
  return {
    async send(request) {
      const { body } = request
      if (body === undefined) return transport.send(request)
      // A request that has ended, whatever ended it, waits for nothing any more.
      const ended = new AbortController()
      try {
        return await transport.send({ ...request, body: drawn(body, bandwidth, ended.signal) })
      } finally {
        ended.abort()
      }
    },
  }
}

function drawn(body: Body, bandwidth: Bandwidth, signal: AbortSignal): Body {
  return {
    ...body,
    async *chunks() {
      for await (const chunk of body.chunks()) {
        for (let at = 0; at < chunk.byteLength; ) {
          const piece = chunk.subarray(at, at + bandwidth.piece)
          await bandwidth.draw(piece.byteLength, signal)
          yield piece
          at += piece.byteLength
        }
      }
    },
  }
}
