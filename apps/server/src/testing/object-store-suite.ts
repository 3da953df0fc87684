import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contentOf, DamagedObject, findDamage, type ObjectStore, piecesOf, unprotected } from '#platform/object-store'

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** What every store of objects must do. `open` is asked once; keys are new for each test. */
export function describeObjectStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(`a store of ${name}`, () => {
    let objects: ObjectStore
    let folder: string
    let base: string
    let key: string
    beforeAll(async () => {
      objects = await open()
      folder = await mkdtemp(join(tmpdir(), 'getuige-suite-'))
    })
    afterAll(async () => {
      await objects.close()
      await rm(folder, { recursive: true })
    })
    beforeEach(() => {
      base = `corps_${randomBytes(6).toString('hex')}`
      key = `${base}/ab/rec_1/payload.age`
    })

    const put = (at: string, bytes: Uint8Array) =>
      objects.put(at, contentOf([bytes]), { ...unprotected, sha256: digestOf(bytes) })
    async function putFile(at: string, bytes: Uint8Array): Promise<void> {
      const file = join(folder, randomBytes(8).toString('hex'))
      await writeFile(file, bytes, { mode: 0o600 })
      await objects.put(at, { file }, { ...unprotected, sha256: digestOf(bytes) })
    }
    const list = async () => (await Array.fromAsync(objects.list())).filter((at) => at.startsWith(base)).toSorted()
    async function readWhole(at: string): Promise<Buffer> {
      await using opened = await objects.open(at)
      return Buffer.concat(await Array.fromAsync(piecesOf(opened, 1000)))
    }

    test.each([
      ['a file', putFile],
      ['bytes', put],
    ])('gives back what was put from %s, whole and by ranges', async (_from, putAs) => {
      await putAs(key, Buffer.from('abcdef'))
      expect((await objects.read(key, 0, 6)).toString()).toBe('abcdef')
      expect((await objects.read(key, 2, 4)).toString()).toBe('cd')
      expect((await objects.read(key, 3, 3)).toString()).toBe('')
      expect(await objects.sizeOf(key)).toBe(6)
      expect((await readWhole(key)).toString()).toBe('abcdef')
      expect(await list()).toEqual([key])
    })

    test.each([0, 1, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1, 19_000_003])(
      'takes an object of %i bytes from a file',
      async (size) => {
        const bytes = randomBytes(size)
        await putFile(key, bytes)
        expect(await objects.sizeOf(key)).toBe(size)
        expect(await findDamage(objects, { key, sizeBytes: size, sha256: digestOf(bytes) })).toBeNull()
        if (size > 10) expect((await objects.read(key, size - 10, size)).equals(bytes.subarray(-10))).toBe(true)
      },
    )

    test('takes the same object twice alike, and another of the same name in its place', async () => {
      await putFile(key, Buffer.from('abcdef'))
      await putFile(key, Buffer.from('abcdef'))
      await objects.read(key, 0, 1)
      await put(key, Buffer.from('other bytes'))
      expect((await readWhole(key)).toString()).toBe('other bytes')
      expect((await objects.read(key, 0, 11)).toString()).toBe('other bytes')
      expect(await list()).toEqual([key])
    })

    test('does not take bytes that differ from their digest, and keeps what was there', async () => {
      await put(key, Buffer.from('abcdef'))
      const wrong = { ...unprotected, sha256: digestOf(Buffer.from('abcdeg')) }
      await expect(objects.put(key, contentOf([Buffer.from('abcdeh')]), wrong)).rejects.toThrow(DamagedObject)
      const absent = `${base}/other.age`
      await expect(objects.put(absent, contentOf([Buffer.from('abcdeh')]), wrong)).rejects.toThrow('altered')
      expect((await readWhole(key)).toString()).toBe('abcdef')
      expect(await list()).toEqual([key])
    })

    test('leaves what was there when the content breaks off', async () => {
      await put(key, Buffer.from('abcdef'))
      const torn = {
        sizeBytes: 20_000_000,
        read: (start: number, end: number) =>
          start < 9_000_000 ? Promise.resolve(Buffer.alloc(end - start)) : Promise.reject(new Error('it broke off')),
      }
      await expect(objects.put(key, torn, { ...unprotected, sha256: randomBytes(32) })).rejects.toThrow('broke off')
      expect((await readWhole(key)).toString()).toBe('abcdef')
      expect(await list()).toEqual([key])
    })

    test('never answers fewer bytes than were asked for', async () => {
      await put(key, Buffer.from('abcdef'))
      await expect(objects.read(key, 4, 7)).rejects.toThrow(DamagedObject)
      await expect(objects.read(key, 9, 12)).rejects.toThrow(DamagedObject)
      const none = `${base}/none.age`
      await expect(objects.read(none, 0, 1)).rejects.toThrow('missing')
      await expect(objects.open(none)).rejects.toThrow('missing')
      expect(await objects.sizeOf(none)).toBeUndefined()
    })

    test('says what is wrong with an object', async () => {
      const bytes = Buffer.from('abcdef')
      const object = { key, sizeBytes: 6, sha256: digestOf(bytes) }
      expect(await findDamage(objects, object)).toBe('missing')
      await put(key, bytes.subarray(0, 5))
      expect(await findDamage(objects, object)).toBe('truncated')
      await put(key, Buffer.from('abcdeg'))
      expect(await findDamage(objects, object)).toBe('altered')
      await put(key, Buffer.from('abcdefg'))
      expect(await findDamage(objects, object)).toBe('altered')
      await put(key, bytes)
      expect(await findDamage(objects, object)).toBeNull()
    })

    test('removes objects once or twice alike, also those being read; others stay', async () => {
      const other = `${base}/ab/rec_2/payload.age`
      const third = `${base}/ab/rec_1/poster.age`
      for (const at of [key, third]) await put(at, Buffer.from('abcdef'))
      await put(other, Buffer.from('other'))
      expect(await list()).toEqual([key, third, other])
      await objects.read(key, 0, 1)
      const gone = [key, third, `corps_9/${base}/none.age`]
      expect(await objects.remove(gone)).toEqual({ locked: [] })
      expect(await objects.remove(gone)).toEqual({ locked: [] })
      await expect(objects.read(key, 0, 1)).rejects.toThrow(DamagedObject)
      expect(await objects.sizeOf(key)).toBeUndefined()
      expect(await list()).toEqual([other])
      await put(key, Buffer.from('again'))
      expect((await objects.read(key, 0, 5)).toString()).toBe('again')
    })

    test('takes in and removes beside one another in the same folder', async () => {
      const keys = Array.from({ length: 30 }, (_, i) => `${base}/ab/rec_${i % 3}/${i}.age`)
      await Promise.all(
        keys.map(async (at, i) => {
          await put(at, Buffer.from(at))
          if (i % 2 === 0) await objects.remove([at])
        }),
      )
      expect(await list()).toEqual(keys.filter((_, i) => i % 2 === 1).toSorted())
    })

    test('serves more objects at once than it keeps open', async () => {
      const keys = Array.from({ length: 90 }, (_, i) => `${base}/rec_${i}.age`)
      await Promise.all(keys.map((at, i) => put(at, Buffer.from(`object ${i}`))))
      const read = await Promise.all([...keys, ...keys].map(async (at) => (await objects.read(at, 0, 8)).toString()))
      expect(read).toEqual([...keys, ...keys].map((_, i) => `object ${i % 90}`.slice(0, 8)))
    })

    test.each(['../outside', 'a/../../outside', '/etc/passwd', '', 'a//b', 'a b', 'A/b', 'a\\b', 'a/b\0'])(
      'takes no key that leads elsewhere: %j',
      async (bad) => {
        await expect(put(bad, Buffer.from('a'))).rejects.toThrow('not a key')
        await expect(objects.read(bad, 0, 1)).rejects.toThrow('not a key')
        await expect(objects.remove([bad])).rejects.toThrow('not a key')
      },
    )
  })
}
