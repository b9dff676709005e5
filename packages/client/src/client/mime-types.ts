import mime from 'mime'

/** The type of files with this extension, which is in lower case and without its dot. */
export function typeOfExtension(extension: string): string | undefined {
  if (extension === '') return undefined
  return AS_BEFORE.get(extension) ?? mime.getType(extension) ?? undefined
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
