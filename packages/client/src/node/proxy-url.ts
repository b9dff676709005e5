/** An HTTP proxy in parts, as ali-oss takes it. */
export interface ProxyOptions {
  /**
   * @default 'http:'
   */
  protocol?: string | undefined
  host?: string | undefined
  hostname?: string | undefined
  port?: number | string | undefined
  /** `user:password` */
  auth?: string | undefined
}

/** The URL of a proxy, or undefined for what is none. */
export function proxyUrl(proxy: unknown): string | undefined {
  const text = typeof proxy === 'string' ? proxy : assemble(Object(proxy))
  return /^https?:\/\/[^/]/.test(text) && URL.canParse(text) ? text : undefined
}

function assemble({ protocol = 'http:', host, hostname, port, auth }: ProxyOptions): string {
  const [user = '', ...password] = (auth ?? '').split(':')
  const login = auth ? `${encodeURIComponent(user)}:${encodeURIComponent(password.join(':'))}@` : ''
  const scheme = protocol.replace(/:?$/, ':')
  return `${scheme}//${login}${hostname ?? host ?? ''}${port ? `:${port}` : ''}`
}
