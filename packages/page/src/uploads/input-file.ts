import type { FileHandle } from 'oss-multipart'

/** A file that was picked or dropped. */
export interface InputFile {
  readonly file: File
  /** With the folders that were dropped with it: `holiday/1.jpg`. */
  readonly path: string
  /** With it the browser can open the file again after a reload. */
  readonly handle?: FileHandle
}

/** Whether two are the same file, as far as a page can tell without reading it. */
export function sameFile(one: InputFile, other: InputFile): boolean {
  return (
    one.path === other.path &&
    one.file.size === other.file.size &&
    one.file.lastModified === other.file.lastModified
  )
}

export function pickedFiles(files: Iterable<File>): InputFile[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }))
}
