import { expect, it } from 'vitest'
import { typeOfCommonExtension } from './common-types.ts'
import { typeOfExtension } from './mime-types.ts'

it('knows common extensions as Node does', () => {
  const names =
    'gz js mjs json doc bin exe pdf rtf apk xls ppt pptx xlsx docx wasm 7z rar tar xml zip mid m4a mp3 ogg wav aac flac otf ttf woff woff2 avif bmp gif heic jpg jpeg png svg tif tiff psd webp ico css csv html htm md txt log ts mp4 m4v mpeg mpg mov webm flv mkv wmv avi'
  const known = names.split(' ')
  expect(known.map(typeOfCommonExtension)).toEqual(known.map(typeOfExtension))
  expect(typeOfCommonExtension('')).toBeUndefined()
  expect(typeOfCommonExtension('unheard-of')).toBeUndefined()
})
