/** A promise that a test settles when it is time. */
export interface Gate {
  readonly passed: Promise<void>
  open(): void
  fail(error: unknown): void
}

export function gate(): Gate {
  let open = () => {}
  let fail: (error: unknown) => void = () => {}
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { passed, open, fail }
}

/** Lets everything that can run do so, without waiting for time to pass. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers have no setImmediate.
    if (typeof setImmediate === 'undefined') setTimeout(resolve)
    else setImmediate(resolve)
  })
}
