import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBox, openFileKeystore, sealBox } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-keys-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')
const rootFile = () => join(folder, 'root.key')

describe('the keystore', () => {
  test('gives a secret back after a restart, and keeps it in no file as it is', async () => {
    const secret = await (await openFileKeystore(folder)).demand('bucket/a')
    expect(hex(await (await openFileKeystore(folder)).demand('bucket/a'))).toBe(hex(secret))
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name)
      expect((await stat(file)).mode & 0o077).toBe(0)
      if (entry.isFile()) expect((await readFile(file)).includes(Buffer.from(secret))).toBe(false)
    }
  })

  test('makes one secret, and one root key, however many ask at once, in one process or several', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => openFileKeystore(folder)))
    const secrets = await Promise.all([...stores, ...stores, ...stores].map((store) => store.demand('bucket/a')))
    expect(new Set(secrets.map(hex)).size).toBe(1)
    expect(hex(await (await openFileKeystore(folder)).find('bucket/a'))).toBe(hex(secrets[0]))
    expect((await readdir(join(folder, 'secrets'))).filter((file) => file.endsWith('.new'))).toEqual([])
  })

  test('destroys a secret for good, also for a process that had used it, and makes another when asked again', async () => {
    const [mine, other] = [await openFileKeystore(folder), await openFileKeystore(folder)]
    const secret = hex(await mine.demand('bucket/a'))
    expect(hex(await other.demand('bucket/a'))).toBe(secret)
    await mine.destroy('bucket/a')
    await mine.destroy('bucket/a')
    expect(await mine.find('bucket/a')).toBeUndefined()
    expect(await readdir(join(folder, 'secrets'))).toEqual([])
    const again = hex(await other.demand('bucket/a'))
    expect(again).not.toBe(secret)
    expect(hex(await (await openFileKeystore(folder)).find('bucket/a'))).toBe(again)
  })

  test('ends a destruction that a crash cut short', async () => {
    const store = await openFileKeystore(folder)
    await store.demand('bucket/a')
    const file = join(folder, 'secrets', 'bucket%2Fa')
    await writeFile(file, Buffer.alloc((await stat(file)).size))
    const restarted = await openFileKeystore(folder)
    expect(await restarted.find('bucket/a')).toBeUndefined()
    expect(await restarted.list('bucket/')).toEqual([])
    expect(await restarted.demand('bucket/a')).toHaveLength(32)
  })

  test('takes over the files of an older form, one box each, and says which of them is broken', async () => {
    const [root, secret] = [Buffer.alloc(32, 3), Buffer.alloc(32, 4)]
    await mkdir(join(folder, 'secrets'), { mode: 0o700 })
    await writeFile(rootFile(), `${root.toString('hex')}\n`, { mode: 0o600 })
    const box = sealBox(root, secret, 'bucket/a')
    await writeFile(join(folder, 'secrets', 'bucket%2Fa'), box, { mode: 0o600 })
    await writeFile(join(folder, 'secrets', 'bucket%2Fb'), box, { mode: 0o600 })
    await expect(openFileKeystore(folder)).rejects.toThrow('secret bucket/b')
    await writeFile(join(folder, 'secrets', 'bucket%2Fb'), Buffer.alloc(60))
    await openFileKeystore(folder)
    const store = await openFileKeystore(folder)
    expect(hex(await store.find('bucket/a'))).toBe(secret.toString('hex'))
    expect(await store.list('')).toEqual(['bucket/a'])
    await store.rotateRoot()
    expect(hex(await (await openFileKeystore(folder)).find('bucket/a'))).toBe(secret.toString('hex'))
  })

  test('keeps no second secret under a name', async () => {
    const store = await openFileKeystore(folder)
    await store.keep('draft/a', Buffer.alloc(16, 1))
    await expect(store.keep('draft/a', Buffer.alloc(16, 2))).rejects.toThrow('exists')
    await expect((await openFileKeystore(folder)).keep('draft/a', Buffer.alloc(16, 2))).rejects.toThrow('exists')
    expect(await store.list('draft/')).toEqual(['draft/a'])
    expect(await store.list('bucket/')).toEqual([])
  })

  test.each(['../root.key', 'a/../b', '/etc/passwd', 'A', '', 'a//b', 'a b'])(
    'takes no name that leads elsewhere: %j',
    async (name) => {
      const store = await openFileKeystore(folder)
      await expect(store.demand(name)).rejects.toThrow('not a name')
    },
  )

  test('refuses a root key that others can read, that is none, or that is gone while secrets remain', async () => {
    await (await openFileKeystore(folder)).demand('bucket/a')
    const root = await readFile(rootFile())
    await chmod(rootFile(), 0o640)
    await expect(openFileKeystore(folder)).rejects.toThrow('chmod 600')
    await chmod(rootFile(), 0o600)
    await writeFile(rootFile(), 'not a key\n')
    await expect(openFileKeystore(folder)).rejects.toThrow('64 hexadecimal digits')
    await rm(rootFile())
    await expect(openFileKeystore(folder)).rejects.toThrow('put it back from your backup')
    await expect(stat(rootFile())).rejects.toThrow()
    await writeFile(rootFile(), Buffer.from('ab'.repeat(32)), { mode: 0o600 })
    await expect((await openFileKeystore(folder)).find('bucket/a')).rejects.toThrow()
    await writeFile(rootFile(), root)
    expect(await (await openFileKeystore(folder)).find('bucket/a')).toHaveLength(32)
  })

  test('opens no secret that was put under another name', async () => {
    const store = await openFileKeystore(folder)
    await store.demand('bucket/a')
    const secrets = join(folder, 'secrets')
    await writeFile(join(secrets, encodeURIComponent('bucket/b')), await readFile(join(secrets, 'bucket%2Fa')))
    await expect(store.find('bucket/b')).rejects.toThrow()
  })
})

test('a sealed box opens only with its key, in its context, whole and unaltered', () => {
  const [key, plain] = [Buffer.alloc(32, 1), Buffer.from('a file key')]
  const box = sealBox(key, plain, 'file-key/a')
  expect(Buffer.from(openBox(key, box, 'file-key/a')).equals(plain)).toBe(true)
  expect(hex(sealBox(key, plain, 'file-key/a'))).not.toBe(hex(box))
  expect(() => openBox(Buffer.alloc(32, 2), box, 'file-key/a')).toThrow()
  expect(() => openBox(key, box, 'file-key/b')).toThrow()
  for (let at = 0; at < box.length; at += 1) {
    const altered = Uint8Array.from(box)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(() => openBox(key, altered, 'file-key/a')).toThrow()
    expect(() => openBox(key, box.subarray(0, at), 'file-key/a')).toThrow()
  }
})
