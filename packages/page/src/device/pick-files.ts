import { type InputFile, pickedFiles } from '../uploads/input-file.ts'

/**
 * Asks for files: with handles, by which they can be opened again after a reload, where the browser has
 * them. Empty when nothing was picked.
 */
export async function pickFiles(input: HTMLInputElement): Promise<InputFile[]> {
  if (window.showOpenFilePicker === undefined) {
    input.click()
    return []
  }
  const handles = await window.showOpenFilePicker({ multiple: true }).catch(() => [])
  return Promise.all(
    handles.map(async (handle) => {
      const file = await handle.getFile()
      return { file, path: file.name, handle }
    }),
  )
}

/** What an input of files was given; it is emptied, so that the same file can be picked again. */
export function takeFiles(input: HTMLInputElement): InputFile[] {
  const files = pickedFiles(input.files ?? [])
  input.value = ''
  return files
}
