import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { failingStore } from '../../testing/failing-store.ts'
import { type ObjectStore, openFileStore } from './index.ts'

let folder: string
let objects: ObjectStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-objects-'))
})
afterEach(async () => {
  await objects.close()
  await rm(folder, { recursive: true })
})

const key = 'corps_1/ab/rec_1/payload.age'
async function put(name: string, text: string, from = 0): Promise<void> {
  await using writer = await objects.append(name, from)
  await writer.write([Buffer.from(text.slice(0, 2)), Buffer.from(text.slice(2))])
  await writer.sync()
}
const list = async () => (await Array.fromAsync(objects.list())).toSorted()

describe.each([
  ['files', () => openFileStore(folder)],
  ['files, watched for failures', async () => failingStore(await openFileStore(folder))],
])('a store of %s', (_kind, open) => {
  beforeEach(async () => {
    objects = await open()
  })

  test('gives back what was written, by pieces, and what was appended to it later', async () => {
    await put(key, 'abcdef')
    expect((await objects.read(key, 0, 6)).toString()).toBe('abcdef')
    expect((await objects.read(key, 2, 4)).toString()).toBe('cd')
    expect((await objects.read(key, 3, 3)).toString()).toBe('')
    await put(key, 'gh', 6)
    expect((await objects.read(key, 0, 8)).toString()).toBe('abcdefgh')
    expect(await objects.sizeOf(key)).toBe(8)
  })

  test('cuts off what lies beyond the place where appending begins, and refuses a place beyond the end', async () => {
    await put(key, 'abcdef')
    await put(key, 'xy', 2)
    expect(await objects.sizeOf(key)).toBe(4)
    expect((await objects.read(key, 0, 4)).toString()).toBe('abxy')
    await expect(objects.append(key, 5)).rejects.toThrow('shorter')
    expect(await objects.sizeOf(key)).toBe(4)
  })

  test('never answers fewer bytes than were asked for', async () => {
    await put(key, 'abcdef')
    await expect(objects.read(key, 4, 7)).rejects.toThrow()
    await expect(objects.read('corps_1/none.age', 0, 1)).rejects.toThrow()
    expect(await objects.sizeOf('corps_1/none.age')).toBeUndefined()
  })

  test('removes an object once or twice alike, also one that was being read; others stay', async () => {
    await put(key, 'abcdef')
    await put('corps_1/ab/rec_2/payload.age', 'other')
    expect(await list()).toEqual([key, 'corps_1/ab/rec_2/payload.age'])
    await objects.read(key, 0, 1)
    await objects.remove(key)
    await objects.remove(key)
    await objects.remove('corps_9/none.age')
    await expect(objects.read(key, 0, 1)).rejects.toThrow()
    expect(await list()).toEqual(['corps_1/ab/rec_2/payload.age'])
    await put(key, 'again')
    expect((await objects.read(key, 0, 5)).toString()).toBe('again')
  })

  test('serves more objects at once than it keeps open', async () => {
    const keys = Array.from({ length: 150 }, (_, i) => `corps_1/rec_${i}.age`)
    for (const [i, name] of keys.entries()) await put(name, `object ${i}`)
    const read = await Promise.all([...keys, ...keys].map(async (name) => (await objects.read(name, 0, 8)).toString()))
    expect(read).toEqual([...keys, ...keys].map((_, i) => `object ${i % 150}`.slice(0, 8)))
  })

  test.each(['../outside', 'a/../../outside', '/etc/passwd', '', 'a//b', 'a b', 'A/b', 'a\\b', 'a/b\0'])(
    'takes no key that leads elsewhere: %j',
    async (bad) => {
      await expect(objects.append(bad, 0)).rejects.toThrow('not a key')
      await expect(objects.read(bad, 0, 1)).rejects.toThrow('not a key')
      await expect(objects.remove(bad)).rejects.toThrow('not a key')
    },
  )
})

test('files can be read by nobody else', async () => {
  objects = await openFileStore(join(folder, 'vault'))
  await put(key, 'abcdef')
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    expect((await stat(join(entry.parentPath, entry.name))).mode & 0o077).toBe(0)
  }
})
