import type { Metadata } from './metadata.ts'
import type { Blob, BucketRecord, ObjectRecord, PartRecord, UploadRecord } from './store.ts'
import { openTable, type Table } from './table.ts'

/** Everything that is kept in the metadata. */
export interface Records {
  readonly buckets: Table<BucketRecord>
  readonly objects: Table<ObjectRecord>
  readonly uploads: Table<UploadRecord>
  readonly parts: Table<PartRecord>
  /** By how many records each blob is named. */
  readonly blobCounts: Table<number>
}

export function openRecords(metadata: Metadata): Records {
  return {
    buckets: openTable<BucketRecord, BucketRecord>(metadata, asIs),
    objects: openTable<ObjectRecord, TextCrc64<ObjectRecord>>(metadata, {
      toJson: (object) => ({
        ...object,
        crc64: String(object.crc64),
        // A whole Blob fits the type as well, and has checksums that JSON cannot hold.
        blobs: object.blobs.map(({ id, size }) => ({ id, size })),
      }),
      fromJson: (object) => ({ ...object, crc64: BigInt(object.crc64) }),
    }),
    uploads: openTable<UploadRecord, UploadRecord>(metadata, asIs),
    parts: openTable<PartRecord, Omit<PartRecord, 'blob'> & { blob: TextCrc64<Blob> }>(metadata, {
      toJson: (part) => ({ ...part, blob: { ...part.blob, crc64: String(part.blob.crc64) } }),
      fromJson: (part) => ({ ...part, blob: { ...part.blob, crc64: BigInt(part.blob.crc64) } }),
    }),
    blobCounts: openTable<number, number>(metadata, asIs),
  }
}

/** Digits keep all 64 bits. */
type TextCrc64<record> = Omit<record, 'crc64'> & { crc64: string }

const asIs = {
  toJson: <record>(record: record): record => record,
  fromJson: <record>(record: record): record => record,
}
