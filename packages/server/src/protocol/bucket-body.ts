import { invalidArgument } from './errors.ts'
import { isStorageClass } from './object-settings.ts'
import { childText, readXml } from './xml-reader.ts'

export interface BucketSettings {
  readonly storageClass: string
  readonly dataRedundancyType: string
}

/** The optional body of PutBucket. A `LocationConstraint` of older clients is passed over. */
export function readBucketBody(body: Uint8Array): BucketSettings {
  if (body.length === 0) return { storageClass: 'Standard', dataRedundancyType: 'LRS' }
  const root = readXml(body, 'CreateBucketConfiguration')
  const storageClass = childText(root, 'StorageClass') ?? 'Standard'
  if (!isStorageClass(storageClass)) throw invalidArgument('StorageClass', storageClass)
  const dataRedundancyType = childText(root, 'DataRedundancyType') ?? 'LRS'
  if (!['LRS', 'ZRS'].includes(dataRedundancyType)) {
    throw invalidArgument('DataRedundancyType', dataRedundancyType)
  }
  return { storageClass, dataRedundancyType }
}
