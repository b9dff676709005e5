import type OSS from 'oss-multipart'
import { type CheckpointStore, indexedDbCheckpoints } from 'oss-multipart'
import { connect } from './connect.ts'
import { type Keys, loadSettings, NO_KEYS, type Settings } from './settings.ts'

/** To which bucket, and as whom, this page uploads now. */
export interface Session {
  readonly settings: Settings | undefined
  readonly checkpoints: CheckpointStore
  /** The client for a bucket by its last settings: the same one as long as they stay. */
  client(bucket: string): Promise<OSS>
  use(settings: Settings | undefined, keys: Keys): void
}

/** A bucket of this visit. What was begun there goes on there, also when the settings name another one. */
interface Place {
  readonly settings: Settings
  readonly keys: Keys
  client: Promise<OSS> | undefined
}

export async function openSession(onWarning: (warning: Error) => void): Promise<Session> {
  let settings: Settings | undefined
  const places = new Map<string, Place>()

  function use(next: Settings | undefined, keys: Keys): void {
    settings = next
    if (next !== undefined) places.set(next.bucket, { settings: next, keys, client: undefined })
  }
  async function open(place: Place): Promise<OSS> {
    try {
      return await connect(place.settings, place.keys, onWarning)
    } catch (error) {
      // Whoever asks next tries again.
      place.client = undefined
      throw error
    }
  }

  use(await loadSettings(), NO_KEYS)
  return {
    get settings() {
      return settings
    },
    checkpoints: indexedDbCheckpoints(),
    async client(bucket) {
      const place = places.get(bucket)
      if (place === undefined) throw new Error('There is no bucket yet')
      place.client ??= open(place)
      return place.client
    },
    use,
  }
}
