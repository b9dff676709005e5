import { OssError } from '../oss/errors.ts'
import { show } from '../oss/names.ts'

/** The refusal of a CheckpointStore: `owner`, such as "process 123", has the upload of `key`. */
export function checkpointBusy(key: string, owner: string, advice = ''): OssError {
  return new OssError(
    `The upload ${show(key)} is in the hands of ${owner}. Wait until that has ended, or stop it, and try again.${advice}`,
    { name: 'CheckpointBusyError', code: 'CheckpointBusyError' },
  )
}
