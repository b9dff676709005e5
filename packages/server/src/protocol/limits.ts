const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

/** The most that one PutObject or UploadPart may carry, and the most that a part may hold. */
export const MAX_BODY_BYTES = 5 * GiB
export const MAX_PART_NUMBER = 10_000
/** Every part but the last holds at least this much; checked by CompleteMultipartUpload. */
export const MIN_PART_BYTES = 100 * KiB
export const MAX_KEY_BYTES = 1023
/** The documented 1 GB: larger objects are copied with UploadPartCopy. */
export const MAX_COPY_BYTES = GiB
export const MAX_USER_METADATA_BYTES = 8 * KiB
export const MAX_DELETE_KEYS = 1000
/** 10,000 parts with both elements fit twice over. */
export const MAX_COMPLETE_XML_BYTES = 8 * MiB
export const MAX_XML_BYTES = 2 * MiB
export const MAX_CORS_RULES = 10
export const MAX_CORS_XML_BYTES = 16 * KiB
export const MAX_LIFECYCLE_RULES = 1000
export const MAX_CALLBACK_BYTES = 5 * KiB
export const MAX_CLOCK_SKEW_MS = 15 * 60 * 1000
