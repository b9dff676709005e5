interface Following {
  readonly actions: Set<() => void>
  readonly stop: () => void
}

const followed = new WeakMap<AbortSignal, Following>()

/**
 * Calls `action` when `signal` is aborted; the returned function takes that back. However many follow one
 * signal, it has one listener, for Node warns of many, and none when nobody follows it any more.
 */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  const { actions, stop } = followed.get(signal) ?? listenTo(signal)
  // The same function may follow twice.
  const own = () => action()
  actions.add(own)
  return () => {
    actions.delete(own)
    if (actions.size === 0) stop()
  }
}

function listenTo(signal: AbortSignal): Following {
  const actions = new Set<() => void>()
  const listener = () => {
    for (const action of actions) action()
  }
  const stop = () => {
    signal.removeEventListener('abort', listener)
    followed.delete(signal)
  }
  signal.addEventListener('abort', listener, { once: true })
  const following = { actions, stop }
  followed.set(signal, following)
  return following
}
