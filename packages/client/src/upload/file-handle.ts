/**
 * What is used of a `FileSystemFileHandle`: a file on the user's disk that a page can read again after a
 * reload. It is written down here since types for Node have none, and those of the DOM no permissions.
 */
export interface FileHandle {
  readonly kind: 'file'
  readonly name: string
  /** The file as it is now. */
  getFile(): Promise<File>
  /** Missing where handles need no permission. */
  queryPermission?(wanted?: { mode?: 'read' }): Promise<'granted' | 'denied' | 'prompt'>
  /** To be called in a click: the browser may ask the user. Missing where handles need no permission. */
  requestPermission?(wanted?: { mode?: 'read' }): Promise<'granted' | 'denied' | 'prompt'>
}

/** Only the browser's own can be kept in IndexedDB; look-alikes of libraries can not. */
export function isFileHandle(file: unknown): file is FileHandle {
  return typeof FileSystemFileHandle !== 'undefined' && file instanceof FileSystemFileHandle
}
