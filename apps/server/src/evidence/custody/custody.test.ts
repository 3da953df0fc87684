import { type CorpsId, newId, type PersonActor, type RecordingId } from '@getuige/base'
import { emptyRoot, leafOf, verifyTlogProof } from '@getuige/proof'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, runSql } from '#platform/database'
import { openFileKeystore } from '#platform/keystore'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { nothingToRecord, openCustody, openKeptHeads } from './index.ts'

let world: World
let actor: PersonActor
let corpsId: CorpsId
let db: Database
beforeAll(async () => {
  world = await createWorld()
  actor = toActor(world.officer)
  corpsId = actor.corpsId
  db = world.server.db
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const newRecordingId = () => newId('recording', world.clock.now())
const countEntries = async () => (await db.everyCorps.selectFrom('custody_entry').select('id').execute()).length

/** Enter something about a recording, without there being one. */
function enter(recordingId: RecordingId, reason = 'Aangifte door de wijkagent.'): Promise<void> {
  return world.server.modules.custody.act(actor, (_tx, record) =>
    record({ type: 'hold-placed', recordingId, details: { kind: 'report', number: 'PL1500 2026123456-1', reason } }),
  )
}

describe('an act', () => {
  test('that records nothing, or fails after it recorded, changes nothing', async () => {
    const { custody } = world.server.modules
    const before = await countEntries()
    const addCamera = (id: string) => (tx: Parameters<Parameters<typeof custody.act>[1]>[0]) =>
      runSql(tx, `insert into camera values ('${id}', $1, 'Camera', '${id}', now())`, [corpsId])
    await expect(custody.act(actor, addCamera('cam_1'))).rejects.toThrow('recorded nothing')
    const failing = custody.act(actor, async (tx, record) => {
      await addCamera('cam_2')(tx)
      await record({ type: 'dock-added', recordingId: null, details: {} })
      throw new Error('the disk is gone')
    })
    await expect(failing).rejects.toThrow('the disk is gone')
    expect(await runSql(db.everyCorps, `select id from camera where id like 'cam__'`)).toEqual([])
    expect(await countEntries()).toBe(before)
  })

  test('that finds nothing to do says so, and leaves nothing', async () => {
    const { custody } = world.server.modules
    const before = await countEntries()
    const idle = custody.act(actor, async (tx, record) => {
      await runSql(tx, `insert into camera values ('cam_3', $1, 'Camera', 'cam_3', now())`, [corpsId])
      await record({ type: 'dock-added', recordingId: null, details: {} })
      return nothingToRecord
    })
    expect(await idle).toBe(nothingToRecord)
    expect(await runSql(db.everyCorps, `select id from camera where id = 'cam_3'`)).toEqual([])
    expect(await countEntries()).toBe(before)
  })

  test('queues what follows from it with its entry, or not at all', async () => {
    const { custody } = world.server.modules
    const jobs = async () => {
      const rows = (await runSql(db.everyCorps, `select data from pgboss.job where name = 'media/prepare'`)) as {
        data: { recordingId: string }
      }[]
      return rows.map(({ data }) => data.recordingId)
    }
    const [kept, lost] = [newRecordingId(), newRecordingId()]
    const receive = (recordingId: RecordingId, fails: boolean) =>
      custody.act(actor, async (_tx, record) => {
        await record({ type: 'recording-received', recordingId, details: {} })
        if (fails) throw new Error('the disk is gone')
      })
    await receive(kept, false)
    await expect(receive(lost, true)).rejects.toThrow()
    expect(await jobs()).toContain(kept)
    expect(await jobs()).not.toContain(lost)
  })

  test('works for many at once right after a start, and in the first moments of a year', async () => {
    await world.restart()
    db = world.server.db
    const before = await countEntries()
    await Promise.all(Array.from({ length: 30 }, () => enter(newRecordingId())))
    expect(await countEntries()).toBe(before + 30)
  })
})

describe('the log', () => {
  test('holds every entry once, in one order, also with two sequencers at work and acts meanwhile', async () => {
    const { custody } = world.server.modules
    const recordingId = newRecordingId()
    const before = await countEntries()
    const acting = Array.from({ length: 20 }, () => enter(recordingId))
    await Promise.all([...acting, custody.sequence(), custody.sequence(), custody.sequence()])
    await Promise.all([custody.sequence(), custody.sequence()])
    const rows = await db.everyCorps.selectFrom('custody_entry').select('log_index').orderBy('log_index').execute()
    expect(rows.map(({ log_index }) => log_index)).toEqual(Array.from({ length: before + 20 }, (_, i) => i))
    expect((await custody.status(corpsId)).waiting).toBe(0)
    expect((await custody.check()).flatMap(({ findings }) => findings)).toEqual([])
  })

  test('proves each entry of a trail to whoever has the checkpoint and the public key', async () => {
    const { custody } = world.server.modules
    const recordingId = newRecordingId()
    await enter(recordingId)
    await enter(recordingId, 'Tweede aangifte.')
    const { entries, checkpoints } = await custody.provenTrail(corpsId, recordingId)
    const { vkey } = await custody.signer(corpsId)
    expect(entries).toHaveLength(2)
    expect(checkpoints).toHaveLength(1)
    for (const { entry, origin, proof } of entries) {
      const { type, at, details } = entry
      const fields = { actor: entry.actor, at: at.toISOString(), details, recordingId, type }
      const proven = verifyTlogProof(proof, leafOf(fields, entry.salt), vkey)
      expect(proven).toMatchObject({ index: entry.logIndex, checkpoint: { origin } })
      const altered = leafOf({ ...fields, details: { ...details, reason: 'Iets anders.' } }, entry.salt)
      expect(() => verifyTlogProof(proof, altered, vkey)).toThrow('does not lead')
    }
  })

  test('tells nobody anything: leaves hold no name, reason or id, and no two are alike', async () => {
    const recordingId = newRecordingId()
    await enter(recordingId, 'Mevrouw Jansen doet aangifte.')
    await enter(recordingId, 'Mevrouw Jansen doet aangifte.')
    const rows = await db.everyCorps
      .selectFrom('custody_entry')
      .select(['leaf', 'salt'])
      .where('recording_id', '=', recordingId)
      .execute()
    const leaves = rows.map(({ leaf }) => Buffer.from(leaf))
    for (const leaf of leaves) {
      for (const word of ['Jansen', 'aangifte', actor.name, actor.id, recordingId, corpsId, 'hold-placed', 'report']) {
        expect(leaf.includes(word)).toBe(false)
      }
    }
    expect(leaves[0]?.equals(leaves[1] ?? Buffer.of())).toBe(false)
    expect(new Set(rows.map(({ salt }) => Buffer.from(salt).toString('hex'))).size).toBe(2)
  })
})

describe('fsck', () => {
  beforeEach(async () => {
    for (let i = 0; i < 3; i += 1) await enter(newRecordingId())
    await world.server.modules.custody.sequence()
    await runSql(db.everyCorps, 'create table kept_entry as select * from custody_entry')
    await runSql(db.everyCorps, 'create table kept_tile as select * from custody_tile')
    await runSql(db.everyCorps, 'create table kept_log as select * from custody_log')
  })
  afterEach(async () => {
    for (const table of ['entry', 'tile', 'log']) await runSql(db.everyCorps, `delete from custody_${table}`)
    await runSql(db.everyCorps, 'insert into custody_log select * from kept_log')
    await runSql(db.everyCorps, 'insert into custody_tile select * from kept_tile')
    await runSql(db.everyCorps, 'insert into custody_entry overriding system value select * from kept_entry')
    await runSql(db.everyCorps, 'drop table kept_entry, kept_tile, kept_log')
  })
  const findings = async () => {
    const logs = await world.server.modules.custody.check()
    return [...new Set(logs.flatMap(({ findings: found }) => found.map(({ what }) => what)))].toSorted()
  }

  test('finds nothing wrong with a log that nobody touched', async () => {
    expect(await findings()).toEqual([])
  })

  const altered = ['entry-altered', 'root-differs', 'tiles-differ']
  test.each([
    [
      'other words in an entry',
      `update custody_entry set details = details || '{"reason": "Iets anders"}' where log_index = 5`,
      altered,
    ],
    [
      'another actor',
      `update custody_entry set actor = actor || '{"name": "Iemand anders"}' where log_index = 5`,
      altered,
    ],
    ['another moment', `update custody_entry set at = at + interval '1 second' where log_index = 5`, altered],
    [
      'an entry moved to another recording',
      `update custody_entry set recording_id = 'rec_other' where log_index = 5`,
      altered,
    ],
    [
      'an entry moved to another corps, out of every trail',
      `with other as (insert into corps values ('corps_x', 'Ander', 'Europe/Brussels', now())) update custody_entry set corps_id = 'corps_x' where log_index = 5`,
      ['entry-astray'],
    ],
    [
      'another salt',
      `update custody_entry set salt = decode(repeat('00', length(salt)), 'hex') where log_index = 5`,
      altered,
    ],
    ['an entry in the middle gone', `delete from custody_entry where log_index = 5`, ['entry-missing']],
    [
      'the last entries gone',
      `delete from custody_entry where log_index >= (select size - 2 from custody_log)`,
      ['entry-missing'],
    ],
    ['all entries gone', `delete from custody_entry`, ['entry-missing']],
    [
      'an entry put in that nothing signs',
      `insert into custody_entry (id, log_id, corps_id, recording_id, type, actor, at, details, salt, leaf, log_index) select 'entry_x', log_id, corps_id, recording_id, type, actor, at, details, salt, leaf, (select size from custody_log) from custody_entry where log_index = 5`,
      ['entry-unsigned'],
    ],
    [
      'the first tile changed',
      `update custody_tile set hashes = overlay(hashes placing decode(repeat('ab', 32), 'hex') from 1 for 32) where level = 0 and tile_index = 0`,
      ['tiles-differ'],
    ],
    ['a tile gone', `delete from custody_tile where level = 0`, ['tiles-differ']],
    [
      'a checkpoint with another size',
      `update custody_log set checkpoint = replace(checkpoint, chr(10) || size || chr(10), chr(10) || (size - 1) || chr(10))`,
      ['checkpoint-bad'],
    ],
    ['a checkpoint gone', `update custody_log set checkpoint = null`, ['checkpoint-missing']],
    [
      'the log said to be shorter',
      `update custody_log set size = size - 1`,
      ['checkpoint-bad', 'entry-unsigned', 'head-ahead'],
    ],
  ])('finds %s', async (_case, statement, expected) => {
    await runSql(db.everyCorps, statement)
    expect(await findings()).toEqual(expected)
  })

  test('finds two entries that changed places', async () => {
    await runSql(db.everyCorps, `update custody_entry set log_index = -1 where log_index = 5`)
    await runSql(db.everyCorps, `update custody_entry set log_index = 5 where log_index = 6`)
    await runSql(db.everyCorps, `update custody_entry set log_index = 6 where log_index = -1`)
    expect(await findings()).toEqual(['root-differs', 'tiles-differ'])
  })

  test('finds an altered entry whose leaf was made anew, also with an unsigned one behind it', async () => {
    const [entry] = await db.everyCorps.selectFrom('custody_entry').selectAll().where('log_index', '=', 5).execute()
    if (entry === undefined) throw new Error('there is no such entry')
    const details = { ...entry.details, reason: 'Iets anders.' }
    const { at, recording_id: recordingId, type, salt } = entry
    const leaf = leafOf({ actor: entry.actor, at: at.toISOString(), details, recordingId, type }, salt)
    await db.everyCorps
      .updateTable('custody_entry')
      .set({ details: JSON.stringify(details), leaf })
      .where('log_index', '=', 5)
      .execute()
    expect(await findings()).toEqual(['root-differs', 'tiles-differ'])
    await runSql(
      db.everyCorps,
      `insert into custody_entry (id, log_id, corps_id, type, actor, at, details, salt, leaf, log_index)
      select 'entry_x', log_id, corps_id, type, actor, at, details, salt, leaf, (select size from custody_log) from custody_entry where log_index = 3`,
    )
    expect(await findings()).toContain('root-differs')
  })

  test('finds a history written anew and signed with another key', async () => {
    await runSql(db.everyCorps, `delete from custody_entry where log_index >= 5`)
    await runSql(
      db.everyCorps,
      `update custody_entry set log_index = null, details = details || '{"reason": "Iets anders"}'`,
    )
    await runSql(db.everyCorps, `delete from custody_tile`)
    await db.everyCorps
      .updateTable('custody_log')
      .set({ size: 0, root: emptyRoot, checkpoint: null, kept_size: null })
      .execute()
    const forger = openCustody({
      db,
      clock: world.clock,
      keystore: await openFileKeystore(`${world.settings.dataFolder}/other-keys`),
      log: world.settings.log,
      originHost: world.settings.originHost,
      heads: openKeptHeads(`${world.settings.dataFolder}/other-heads`),
      witnesses: [],
      react: () => Promise.resolve(),
    })
    for (const row of await db.everyCorps.selectFrom('custody_entry').selectAll().execute()) {
      const { actor: by, at, details, recording_id: recordingId, type, salt } = row
      const leaf = leafOf({ actor: by, at: at.toISOString(), details, recordingId, type }, salt)
      await db.everyCorps.updateTable('custody_entry').set({ leaf }).where('id', '=', row.id).execute()
    }
    await forger.sequence()
    expect((await forger.check()).flatMap((check) => check.findings)).toEqual([])
    expect(await findings()).toContain('checkpoint-bad')
  })
})
