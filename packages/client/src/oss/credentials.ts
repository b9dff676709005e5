/** Who signs. `stsToken` comes with temporary keys and is sent along with every request. */
export interface Credentials {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly stsToken?: string | undefined
}
