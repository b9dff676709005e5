/** Pieces of memory that files are read into, used again and again. */
export interface ReadBuffers {
  /** Bytes of each. */
  readonly size: number
  take(): Buffer
  /** Only what nobody reads from any more. */
  give(buffer: Buffer): void
}

/**
 * Fresh memory for every piece of a file costs as much as reading it: a page fault for each 4 KiB, and a
 * garbage collector that runs for what lies outside of its heap. At most `keep` are kept idle.
 */
export function createReadBuffers(size: number, keep: number): ReadBuffers {
  const idle: Buffer[] = []
  return {
    size,
    take: () => idle.pop() ?? Buffer.allocUnsafeSlow(size),
    give(buffer) {
      if (idle.length < keep) idle.push(buffer)
    },
  }
}
