import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CorpsId, newId, type PersonActor } from '@getuige/base'
import { verifyCheckpoint } from '@getuige/proof'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { type KeptHeads, markRestored, openKeptHeads } from './index.ts'

const told: unknown[] = []
let world: World
let actor: PersonActor
let heads: KeptHeads
beforeEach(async () => {
  told.length = 0
  world = await createWorld({
    log: { info: () => undefined, warn: () => undefined, error: (...said) => void told.push(said) },
  })
  actor = toActor(world.officer)
  heads = openKeptHeads(`${world.settings.keysFolder}/heads`)
  await enter()
  await world.server.modules.custody.sequence()
})
afterEach(async () => {
  await world[Symbol.asyncDispose]()
})

const custody = () => world.server.modules.custody
const logId = () => `${actor.corpsId}.2026`
const head = async () => (await custody().status(actor.corpsId)).log
function enter(by: { kind: 'system'; corpsId: CorpsId } | PersonActor = actor): Promise<void> {
  return custody().act(by, (_tx, record) =>
    record({
      type: 'hold-placed',
      recordingId: newId('recording', world.clock.now()),
      details: { reason: 'Aangifte.' },
    }),
  )
}
const findings = async () => (await custody().check()).flatMap(({ findings: found }) => found.map(({ what }) => what))

/** What the database holds of the log now; call the answer to set it back to that. */
async function rememberDatabase(): Promise<() => Promise<void>> {
  const { db } = world.server
  const tables = ['log', 'entry', 'tile'].map((name) => `custody_${name}`)
  for (const table of tables) await runSql(db.everyCorps, `create table back_up_${table} as select * from ${table}`)
  return async () => {
    for (const table of tables.toReversed()) await runSql(db.everyCorps, `delete from ${table}`)
    for (const table of tables)
      await runSql(db.everyCorps, `insert into ${table} overriding system value select * from back_up_${table}`)
  }
}

/** What others kept of the log before the database was set back. */
async function setBack(): Promise<{ size: number; checkpoint: string }> {
  const restore = await rememberDatabase()
  for (let i = 0; i < 3; i += 1) await enter()
  await custody().sequence()
  const before = await head()
  await restore()
  return { size: before?.size ?? 0, checkpoint: before?.checkpoint ?? '' }
}

/** Why the log is refused, once it is seen that nothing was signed and that it was told once. */
async function whyRefused(): Promise<string> {
  const before = await head()
  await enter()
  expect(await custody().sequence()).toBe(0)
  await custody().sequence()
  const after = await custody().status(actor.corpsId)
  expect(after.log).toEqual(before)
  expect(after.waiting).toBeGreaterThan(0)
  expect([...custody().troubles().values()]).toEqual([after.trouble])
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject(['custody/log-not-signed', { message: after.trouble }, { origin: before?.origin }])
  return after.trouble ?? ''
}

test('a database that was set back signs nothing more in that log, and other logs go on', async () => {
  await setBack()
  expect(await whyRefused()).toContain('the database was set back')
  expect(await findings()).toContain('head-ahead')

  const corpsId = 'corps_other' as CorpsId
  await enter({ kind: 'system', corpsId })
  expect(await custody().sequence()).toBe(1)
  expect((await custody().status(corpsId)).log?.size).toBe(1)
})

test('a crash between the commit and the file leaves a head behind that the next one follows', async () => {
  const failing: KeptHeads = { ...heads, keep: () => Promise.reject(new Error('the disk is gone')) }
  const kept = await heads.find(logId())
  await world.restart({ heads: failing })
  await enter()
  await expect(custody().sequence()).rejects.toThrow('the disk is gone')
  const signed = await head()
  expect(await heads.find(logId())).toBe(kept)
  expect(signed?.checkpoint).not.toBe(kept)

  await world.restart()
  await enter()
  expect(await custody().sequence()).toBe(1)
  expect(await heads.find(logId())).toBe((await head())?.checkpoint)
  expect(told).toEqual([])
  expect(await findings()).toEqual([])
})

test('a history that was written anew and signed with our own key is not signed further', async () => {
  const restore = await rememberDatabase()
  await enter()
  await custody().sequence()
  await restore()
  await runSql(world.server.db.everyCorps, 'update custody_log set kept_size = null')
  await world.restart({ heads: openKeptHeads(`${world.settings.dataFolder}/elsewhere`) })
  await enter()
  await enter()
  expect(await custody().sequence()).toBe(2)
  await world.restart()
  expect(await whyRefused()).toContain('the database was written anew')
  expect(await findings()).toContain('head-differs')
})

