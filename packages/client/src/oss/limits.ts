// https://www.alibabacloud.com/help/en/oss/user-guide/limits

export const KiB = 1024
export const MiB = 1024 * KiB
export const GiB = 1024 * MiB

/** Every part but the last holds at least this much. */
export const MIN_PART_SIZE = 100 * KiB
/** A part, and the body of one PutObject, hold at most this much. */
export const MAX_PART_SIZE = 5 * GiB
export const MAX_PARTS = 10_000
/** 48.8 TB: all the parts there can be, each as large as it can be. */
export const MAX_OBJECT_SIZE = MAX_PARTS * MAX_PART_SIZE
export const MAX_KEY_BYTES = 1023
