import mime from 'mime'

/** What browsers and OSS take for bytes of no known kind. */
const UNKNOWN = 'application/octet-stream'

/**
 * The Content-Type of an upload: what the caller says, else by the file's own name, else what a Blob
 * says of itself, else by the object's name.
 */
export function contentType(given: string | undefined, file: unknown, key: string): string {
  return given || byExtension(fileName(file)) || blobType(file) || byExtension(key) || UNKNOWN
}

function fileName(file: unknown): string {
  if (typeof file === 'string') return file
  return file instanceof Blob && 'name' in file ? String(file.name) : ''
}

function blobType(file: unknown): string {
  return file instanceof Blob ? file.type : ''
}

function byExtension(name: string): string | null {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return AS_BEFORE.get(extension) ?? (extension === '' ? null : mime.getType(extension))
}

/** Where the type database has changed its mind since the one that ali-oss uses: an object keeps its type. */
const AS_BEFORE = new Map([
  ['aac', 'audio/x-aac'],
  ['asc', 'application/pgp-signature'],
  ['es', 'application/ecmascript'],
  ['fdf', 'application/vnd.fdf'],
  ['hsj2', 'image/hsj2'],
  ['jpgm', 'video/jpm'],
  ['js', 'application/javascript'],
  ['mjs', 'application/javascript'],
  ['mpp', 'application/vnd.ms-project'],
  ['mts', 'model/vnd.mts'],
  ['prc', 'application/x-mobipocket-ebook'],
  ['sql', 'application/x-sql'],
  ['xfdf', 'application/vnd.adobe.xfdf'],
])
