import AliOss from 'ali-oss'
import { type RunningServer, type ServerOptions, startServer } from 'oss-local'
import OSS, { type ClientOptions } from 'oss-multipart'
import { BUCKET, CNAME, clientOptions, SERVICE_HOST, type Way } from './addresses.ts'
import { type Observation, observeRequests } from './observe-requests.ts'

/** A running oss-local, what it is asked, and clients of it. */
export interface InteropServer extends RunningServer {
  observe(): Observation
  aliOss(way: Way, more?: Partial<AliOss.Options>): AliOss
  ours(way: Way, more?: Partial<ClientOptions>): OSS
}

/** Starts oss-local so that every way of `WAYS` leads to it. */
export async function startInteropServer(options: ServerOptions = {}): Promise<InteropServer> {
  const server = await startServer({
    buckets: [BUCKET],
    hosts: [SERVICE_HOST],
    cnames: { [CNAME]: BUCKET },
    ...options,
  })
  const { accessKeyId, accessKeySecret, port } = server
  const common = (way: Way) => ({ accessKeyId, accessKeySecret, ...clientOptions(way, port) })
  return {
    ...server,
    observe: () => observeRequests(port),
    aliOss: (way, more) => new AliOss({ ...common(way), ...more }),
    ours: (way, more) => new OSS({ ...common(way), ...more }),
  }
}