test.each([
  ['a kept head that is gone', () => ({ ...heads, find: () => Promise.resolve(undefined) }), 'is gone'],
  ['a kept head that is none', () => ({ ...heads, find: () => Promise.resolve('x\n') }), 'is no head of this log'],
  [
    'a kept head that another key signed',
    () => ({
      ...heads,
      find: async (id: string) => (await heads.find(id))?.replace(/.{8}\n$/, 'AAAAAAA=\n'),
    }),
    'is no head of this log',
  ],
])('%s stops the signing', async (_case, broken, sentence) => {
  // The second batch learns that a head was kept.
  await enter()
  await custody().sequence()
  await world.restart({ heads: broken() })
  expect(await whyRefused()).toContain(sentence)
  expect(await findings()).toContain(sentence === 'is gone' ? 'head-missing' : 'head-bad')
})

test('a log from before heads were kept is taken as it is, once', async () => {
  await runSql(world.server.db.everyCorps, 'update custody_log set kept_size = null')
  const empty = openKeptHeads(`${world.settings.dataFolder}/elsewhere`)
  await world.restart({ heads: empty })
  expect(await findings()).toEqual([])
  await enter()
  expect(await custody().sequence()).toBe(1)
  expect(await empty.find(logId())).toBe((await head())?.checkpoint)
})

test.each([
  [
    'a tile at the edge that was changed',
    `update custody_tile set hashes = overlay(hashes placing '\\xabab'::bytea from 1 for 2) where level = 0`,
  ],
  ['a tile that is gone', 'delete from custody_tile'],
])('%s stops the signing', async (_case, statement) => {
  await runSql(world.server.db.everyCorps, statement)
  const before = await head()
  await enter()
  expect(await custody().sequence()).toBe(0)
  expect(await head()).toEqual(before)
  expect(custody().troubles().size).toBe(1)
})

test('a leaf under the newest tile that was changed stops the signing', async () => {
  await runSql(world.server.db.everyCorps, `update custody_entry set leaf = leaf || '\\x20'::bytea where log_index = 0`)
  expect(await whyRefused()).toContain('read back differ')
})

test('a log begun under another name is not signed under this one', async () => {
  await world.restart({ originHost: 'other.test' })
  expect(await whyRefused()).toContain('begun under another name')
})

test('a server says at its start that a log was set back, before anything is to be signed', async () => {
  await setBack()
  await world.restart()
  custody().startSequencer()
  await custody().stopSequencer()
  expect(custody().troubles().size).toBe(1)
})

test('after a restore the corps goes on in another log whose first entry names the last known head', async () => {
  const known = await setBack()
  const stored = await head()
  await enter()
  await custody().sequence()
  const origin = `getuige.test/${actor.corpsId}/2026`

  const continued = await custody().continueLogs({ reason: 'Back-up van gisteren teruggezet.', which: 'refused' })
  const next = `${origin}.20261122T120000Z`
  expect(continued).toEqual([{ from: origin, origin: next, lost: 3 }])
  expect(custody().troubles().size).toBe(0)
  expect(await findings()).toEqual([])

  // What waited enters the new log, behind the entry that says what it goes on from.
  expect(await custody().sequence()).toBe(1)
  await enter()
  expect(await custody().sequence()).toBe(1)
  const { vkey } = await custody().signer(actor.corpsId)
  const log = await head()
  expect(verifyCheckpoint(log?.checkpoint ?? '', vkey)).toMatchObject({ origin: next, size: 3 })
  const [first] = await runSql(
    world.server.db.everyCorps,
    `select type, details, actor from custody_entry where log_id = $1 and log_index = 0`,
    [log?.id],
  )
  const { size, root } = verifyCheckpoint(known.checkpoint, vkey)
  const base64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('base64')
  expect(first).toMatchObject({
    type: 'log-continued',
    actor: { kind: 'system' },
    details: {
      log: origin,
      stored: { size: stored?.size, root: base64(stored?.root) },
      known: [{ log: origin, size, root: base64(root) }],
      reason: 'Back-up van gisteren teruggezet.',
    },
  })
  // The old log stays readable as far as the database has it, and never grows.
  const old = await custody().published.read(origin, 'checkpoint')
  expect(old).toMatchObject({ body: Buffer.from(stored?.checkpoint ?? '') })
  expect(await findings()).toEqual([])
  expect(await custody().continueLogs({ reason: 'Nog eens.', which: 'refused' })).toEqual([])
})

