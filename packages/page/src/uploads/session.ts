import type OSS from 'oss-multipart'
import { type CheckpointStore, indexedDbCheckpoints } from 'oss-multipart'
import { connect } from './connect.ts'
import { type Keys, loadSettings, NO_KEYS, type Settings } from './settings.ts'

/** To which bucket, and as whom, this page uploads now. */
export interface Session {
  readonly settings: Settings | undefined
  readonly checkpoints: CheckpointStore
  /** The client for the settings of now: the same one as long as they stay. */
  client(): Promise<OSS>
  use(settings: Settings | undefined, keys: Keys): void
}

export async function openSession(onWarning: (warning: Error) => void): Promise<Session> {
  let settings = await loadSettings()
  let keys = NO_KEYS
  let client: Promise<OSS> | undefined
  return {
    get settings() {
      return settings
    },
    checkpoints: indexedDbCheckpoints(),
    client() {
      if (settings === undefined) return Promise.reject(new Error('There is no bucket yet'))
      if (client !== undefined) return client
      const next = connect(settings, keys, onWarning)
      client = next
      // Whoever asks next tries again.
      next.catch(() => {
        if (client === next) client = undefined
      })
      return next
    },
    use(next, withKeys) {
      settings = next
      keys = withKeys
      client = undefined
    },
  }
}
