import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { AppError } from '#platform/errors'
import { openFileStore, type ObjectStore } from '#platform/object-store'
import { checkStore, copyStore, removeMoved } from '#vault'
import {
  clipOfAnotherDay,
  dayMs,
  failEveryStep,
  listDetails,
  type Operation,
  readBack,
  runJob,
  type Stage,
} from '../testing/faults.ts'
import type { World } from '../testing/world.ts'

const objectsOf = async ({ server }: World): Promise<string[]> =>
  ((await runSql(server.db.everyCorps, 'select object_key from vault_object')) as { object_key: string }[])
    .map((row) => row.object_key)
    .toSorted()
async function keysIn(store: ObjectStore): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.list()) keys.push(key)
  return keys.toSorted()
}

function newRestoring(): Operation<{ damagedBefore: number; restoredBefore: number }> {
  let id: RecordingId | undefined
  let bytes: Uint8Array = new Uint8Array()
  const payloadOf = ({ settings }: World, key: string) => join(settings.dataFolder, 'vault', key)
  return {
    name: 'restoring from the second store',
    hasSecond: true,
    known: ['commit custody_entry+vault_alarm', 'store put payload.age', 'write vault_object'],
    async prepare({ world }) {
      if (id === undefined) {
        bytes = await clipOfAnotherDay(world)
        id = await world.receive(bytes)
        await runJob(world, 'vault/copy')
      }
      world.clock.advance(2 * dayMs)
      const [key] = await objectsOf(world)
      const file = payloadOf(world, key ?? '')
      await writeFile(file, randomBytes((await readFile(file)).length))
      const [damaged, restored] = [
        await listDetails(world, 'recording-damaged'),
        await listDetails(world, 'recording-restored'),
      ]
      return { damagedBefore: damaged.length, restoredBefore: restored.length }
    },
    run: ({ world }) => runJob(world, 'vault/scrub'),
    async holds({ world }) {
      if (id === undefined) return
      // What was received, or nothing: never other bytes.
      const read = await readBack(world, id).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'vault/damaged') return undefined
        throw error
      })
      expect(read === undefined || read.equals(bytes)).toBe(true)
    },
    async again({ world }) {
      world.clock.advance(2 * dayMs)
      await runJob(world, 'vault/scrub')
    },
    async ends({ world }, { damagedBefore, restoredBefore }) {
      if (id === undefined) return
      expect((await readBack(world, id))?.equals(bytes)).toBe(true)
      expect(await listDetails(world, 'recording-damaged')).toHaveLength(damagedBefore + 1)
      expect(await listDetails(world, 'recording-restored')).toHaveLength(restoredBefore + 1)
    },
  }
}

function newCopying(): Operation<{ id: RecordingId; bytes: Uint8Array }> {
  const copies = ({ server }: World) => runSql(server.db.everyCorps, 'select object_key from vault_copy')
  return {
    name: 'copying to the second store',
    hasSecond: true,
    known: ['second put payload.age', 'write vault_copy'],
    async prepare({ world }) {
      const bytes = await clipOfAnotherDay(world)
      return { id: await world.receive(bytes), bytes }
    },
    run: ({ world }) => runJob(world, 'vault/copy'),
    holds: async ({ world }, { id, bytes }) => expect((await readBack(world, id))?.equals(bytes)).toBe(true),
    again: ({ world }) => runJob(world, 'vault/copy'),
    async ends({ world }) {
      const second = await openFileStore(join(world.settings.dataFolder, 'second'))
      expect(await keysIn(second)).toEqual(await objectsOf(world))
      expect(await copies(world)).toHaveLength((await objectsOf(world)).length)
    },
  }
}

type Moving = { to: string }

function newMoving(): Operation<Moving> {
  let cases = 0
  const storesOf = async ({ world, ground }: Stage, { to }: Moving) => {
    const { server, clock } = world
    const target = ground.watched(await openFileStore(join(world.settings.dataFolder, to)), 'new')
    return { db: server.db, clock, recordings: server.modules.recordings, from: server.objects, to: target }
  }
  const options = {
    atOnce: 1,
    pace: () => Promise.resolve(),
    tell: () => undefined,
    signal: new AbortController().signal,
  }
  const move = async (stage: Stage, given: Moving) => {
    const stores = await storesOf(stage, given)
    expect((await copyStore(stores, options)).damaged).toBe(0)
    await removeMoved(stores, options)
  }
  return {
    name: 'moving to another store',
    known: ['new put payload.age', 'write vault_copy', 'store remove'],
    async prepare(stage) {
      const { world } = stage
      if (cases === 0) for (let n = 0; n < 2; n += 1) await world.receive(await clipOfAnotherDay(world))
      else {
        // Back, as it was: what moved last is put where the server reads.
        const { db, from, to } = await storesOf(stage, { to: `store-${cases}` })
        const rows = (await runSql(db.everyCorps, 'select object_key, payload_sha256 from vault_object')) as {
          object_key: string
          payload_sha256: Uint8Array
        }[]
        for (const { object_key: key, payload_sha256: sha256 } of rows) {
          await using source = await to.open(key)
          await from.put(key, source, { until: null, isHeld: false, sha256 })
        }
      }
      cases += 1
      return { to: `store-${cases}` }
    },
    run: move,
    async holds(stage, given) {
      const { from, to } = await storesOf(stage, given)
      const everywhere = new Set([...(await keysIn(from)), ...(await keysIn(to))])
      expect([...everywhere].toSorted()).toEqual(await objectsOf(stage.world))
    },
    again: move,
    async ends(stage, given) {
      const { db, from, to } = await storesOf(stage, given)
      expect((await checkStore(db, to, options)).damaged).toBe(0)
      expect(await keysIn(to)).toEqual(await objectsOf(stage.world))
      expect(await keysIn(from)).toEqual([])
      expect((await readdir(join(stage.world.settings.dataFolder, given.to))).length).toBeGreaterThan(0)
    },
    isEmptied: true,
  }
}

test('a damaged recording is never shown and is restored once, whichever step fails', async () => {
  expect(await failEveryStep(newRestoring())).toEqual({ notFailed: [] })
})
test('the second store gets everything, whichever step fails', async () => {
  expect(await failEveryStep(newCopying())).toEqual({ notFailed: [] })
})
test('while stores are moved every recording is in one of them, whichever step fails', async () => {
  expect(await failEveryStep(newMoving())).toEqual({ notFailed: [] })
})
