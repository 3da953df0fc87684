import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Keystore, openFileKeystore, openKeystore } from './index.ts'
import type { Durably } from './place.ts'

let folder: string
let home: string
let mirror: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-mirror-'))
  home = join(folder, 'home')
  mirror = join(folder, 'mirror')
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const hex = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString('hex'))
const openBoth = (durably?: Durably) => openKeystore({ folder: home, mirror, root: { driver: 'file' } }, durably)
async function startBoth(): Promise<Keystore> {
  const store = await openBoth()
  await store.compareMirror()
  return store
}
/** What a folder holds by itself. */
async function secretsIn(place: string): Promise<Record<string, string | undefined>> {
  const store = await openFileKeystore(place)
  const found: Record<string, string | undefined> = {}
  for (const name of await store.list('')) found[name] = hex(await store.find(name))
  return found
}

describe('the mirror of a keystore', () => {
  test('has each secret before it is answered, is a keystore by itself, and loses what is destroyed', async () => {
    const store = await startBoth()
    const secret = hex(await store.demand('bucket/a'))
    await store.keep('draft/a', Buffer.alloc(16, 1))
    expect(await secretsIn(mirror)).toEqual({ 'bucket/a': secret, 'draft/a': '01'.repeat(16) })
    await store.destroy('bucket/a')
    await store.destroy('draft/a')
    expect([await readdir(join(home, 'secrets')), await readdir(join(mirror, 'secrets'))]).toEqual([[], []])
  })

  test('brings back what home lost, at once where it is asked for, and all of it at the next start', async () => {
    const store = await startBoth()
    for (const name of ['bucket/a', 'bucket/b', 'custody/log']) await store.demand(name)
    const expected = await secretsIn(mirror)
    await rm(join(home, 'secrets', 'bucket%2Fa'))
    expect(hex(await (await openBoth()).find('bucket/a'))).toBe(expected['bucket/a'])
    expect(await secretsIn(home)).toEqual(expected)
    await rm(home, { recursive: true })
    const again = await openBoth()
    expect(await again.compareMirror()).toMatchObject({ restored: 3, destroyed: 0 })
    expect(await secretsIn(home)).toEqual(expected)
  })

  test('is not written to, nor taken for empty, while it is not mounted', async () => {
    const store = await startBoth()
    const used = hex(await store.demand('bucket/used'))
    await rename(mirror, join(folder, 'unmounted'))
    const refused = expect.objectContaining({ code: 'server/not-ready' }) as unknown
    await expect(store.demand('bucket/new')).rejects.toEqual(refused)
    await expect(store.destroy('bucket/used')).rejects.toEqual(refused)
    await expect(startBoth()).rejects.toThrow('is not the mirror of this keystore: mount it')
    await rename(join(folder, 'unmounted'), mirror)
    // What was destroyed at home as far as it could be is gone from both.
    const after = await openBoth()
    expect(await after.compareMirror()).toEqual({ copied: 0, restored: 0, destroyed: 1, repaired: 0 })
    expect(hex(await after.demand('bucket/used'))).not.toBe(used)
    await after.demand('bucket/new')
    expect(await secretsIn(mirror)).toEqual(await secretsIn(home))
  })

  test('never brings back what was destroyed, however old the copy of it', async () => {
    const store = await startBoth()
    await store.demand('bucket/a')
    const kept = hex(await store.demand('bucket/b'))
    await cp(mirror, join(folder, 'yesterday'), { recursive: true })
    await store.destroy('bucket/a')
    const remade = hex(await store.demand('bucket/a'))
    await rm(mirror, { recursive: true })
    await cp(join(folder, 'yesterday'), mirror, { recursive: true })
    const again = await openBoth()
    expect(await again.compareMirror()).toMatchObject({ destroyed: 1 })
    expect(await secretsIn(mirror)).toEqual({ 'bucket/a': remade, 'bucket/b': kept })

    // And home from an older copy, while the mirror saw it destroyed.
    await cp(home, join(folder, 'old-home'), { recursive: true })
    await again.destroy('bucket/b')
    await rm(home, { recursive: true })
    await cp(join(folder, 'old-home'), home, { recursive: true })
    await startBoth()
    expect(await secretsIn(home)).toEqual({ 'bucket/a': remade })
  })

  test('of another installation is refused', async () => {
    await (await startBoth()).demand('bucket/a')
    home = join(folder, 'other')
    await openFileKeystore(home)
    await expect(startBoth()).rejects.toThrow('mirror of another installation')
  })

  test.each(['not done', 'done, but reported as failed'])(
    'and home agree again after any step that failed, with all that was answered and nothing that was destroyed: %s',
    async (how) => {
      const first = await startBoth()
      await first.demand('bucket/old')
      let isOver = false
      for (let failing = 1; !isOver; failing += 1) {
        let step = 0
        let isStarted = false
        const store = await openBoth(async (_what, work) => {
          if (!isStarted || (step += 1) !== failing) return work()
          if (how !== 'not done') await work()
          throw new Error('the power is gone')
        })
        isStarted = true
        const answered: Record<string, string | undefined> = {}
        const destroyed: string[] = []
        try {
          answered['bucket/new'] = hex(await store.demand('bucket/new'))
          await store.keep('draft/new', Buffer.alloc(16, 2))
          answered['draft/new'] = '02'.repeat(16)
          await store.destroy('bucket/old')
          destroyed.push('bucket/old')
          isOver = true
        } catch {
          // The server is started again.
        }
        const after = await openBoth()
        await after.compareMirror()
        const [here, there] = [await secretsIn(home), await secretsIn(mirror)]
        expect(here).toEqual(there)
        expect(here).toMatchObject(answered)
        for (const name of destroyed) expect(here).not.toHaveProperty(name)
        const left = await Promise.all([home, mirror].map((place) => readdir(join(place, 'secrets'))))
        expect(left.flat().filter((file) => file.endsWith('.new'))).toEqual([])
        for (const name of ['bucket/new', 'draft/new']) await after.destroy(name)
        await after.demand('bucket/old')
      }
      expect(await readFile(join(home, 'root.key'), 'utf8')).toBe(await readFile(join(mirror, 'root.key'), 'utf8'))
    },
  )
})
