/** Streams of bytes that are worked on at once. */
export const LANES: i32 = 8
/** Zeros, which nobody writes to, come before the bytes of each lane. */
const BEFORE: i32 = 2048
/** Room for the padding of MD5 behind them. */
const BEHIND: i32 = 128
/** From a lane, which holds 256 KiB of a stream, to the next. */
export const LANE_SIZE: i32 = BEFORE + 256 * 1024 + BEHIND
export const laneSize: i32 = LANE_SIZE

/** The bytes of the first lane. */
export const inputs = memory.data(LANES * LANE_SIZE, 64) + BEFORE
