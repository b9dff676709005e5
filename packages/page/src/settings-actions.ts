import { connect } from './uploads/connect.ts'
import { explainFailure } from './uploads/failure.ts'
import type { Session } from './uploads/session.ts'
import { NO_KEYS, servedSettings, storeSettings } from './uploads/settings.ts'
import type { SettingsActions } from './view/settings-dialog.ts'

/** What the dialog of the settings does; `changed` hears that others hold now. */
export function settingsActions(session: Session, changed: () => void): SettingsActions {
  return {
    save(settings, keys) {
      storeSettings(settings)
      session.use(settings, keys)
      changed()
    },
    async reset() {
      storeSettings(undefined)
      session.use(await servedSettings(), NO_KEYS)
      changed()
      return session.settings
    },
    check: (settings, keys) =>
      // What it warns of is among what it finds.
      connect(settings, keys, () => {})
        .then((client) => client.checkBucket({ prefix: settings.prefix }))
        .catch(explainFailure),
  }
}
