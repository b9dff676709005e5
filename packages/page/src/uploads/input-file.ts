import type { FileHandle } from 'oss-multipart'

/** A file that was picked or dropped. */
export interface InputFile {
  readonly file: File
  /** With the folders that were dropped with it: `holiday/1.jpg`. */
  readonly path: string
  /** With it the browser can open the file again after a reload. */
  readonly handle?: FileHandle
}

/** The same for the same file, as far as a page can tell without reading it. */
export function fileKey({ path, file: { size, lastModified } }: InputFile): string {
  return `${size} ${lastModified} ${path}`
}

export function pickedFiles(files: Iterable<File>): InputFile[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }))
}