test('where nothing is seen to be wrong, a head that someone else kept, or a restore, continues the log', async () => {
  const known = await setBack()
  // The keys came from the same back-up, and the heads with them.
  await heads.keep(logId(), (await head())?.checkpoint ?? '')
  const request = { reason: 'Alles teruggezet.', which: 'refused' } as const
  expect(await custody().continueLogs(request)).toEqual([])
  const forged = known.checkpoint.replace(/\n(\d+)\n/, '\n99\n')
  await expect(custody().continueLogs({ ...request, heads: [forged] })).rejects.toThrow('does not fit')
  expect(await custody().continueLogs({ ...request, heads: [known.checkpoint] })).toMatchObject([{ lost: 3 }])
  world.clock.turn(new Date('2026-11-22T12:00:01Z'))
  expect(await custody().continueLogs({ ...request, which: 'growing' })).toMatchObject([
    { from: `getuige.test/${actor.corpsId}/2026.20261122T120000Z`, lost: 0 },
  ])
  expect(await findings()).toEqual([])
})

test('the mirror of the keys has the heads too, and the newer of two counts at a start', async () => {
  const mirror = join(world.settings.dataFolder, 'mirror')
  const mirrored = { keystore: { root: { driver: 'file' as const }, mirror } }
  const [home, copy] = [`${world.settings.keysFolder}/heads/${logId()}`, `${mirror}/heads/${logId()}`]
  await world.restart(mirrored)
  await enter()
  await custody().sequence()
  expect(await readFile(copy, 'utf8')).toBe((await head())?.checkpoint)

  // Lost with the machine: the mirror still knows what was signed.
  const known = await setBack()
  await rm(home)
  await world.restart(mirrored)
  expect(await whyRefused()).toContain('the database was set back')
  expect(await custody().continueLogs({ reason: 'Teruggezet.', which: 'growing' })).toMatchObject([{ lost: 3 }])
  expect(await readFile(copy, 'utf8')).toBe(known.checkpoint)

  // Behind in the mirror, which was away: told once, signed all the same, and made good with the next head.
  told.length = 0
  const next = (await head())?.id ?? ''
  await rename(mirror, `${mirror}-away`)
  for (let i = 0; i < 2; i += 1) {
    await enter()
    await custody().sequence()
  }
  expect(told).toMatchObject([['custody/head-not-mirrored', { code: 'ENOENT' }]])
  expect(await readdir(world.settings.dataFolder)).not.toContain('mirror')
  await rename(`${mirror}-away`, mirror)
  await world.restart(mirrored)
  await enter()
  await custody().sequence()
  expect(custody().troubles().size).toBe(0)
  expect(await readFile(`${mirror}/heads/${next}`, 'utf8')).toBe((await head())?.checkpoint)
})

test('a restored log is not signed, though nothing is seen to be wrong, until it is continued; acts wait', async () => {
  await runSql(
    world.server.db.everyCorps,
    `insert into custody_log (id, corps_id, year, origin, root)
     select id || '-before', corps_id, year - 1, origin || '-before', root from custody_log`,
  )
  // As restore does it, also where the back-up is older than the column.
  await runSql(world.server.db.everyCorps, 'alter table custody_log drop column restored_at')
  await markRestored((statement) => runSql(world.server.db.everyCorps, statement))
  await world.restart()
  expect(await whyRefused()).toContain('npx getuige log continue --restored')
  await expect(custody().requireSigned(actor.corpsId)).rejects.toMatchObject({ code: 'log/not-signed' })
  expect(await findings()).toEqual([])

  // The year before has nothing that could be signed, and is left as it came.
  const continued = await custody().continueLogs({ reason: 'Teruggezet.', which: 'growing' })
  expect(continued).toMatchObject([{ from: `getuige.test/${actor.corpsId}/2026`, lost: 0 }])
  expect(await custody().sequence()).toBe(1)
  await custody().requireSigned(actor.corpsId)
  expect(custody().troubles().size).toBe(0)
  expect(await custody().continueLogs({ reason: 'Nog eens.', which: 'refused' })).toEqual([])
})

test('a database set back to before it was continued knows from the kept heads that there was another log', async () => {
  const restore = await rememberDatabase()
  await custody().continueLogs({ reason: 'Eerste.', which: 'growing' })
  await enter()
  await custody().sequence()
  await restore()
  await world.restart()
  world.clock.turn(new Date('2026-11-22T13:00:00Z'))
  expect(await custody().continueLogs({ reason: 'Tweede.', which: 'growing' })).toEqual([
    {
      from: `getuige.test/${actor.corpsId}/2026`,
      origin: `getuige.test/${actor.corpsId}/2026.20261122T130000Z`,
      lost: 2,
    },
  ])
})
