import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failingStore } from '../../testing/failing-store.ts'
import { describeObjectStore } from '../../testing/object-store-suite.ts'
import { contentOf, openFileStore, openStaging, unprotected } from './index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-objects-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describeObjectStore('files', () => openFileStore(join(folder, 'suite')))
describeObjectStore('files, watched for failures', async () =>
  failingStore(await openFileStore(join(folder, 'watched'))),
)

const bytes = Buffer.from('abcdef')
const digest = { ...unprotected, sha256: createHash('sha256').update(bytes).digest() }

test('files can be read by nobody else', async () => {
  await using stack = new AsyncDisposableStack()
  const objects = await openFileStore(join(folder, 'private'))
  stack.defer(() => objects.close())
  await objects.put('corps_1/ab/rec_1/payload.age', contentOf([bytes]), digest)
  for (const entry of await readdir(join(folder, 'private'), { recursive: true, withFileTypes: true })) {
    expect((await stat(join(entry.parentPath, entry.name))).mode & 0o077).toBe(0)
  }
})

test('a complete file is taken over without copying, and removing one name leaves the other', async () => {
  const staging = await openStaging(join(folder, 'staging'))
  const objects = await openFileStore(join(folder, 'linked'))
  const file = staging.pathOf('up_1.age')
  await writeFile(file, bytes)
  for (let round = 0; round < 2; round += 1) await objects.put('corps_1/rec_1.age', { file }, digest)
  expect((await stat(join(folder, 'linked/corps_1/rec_1.age'))).ino).toBe((await stat(file)).ino)
  expect(await readdir(join(folder, 'linked/corps_1'))).toEqual(['rec_1.age'])
  await staging.remove('up_1.age')
  expect(await readFile(join(folder, 'linked/corps_1/rec_1.age'), 'utf8')).toBe('abcdef')
  await objects.close()
})

test('with the last object of a folder the folder goes too', async () => {
  const objects = await openFileStore(join(folder, 'emptied'))
  const keys = ['corps_1/ab/rec_1/payload.age', 'corps_1/ab/rec_2/payload.age', 'corps_1/cd/rec_3/payload.age']
  for (const key of keys) await objects.put(key, contentOf([bytes]), digest)
  await objects.remove(keys.slice(1))
  expect((await readdir(join(folder, 'emptied'), { recursive: true })).length).toBe(4)
  await objects.remove(keys)
  expect(await readdir(join(folder, 'emptied'))).toEqual([])
  await objects.close()
})
