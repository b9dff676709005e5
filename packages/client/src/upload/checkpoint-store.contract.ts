import { beforeEach, describe, expect, it } from 'vitest'
import type { Checkpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'

export const CHECKPOINT: Checkpoint = {
  file: '/films/a film.mp4',
  name: 'films/a film.mp4',
  fileSize: 2_500_000,
  partSize: 1_048_576,
  uploadId: '0004B9894A22E5B1888A1E29F823****',
  doneParts: [
    { number: 1, etag: '"3349DC700140D7F86A0784842780****"', size: 1_048_576, crc64: '9253' },
    { number: 3, etag: '"7265F4D211B56873A381D321F586****"' },
  ],
  bucket: 'media',
}

/** Keys are any text: an object's name and a path, and what somebody may try with them. */
const KEYS = [
  'media/films/a film.mp4',
  '',
  '.',
  '../../../etc/passwd',
  '/etc/passwd',
  'C:\\windows\\system.ini',
  'a\0b',
  'line\nbreak',
  '__proto__',
  'é',
  'e\u0301',
  'A',
  'a',
  '大文件.bin',
  '💾',
  'k'.repeat(10_000),
]

/** What every CheckpointStore promises. `open` gives an empty one. */
export function checkpointStoreContract(name: string, open: () => CheckpointStore): void {
  describe(`${name} keeps the checkpoint store contract`, () => {
    let store: CheckpointStore
    beforeEach(() => {
      store = open()
    })

    async function save(key: string, checkpoint = CHECKPOINT): Promise<void> {
      const claim = await store.claim(key)
      await claim.save(checkpoint)
      await claim.release()
    }
    async function load(key: string): Promise<Checkpoint | undefined> {
      const claim = await store.claim(key)
      return claim.load().finally(claim.release)
    }
    const keys = async () => (await store.list()).map(({ key }) => key).sort()

    describe('checkpoints', () => {
      it('are not there before they are saved', async () => {
        expect(await load('a')).toBeUndefined()
        expect(await store.list()).toEqual([])
      })

      it('are given back as they were saved, by the same claim and by a later one', async () => {
        const claim = await store.claim('a')
        await claim.save(CHECKPOINT)
        expect(await claim.load()).toEqual(CHECKPOINT)
        await claim.release()
        expect(await load('a')).toEqual(CHECKPOINT)
      })

      it('replace the one before', async () => {
        await save('a')
        await save('a', { ...CHECKPOINT, uploadId: 'second' })
        expect(await load('a')).toEqual({ ...CHECKPOINT, uploadId: 'second' })
        expect(await keys()).toEqual(['a'])
      })

      it('are told apart by their keys, whatever text these are', async () => {
        for (const key of KEYS) await save(key, { ...CHECKPOINT, uploadId: `of ${key}` })
        for (const key of KEYS) expect((await load(key))?.uploadId).toBe(`of ${key}`)
        expect(await keys()).toEqual([...KEYS].sort())
      })

      it('keep the path of a file, but neither its bytes nor fields that are not known', async () => {
        const secret = { accessKeySecret: 'canary-secret', stsToken: 'canary-token' }
        const file = new TextEncoder().encode('canary-bytes')
        const given = { ...CHECKPOINT, ...secret, file }
        await save('a', given)
        const { file: _, ...kept } = CHECKPOINT
        expect(await load('a')).toEqual(kept)
        expect(JSON.stringify(await store.list())).not.toContain('canary')
        expect(given.file).toBe(file)
      })

      it('are nobody else’s objects', async () => {
        const given = structuredClone(CHECKPOINT)
        await save('a', given)
        Object.assign(given.doneParts[0] ?? {}, { etag: 'changed' })
        Object.assign((await load('a'))?.doneParts[0] ?? {}, { etag: 'changed' })
        Object.assign((await store.list())[0]?.checkpoint ?? {}, { uploadId: 'changed' })
        expect(await load('a')).toEqual(CHECKPOINT)
      })

      it('can not be saved when nothing could go on with them', async () => {
        const claim = await store.claim('a')
        await claim.save(CHECKPOINT)
        const { uploadId: _, ...useless } = CHECKPOINT
        for (const bad of [useless, { ...CHECKPOINT, partSize: -1 }, { ...CHECKPOINT, name: 7 }]) {
          // What a caller without types may hand over.
          await expect(claim.save(bad as Checkpoint)).rejects.toThrow('`checkpoint`')
        }
        expect(await claim.load()).toEqual(CHECKPOINT)
      })
    })

    describe('list', () => {
      it('tells key, checkpoint and time of all, those that are in use as well', async () => {
        const before = Date.now()
        await save('a')
        const claim = await store.claim('b')
        await claim.save({ ...CHECKPOINT, uploadId: 'second' })
        const listed = (await store.list()).sort((one, other) => (one.key < other.key ? -1 : 1))
        expect(listed.map(({ key, checkpoint }) => [key, checkpoint])).toEqual([
          ['a', CHECKPOINT],
          ['b', { ...CHECKPOINT, uploadId: 'second' }],
        ])
        for (const { savedAt } of listed) {
          expect(savedAt).toBeGreaterThanOrEqual(before)
          expect(savedAt).toBeLessThanOrEqual(Date.now())
        }
      })
    })

    describe('claim', () => {
      it('is given once, and again when it was given back', async () => {
        const claim = await store.claim('a')
        await expect(store.claim('a')).rejects.toMatchObject({
          name: 'CheckpointBusyError',
          code: 'CheckpointBusyError',
        })
        await claim.release()
        await (await store.claim('a')).release()
      })

      it('says which upload is in whose hands, and what to do', async () => {
        await store.claim('films/a film.mp4')
        await expect(store.claim('films/a film.mp4')).rejects.toThrow(
          /"films\/a film\.mp4".*this (process|page).*[Ww]ait.*stop/,
        )
      })

      it('is given to one of ten who ask at once', async () => {
        const asked = Array.from({ length: 10 }, () => store.claim('a'))
        const answers = await Promise.allSettled(asked)
        expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        for (const answer of answers) {
          if (answer.status === 'fulfilled') await answer.value.release()
          else expect(answer.reason).toHaveProperty('name', 'CheckpointBusyError')
        }
        await (await store.claim('a')).release()
      })

      it('of one key leaves others free', async () => {
        await store.claim('a')
        await (await store.claim('b')).release()
      })

      it('that was given back twice does not give back the next one’s', async () => {
        const first = await store.claim('a')
        await first.release()
        const second = await store.claim('a')
        await first.release()
        await expect(store.claim('a')).rejects.toHaveProperty('name', 'CheckpointBusyError')
        await second.release()
      })

      it('can forget its checkpoint, and keeps the upload all the same', async () => {
        await save('a')
        const claim = await store.claim('a')
        await claim.remove()
        await claim.remove()
        expect(await claim.load()).toBeUndefined()
        expect(await store.list()).toEqual([])
        await expect(store.claim('a')).rejects.toHaveProperty('name', 'CheckpointBusyError')
        await claim.release()
      })
    })

    describe('remove', () => {
      it('forgets that checkpoint alone, and does not mind when there is none', async () => {
        await save('a')
        await save('b')
        await store.remove('a')
        await store.remove('a')
        await store.remove('never saved')
        expect(await keys()).toEqual(['b'])
        expect(await load('a')).toBeUndefined()
      })

      it('leaves one alone that is in use', async () => {
        const claim = await store.claim('a')
        await claim.save(CHECKPOINT)
        await expect(store.remove('a')).rejects.toHaveProperty('name', 'CheckpointBusyError')
        expect(await claim.load()).toEqual(CHECKPOINT)
        await claim.release()
        await store.remove('a')
        expect(await store.list()).toEqual([])
      })
    })
  })
}
