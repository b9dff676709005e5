/**
 * Enough to go on with an upload, in another process too: the six fields of ali-oss and what makes them
 * safer. It holds no credentials. Which parts are really there is asked of OSS, not believed.
 */
export interface Checkpoint {
  /** What is uploaded, as the caller gave it. A path survives JSON; bytes are left out of it. */
  readonly file?: unknown
  readonly name: string
  /** Bytes; unknown for a stream. */
  readonly fileSize?: number | undefined
  /** Bytes. */
  readonly partSize: number
  readonly uploadId: string
  readonly doneParts: readonly DonePart[]
  readonly bucket?: string | undefined
  /** Of the source when the upload began: the same for as long as nobody has touched it. */
  readonly version?: string | undefined
}

/** A part that OSS has acknowledged. Size and checksum are missing where ali-oss wrote it down. */
export interface DonePart {
  readonly number: number
  /** With its quotes. */
  readonly etag: string
  /** Bytes. */
  readonly size?: number | undefined
  /** CRC-64 of the bytes as they were read, in decimal. */
  readonly crc64?: string | undefined
}
