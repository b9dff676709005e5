import { isFileHandle } from '../upload/file-handle.ts'

/** The type of files with this extension, which is in lower case and without its dot. */
export type TypeOfExtension = (extension: string) => string | undefined

/** What browsers and OSS take for bytes of no known kind. */
const UNKNOWN = 'application/octet-stream'

/**
 * The Content-Type of an upload: what the caller says, else by the file's own name, else what a Blob
 * says of itself, else by the object's name.
 */
export function contentType(
  given: string | undefined,
  { file, key }: { file: unknown; key: string },
  typeOf: TypeOfExtension,
): string {
  const byExtension = (name: string) => typeOf(/\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '')
  return given || byExtension(fileName(file)) || blobType(file) || byExtension(key) || UNKNOWN
}

function fileName(file: unknown): string {
  if (typeof file === 'string') return file
  const isNamed = isFileHandle(file) || (file instanceof Blob && 'name' in file)
  return isNamed ? String(file.name) : ''
}

function blobType(file: unknown): string {
  return file instanceof Blob ? file.type : ''
}
