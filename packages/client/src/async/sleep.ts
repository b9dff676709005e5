/** Waits; rejects with the signal's reason as soon as it is aborted, and leaves no timer behind. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const timer = setTimeout(finish, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })

    function finish(): void {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    function abort(): void {
      clearTimeout(timer)
      reject(signal?.reason)
    }
  })
}

export type Sleep = typeof sleep
