import { invalidInput } from '../oss/errors.ts'
import { type Checkpoint, readCheckpoint } from './checkpoint.ts'

/**
 * A copy of what a store keeps of a checkpoint: the fields that are known, whatever else the caller put
 * there, and of the file its path alone, for its bytes do not belong on the disk a second time.
 */
export function storable(checkpoint: Checkpoint): Checkpoint {
  const known = readCheckpoint(checkpoint)
  if (known === undefined) throw invalidInput('The `checkpoint` has no `uploadId` to go on with')
  const { file, ...others } = known
  return typeof file === 'string' ? known : others
}
