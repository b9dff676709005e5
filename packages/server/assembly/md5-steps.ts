import { LANES } from './lanes'

/** MD5's words A, B, C and D: first A of each lane, then B of each, and so on. */
export const states = memory.data(4 * LANES * sizeof<u32>(), 16)

/** The constant of each of the 64 steps, four times, so that it can be loaded as a vector. */
export const sines = memory.data(64 * 16, 16)

for (let step = 0; step < 64; step++) {
  const sine = Math.abs(Math.sin(<f64>(step + 1))) * 4294967296
  v128.store(sines + 16 * step, i32x4.splat(<i32>(<i64>sine)))
}
