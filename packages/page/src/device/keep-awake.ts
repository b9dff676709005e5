/** Keeps the device from falling asleep while something is under way, where the browser can. */
export function createKeepAwake(): (isBusy: boolean) => void {
  let lock: Promise<WakeLockSentinel | undefined> | undefined
  let isWanted = false

  function ask(): void {
    // It is refused on a low battery, and in a page that nobody sees.
    lock = navigator.wakeLock?.request('screen').catch(() => undefined)
  }
  document.addEventListener('visibilitychange', () => {
    // A hidden page has lost it.
    if (isWanted && !document.hidden) ask()
  })

  return (isBusy) => {
    if (isBusy === isWanted) return
    isWanted = isBusy
    if (isBusy) ask()
    else lock?.then((held) => held?.release())
  }
}
