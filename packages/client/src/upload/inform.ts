/**
 * Calls somebody's display and does not wait for it. What it throws, now or later, must not cost them the
 * upload: `warn` hears of it.
 */
export async function inform<Said>(
  listener: (said: Said) => unknown,
  said: Said,
  warn: (error: unknown) => void,
): Promise<void> {
  try {
    await listener(said)
  } catch (error) {
    warn(error)
  }
}
