/**
 * The program of `checksum-worker.ts` as one text, from which a page can make a worker whatever bundler
 * it uses. The build puts it here; without it checksums are computed on the page's own thread.
 */
export const CHECKSUM_WORKER: string = ''
