import type { HoldId, RecordingId } from '@getuige/base'
import { expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { openBox } from '#platform/keystore'
import {
  clipOfAnotherDay,
  dayMs,
  expectNothingLeftOver,
  failEveryStep,
  listDetails,
  type Operation,
  readBack,
  type Stage,
  typesIn,
} from '../testing/faults.ts'
import { toActor, type World } from '../testing/world.ts'

const forget = ({ server }: World) => runSql(server.db.everyCorps, 'delete from queued_job')
const bucketOf = async ({ server }: World, id: RecordingId): Promise<string | undefined> => {
  const rows = await runSql(server.db.everyCorps, 'select bucket from vault_key where recording_id = $1', [id])
  return (rows as { bucket: string }[])[0]?.bucket
}
const stateOf = async ({ server, officer }: World, id: RecordingId) =>
  (await server.modules.recordings.find(officer.corpsId, id))?.state
/** Of the keys that were destroyed, each once. */
async function expectEnteredOnce(world: World, buckets: readonly (string | undefined)[]): Promise<void> {
  const entered = await listDetails(world, 'expiry-key-destroyed')
  expect(new Set(entered.map(({ key }) => key)).size).toBe(entered.length)
  for (const bucket of buckets) expect(entered.filter((details) => details['bucket'] === bucket)).toHaveLength(1)
}

/** Sealed under a bucket key: the file key, as a copy of the database of the day before has it. */
type KeyRow = Readonly<{ recording_id: string; bucket: string; wrapped_file_key: Uint8Array }>
type Erased = { ids: RecordingId[]; bytes: Buffer[]; backup: KeyRow[]; bucket: string; isDone: boolean }

function newErasing(): Operation<Erased> {
  /** Due too, and never to be erased. */
  let held: RecordingId | undefined
  async function erase({ world, ground }: Stage): Promise<number> {
    const { retention } = world.server.modules
    const { failed } = await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    await ground.drain(world.server)
    return failed
  }
  return {
    name: 'erasing',
    known: [
      'commit custody_entry+queued_job+recording+vault_key',
      'store remove',
      'commit custody_entry+recording+recording_place+recording_term+recording_untold+vault_object',
      'keys add-tombstones',
      'keys destroy-secret',
      'commit custody_entry',
      'write queued_job',
    ],
    async prepare({ world }) {
      const { retention } = world.server.modules
      if (held === undefined) {
        held = await world.receive(await clipOfAnotherDay(world))
        const request = { recordingId: held, kind: 'report', number: 'PL1', reason: 'Aangifte loopt.' } as const
        await retention.placeHold(toActor(world.officer), request)
      }
      const first = await clipOfAnotherDay(world)
      const recordedOn = new Date(world.clock.now().getTime() - dayMs).toISOString().slice(0, 10)
      const ids = [await world.receive(first), await world.receive(await world.clip({ recordedOn }))]
      const bytes = await Promise.all(ids.map(async (id) => (await readBack(world, id)) ?? Buffer.alloc(0)))
      const text = 'select recording_id, bucket, wrapped_file_key from vault_key where recording_id = any($1)'
      const backup = (await runSql(world.server.db.everyCorps, text, [ids])) as KeyRow[]
      const bucket = backup[0]?.bucket ?? ''
      expect(backup.map((row) => row.bucket)).toEqual([bucket, bucket])
      // The key does open what the copy holds, until it is destroyed.
      expect(await opensBackup(world, backup)).toBe(2)
      await forget(world)
      world.clock.advance(29 * dayMs)
      return { ids, bytes, backup, bucket, isDone: false }
    },
    async run(stage, given) {
      given.isDone = (await erase(stage)) === 0
    },
    async holds({ world }, { ids, bytes, isDone }) {
      for (const [n, id] of ids.entries()) {
        const state = await stateOf(world, id)
        if (isDone) expect(state).toBe('erased')
        const read = await readBack(world, id)
        if (state === 'erasing' || state === 'erased') expect(read).toBeUndefined()
        else expect(read?.equals(bytes[n] ?? Buffer.alloc(0))).toBe(true)
      }
      if (held !== undefined) expect(await readBack(world, held)).toBeDefined()
    },
    async again(stage) {
      expect(await erase(stage)).toBe(0)
    },
    async ends({ world }, { ids, backup, bucket }) {
      for (const id of ids) {
        expect(await stateOf(world, id)).toBe('erased')
        expect(await typesIn(world, id)).toEqual(['recording-received', 'erasure-begun', 'recording-erased'])
        expect((await world.objectKeys()).filter((key) => key.includes(id))).toEqual([])
      }
      expect(await opensBackup(world, backup)).toBe(0)
      await expectEnteredOnce(world, [bucket])
      if (held !== undefined) expect(await readBack(world, held)).toBeDefined()
    },
    endsAll: ({ world }) => expectNothingLeftOver(world),
  }
}

/** How many keys of a copy of the database the keystore, as it is on disk now, opens. */
async function opensBackup(world: World, rows: readonly KeyRow[]): Promise<number> {
  const keystore = await world.keystore()
  let opened = 0
  for (const row of rows) {
    const key = await keystore.find(row.bucket)
    if (key === undefined) continue
    openBox(key, row.wrapped_file_key, `file-key/${row.recording_id}`)
    opened += 1
  }
  return opened
}

type Held = { number: string; day: string | undefined; isPlaced: boolean; isLifted: boolean }

function newHolding(): Operation<Held> {
  let recordingId: RecordingId | undefined
  let cases = 0
  const holdsOf = async ({ server }: World, number: string) =>
    (await runSql(server.db.everyCorps, 'select id, lifted_at from hold where number = $1', [number])) as {
      id: HoldId
      lifted_at: Date | null
    }[]
  async function goThrough({ world, ground }: Stage, given: Held): Promise<void> {
    const { retention } = world.server.modules
    const actor = toActor(world.officer)
    if (recordingId === undefined) throw new Error('there is no recording')
    const request = { recordingId, kind: 'report', number: given.number, reason: 'Aangifte loopt.' } as const
    if ((await holdsOf(world, given.number)).length === 0) await retention.placeHold(actor, request)
    given.isPlaced = true
    await ground.drain(world.server)
    for (const { id, lifted_at: liftedAt } of await holdsOf(world, given.number))
      if (liftedAt === null) await world.liftHold(id)
    given.isLifted = true
    await ground.drain(world.server)
  }
  return {
    name: 'holding and lifting',
    known: [
      'keys make-secret',
      'commit custody_entry+hold+queued_job+recording+recording_term+vault_key',
      'keys add-tombstones',
      'keys destroy-secret',
      'commit custody_entry',
    ],
    async prepare({ world }) {
      recordingId ??= await world.receive(await clipOfAnotherDay(world))
      await forget(world)
      cases += 1
      return { number: `PL${cases}`, day: await bucketOf(world, recordingId), isPlaced: false, isLifted: false }
    },
    run: goThrough,
    async holds({ world }, { number, isPlaced, isLifted }) {
      if (recordingId === undefined) return
      const [hold] = await holdsOf(world, number)
      if (isPlaced) expect(hold).toBeDefined()
      if (isLifted) expect(hold?.lifted_at).toBeInstanceOf(Date)
      const isHeld = hold !== undefined && hold.lifted_at === null
      expect((await world.server.modules.recordings.find(world.officer.corpsId, recordingId))?.isHeld).toBe(isHeld)
      expect((await bucketOf(world, recordingId))?.includes('/hold-')).toBe(isHeld)
      expect(await readBack(world, recordingId)).toBeDefined()
    },
    again: goThrough,
    async ends({ world }, { number, day }) {
      if (recordingId === undefined) return
      expect(await listDetails(world, 'hold-placed', { number })).toHaveLength(1)
      expect(await listDetails(world, 'hold-lifted', { number })).toHaveLength(1)
      expect(await bucketOf(world, recordingId)).toBe(day)
      expect(await readBack(world, recordingId)).toBeDefined()
      expect((await (await world.keystore()).list('bucket/')).filter((name) => name.includes('/hold-'))).toEqual([])
      await expectEnteredOnce(world, [])
      // That of its day, when the hold took it out; and that of the hold.
      expect(await listDetails(world, 'expiry-key-destroyed')).toHaveLength(2 * cases)
    },
    endsAll: ({ world }) => expectNothingLeftOver(world),
  }
}

test('what is erased is nowhere readable, and nothing else is gone, whichever step fails', async () => {
  expect(await failEveryStep(newErasing())).toEqual({ notFailed: [] })
})
test('a hold keeps its recording until it is lifted, once, whichever step fails', async () => {
  expect(await failEveryStep(newHolding())).toEqual({ notFailed: [] })
})
