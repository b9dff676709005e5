import { describe, expect, it } from 'vitest'
import { NO_SETTINGS, readSettings } from './settings.ts'

describe('readSettings', () => {
  it('fills in what is missing', () => {
    expect(readSettings({ bucket: ' media ' })).toEqual({ ...NO_SETTINGS, bucket: 'media' })
  })

  it('drops what does not belong there, such as keys', () => {
    const read = readSettings({ bucket: 'media', accessKeySecret: 'secret', access: 'root' })
    expect(read).toEqual({ ...NO_SETTINGS, bucket: 'media' })
  })

  it.each([[undefined], [null], ['text'], [{ region: 'oss-cn-beijing' }], [{ bucket: 7 }]])(
    'can use nothing of %j',
    (value) => {
      expect(readSettings(value)).toBeUndefined()
    },
  )
})
