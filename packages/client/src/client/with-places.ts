import type { Client } from './context.ts'

/**
 * The same client, but each request takes a place among those that all its uploads share, until it is
 * answered for good: a thousand uploads at once have then neither a thousand sockets nor a thousand parts
 * in memory.
 */
export function withPlaces(client: Client): Client {
  return {
    ...client,
    async send(request) {
      const leave = await client.places.acquire(request.signal)
      try {
        return await client.send(request)
      } finally {
        leave()
      }
    },
  }
}
