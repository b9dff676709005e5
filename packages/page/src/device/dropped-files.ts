import type { InputFile } from '../uploads/input-file.ts'

/**
 * The files of a drop, and those of dropped folders with their paths. What the browser shows of a drop it
 * shows only during the event, so everything is asked for before anything is waited for.
 */
export async function droppedFiles(data: DataTransfer): Promise<InputFile[]> {
  const items = [...data.items].filter(({ kind }) => kind === 'file')
  const found = await Promise.all(items.map(openItem))
  return found.flat()
}

function openItem(item: DataTransferItem): Promise<InputFile[]> {
  const entry = item.webkitGetAsEntry?.()
  const file = item.getAsFile()
  const handle = item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null)
  return handle.then((opened) => {
    if (opened !== null) return openHandle(opened, '')
    if (entry?.isDirectory) return openEntry(entry)
    return file === null ? [] : [{ file, path: file.name }]
  })
}

async function openHandle(handle: FileSystemHandle, folder: string): Promise<InputFile[]> {
  const path = folder + handle.name
  if (isFileHandle(handle)) return [{ file: await handle.getFile(), path, handle }]
  if (!isFolderHandle(handle)) return []
  const files: InputFile[] = []
  for await (const child of handle.values()) files.push(...(await openHandle(child, `${path}/`)))
  return files
}

function isFileHandle(handle: FileSystemHandle): handle is FileSystemFileHandle {
  return handle.kind === 'file'
}

interface FolderHandle extends FileSystemHandle {
  values(): AsyncIterable<FileSystemHandle>
}

function isFolderHandle(handle: FileSystemHandle): handle is FolderHandle {
  return 'values' in handle
}

/** The older way to see a folder, for browsers without handles. */
async function openEntry(entry: FileSystemEntry): Promise<InputFile[]> {
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ file, path: entry.fullPath.replace(/^\//, '') }]
  }
  if (!isFolderEntry(entry)) return []
  const reader = entry.createReader()
  const files: InputFile[] = []
  // It gives some at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (entries.length === 0) return files
    for (const child of entries) files.push(...(await openEntry(child)))
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
