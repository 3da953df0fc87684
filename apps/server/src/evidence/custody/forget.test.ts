import { type CorpsId, newId, type PersonActor, type RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, toActor, type World } from '../../testing/world.ts'

let world: World
let officer: PersonActor
let corpsId: CorpsId
beforeAll(async () => {
  world = await createWorld()
  officer = toActor(world.officer)
  corpsId = officer.corpsId
})
afterAll(() => world[Symbol.asyncDispose]())

const gone = newId('recording', new Date('2020-01-01T00:00:00Z'))
const living = newId('recording', new Date('2020-01-01T00:00:00Z'))
const view = (recordingId: RecordingId | null, reason: string) =>
  world.server.modules.custody.act(officer, (_tx, record) =>
    record({ type: 'viewing-started', recordingId, details: { reason } }),
  )
const forget = () =>
  world.server.modules.custody.forgetWords({
    corpsId,
    keepFor: { months: 36 },
    timeZone: 'Europe/Amsterdam',
    ruleId: 'NL-LOG',
    erasedBefore: (ids) => Promise.resolve(new Set(ids.filter((id) => id === gone))),
    forgetRows: () => Promise.resolve({}),
  })
const rowsOf = async (recordingId: RecordingId) =>
  (await runSql(
    world.server.db.everyCorps,
    'select actor, details, salt, type from custody_entry where recording_id = $1',
    [recordingId],
  )) as { actor: object; details: object; salt: Uint8Array; type: string }[]

test('words go when their time is over, of what is gone alone, and the log still verifies', async () => {
  const { custody } = world.server.modules
  await view(gone, 'Aangifte van weleer')
  await view(living, 'Loopt nog altijd')
  await custody.search(corpsId, { words: 'weleer' }, { limit: 1 })
  world.clock.turn(new Date('2029-11-22T11:00:00Z'))
  expect(await forget()).toBe(0)

  world.clock.turn(new Date('2029-11-22T13:00:00Z'))
  await view(gone, 'Nog jong')
  await custody.sequence()
  expect(await forget()).toBeGreaterThan(0)
  expect(await forget()).toBe(0)
  expect(await rowsOf(gone)).toEqual([
    { actor: {}, details: {}, salt: Buffer.alloc(0), type: 'viewing-started' },
    expect.objectContaining({ details: { reason: 'Nog jong' } }),
  ])
  expect(await rowsOf(living)).toMatchObject([{ details: { reason: 'Loopt nog altijd' } }])
  expect(await custody.search(corpsId, { words: 'weleer' }, { limit: 1 })).toEqual([])
  const left = await runSql(world.server.db.everyCorps, `select term from custody_term where term like '%weleer%'`)
  expect(left).toEqual([])

  const checks = await custody.check()
  expect(checks.flatMap(({ findings }) => findings)).toEqual([])
  expect(checks.reduce((sum, { wordsErased }) => sum + wordsErased, 0)).toBeGreaterThan(0)
  const { entries } = await custody.provenTrail(corpsId, living)
  expect(entries).toHaveLength(1)
})

test('words that are gone without an entry that says so, or before their time, are an alarm', async () => {
  const { custody } = world.server.modules
  await custody.sequence()
  const wipe = `update custody_entry set actor = '{}', details = '{}', salt = '' where recording_id = $1`
  await runSql(world.server.db.everyCorps, wipe, [living])
  const found = async () => (await custody.check()).flatMap(({ findings }) => findings).map(({ what }) => what)
  expect(await found()).toEqual(['words-missing'])

  // Whoever has the database alone enters an excuse: one that names a time that was not over excuses nothing.
  const [row] = (await runSql(
    world.server.db.everyCorps,
    'select log_index, origin from custody_entry e join custody_log l on l.id = e.log_id where recording_id = $1',
    [living],
  )) as { log_index: number; origin: string }[]
  const at = Number(row?.log_index)
  const excuse = (madeBefore: string) =>
    custody.act({ kind: 'system', corpsId }, (_tx, record) =>
      record({
        type: 'words-erased',
        recordingId: null,
        details: { madeBefore, keptFor: { months: 36 }, entries: [{ log: row?.origin ?? '', ranges: [[at, at]] }] },
      }),
    )
  await excuse('2029-11-01T00:00:00.000Z')
  expect(await found()).toEqual(['words-missing'])
  await excuse('2026-11-01T00:00:00.000Z') // before the entry was made
  expect(await found()).toEqual(['words-missing'])
})
