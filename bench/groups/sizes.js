export const KiB = 1024
export const MiB = 1024 * KiB
export const GiB = 1024 * MiB
/** The least that OSS takes for a part. */
export const MIN_PART = 100 * KiB
