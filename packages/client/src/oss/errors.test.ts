import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { invalidInput, OssError } from './errors.ts'

const CHECKPOINT = { name: 'film', partSize: 102_400, uploadId: 'U', doneParts: [] }

describe('OssError', () => {
  const details = {
    name: 'NoSuchKeyError',
    code: 'NoSuchKey',
    status: 404,
    operation: 'UploadPart',
    requestId: 'REQUEST-ID',
    hostId: 'oss.test',
    ecCode: '0026-00000001',
    partNum: 3,
    serverTime: '2026-01-02T03:04:05.000Z',
  }

  it('is an Error with a name, a message, a stack and all that is known', () => {
    const error = new OssError('It is not there', details)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ ...details, message: 'It is not there' })
    expect(String(error)).toBe('NoSuchKeyError: It is not there')
    expect(error.stack).toContain('errors.test')
  })

  it('has no field for what is not known', () => {
    const error = new OssError('A mistake', { name: 'Mistake', code: undefined })
    expect(Object.keys(error)).toEqual([])
    expect('cause' in error || 'status' in error || 'checkpoint' in error).toBe(false)
  })

  it('keeps a status of 0', () => {
    expect(new OssError('Stopped', { name: 'cancel', status: 0 }).status).toBe(0)
  })

  it('carries a checkpoint that can be found, but is not printed', () => {
    const checkpoint = { ...CHECKPOINT, file: new Uint8Array(5) }
    const error = new OssError('Failed', { name: 'Failure', status: 500, checkpoint })
    expect(error.checkpoint).toBe(checkpoint)
    expect(JSON.stringify(error)).toBe('{"status":500}')
    expect(inspect(error)).not.toContain('uploadId')
  })

  it('is told again with what it knew, what is new, and itself as the cause', () => {
    const error = new OssError('It is not there', { ...details, checkpoint: CHECKPOINT })
    const again = error.within('Part 4: it is not there', { partNum: 4 })
    expect(again).toMatchObject({ ...details, partNum: 4, message: 'Part 4: it is not there' })
    expect(again.checkpoint).toBe(CHECKPOINT)
    expect(again.cause).toBe(error)
    expect(error).toMatchObject({ ...details, message: 'It is not there' })
  })
})

describe('invalidInput', () => {
  it('is a mistake of the caller', () => {
    const code = 'InvalidArgumentError'
    expect(invalidInput('`x` is wrong')).toMatchObject({
      name: code,
      code,
      message: '`x` is wrong',
    })
  })
})
