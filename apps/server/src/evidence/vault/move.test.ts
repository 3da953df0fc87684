import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFileStore, StoreUnreachable } from '#platform/object-store'
import { checkStore, copyStore, removeMoved } from '#vault'
import { failingStore } from '../../testing/failing-store.ts'
import { createWorld, type World } from '../../testing/world.ts'

let folder: string
let world: World
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-move-'))
  world = await createWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

test('every object is moved and read back, goes on after a fault, and nothing is removed before', async () => {
  const recordings = [await world.viewableRecording(), await world.viewableRecording(), await world.storedRecording()]
  const vaultFolder = join(world.settings.dataFolder, 'vault')
  await using stack = new AsyncDisposableStack()
  const from = await openFileStore(vaultFolder)
  stack.defer(() => from.close())
  const to = failingStore(await openFileStore(join(folder, 'new')))
  stack.defer(() => to.close())
  const { db, modules } = world.server
  const told: string[] = []
  const options = {
    atOnce: 2,
    pace: () => Promise.resolve(),
    tell: (row: { objectKey: string }, what: string) => void told.push(`${what} ${row.objectKey}`),
    signal: new AbortController().signal,
  }
  const deps = { db, clock: world.clock, recordings: modules.recordings, from, to }
  const keys = (
    await db.everyCorps.selectFrom('vault_object').select('object_key').orderBy('object_key').execute()
  ).map((row) => row.object_key)

  // Done but reported as failed: the next run finds it there and right.
  to.failAt('put', new StoreUnreachable('no answer'), 'after')
  await expect(copyStore(deps, { ...options, atOnce: 1 })).rejects.toThrow(StoreUnreachable)
  to.heal()
  expect(await copyStore(deps, options)).toMatchObject({ objects: keys.length, copied: keys.length, damaged: 0 })
  expect(await copyStore(deps, options)).toMatchObject({ objects: keys.length, copied: 0, damaged: 0 })
  expect((await Array.fromAsync(to.list())).toSorted()).toEqual(keys)
  expect((await Array.fromAsync(from.list())).toSorted()).toEqual(keys)
  expect(await checkStore(db, to, options)).toMatchObject({ objects: keys.length, damaged: 0 })

  // A recording that came while moving is not removed before it was moved, nor one whose copy is gone.
  const late = await world.storedRecording()
  const lost = keys[0] ?? ''
  await rm(join(folder, 'new', lost))
  expect(await removeMoved(deps, options)).toEqual({ removed: keys.length - 1, kept: 2 })
  expect((await Array.fromAsync(from.list())).length).toBe(2)
  expect(told).toEqual([])

  await to.put(lost, await from.open(lost), {
    until: null,
    isHeld: false,
    sha256: (
      await db.everyCorps
        .selectFrom('vault_object')
        .selectAll()
        .where('object_key', '=', lost)
        .executeTakeFirstOrThrow()
    ).payload_sha256,
  })
  await copyStore(deps, options)
  await world.restart({ objects: to })
  for (const id of [...recordings, late]) {
    const source = await world.server.modules.vault.find(world.server.db.everyCorps, id, 'payload')
    expect((await source?.read(4, 8))?.toString()).toBe('ftyp')
  }
  const altered = join(folder, 'new', keys.at(-1) ?? '')
  await writeFile(altered, (await readFile(altered)).fill(7, 100, 200))
  expect(await checkStore(world.server.db, to, options)).toMatchObject({ damaged: 1 })
  expect(told).toEqual([`altered ${keys.at(-1)}`])
})
