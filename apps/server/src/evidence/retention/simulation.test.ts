import { type RecordingId, startOfDay } from '@getuige/base'
import type { simulateLaw } from '@getuige/contract'
import { decideAct, findPack, makeLawKey, resolveLaw } from '@getuige/law'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { dueAgain } from '#deployments'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

type Figures = z.output<typeof simulateLaw.returns>
let world: World
let site: Site
/** Rows of a register that lived through clock changes, ends of months and wrong clocks; without bytes behind them. */
const rows: {
  id: RecordingId
  recordedAt: Date
  receivedAt: Date
  isHeld: boolean
  dueOn: string
  playable: boolean
}[] = []
const inForce = resolveLaw(makeLawKey('be-gpi', 1, { keepFor: { days: 90 } }))
beforeAll(async () => {
  world = await createWorld({ lawPackId: 'be-gpi' })
  site = await world.listen()
  const model = await world.storedRecording()
  const corpsId = world.officer.corpsId
  const db = world.server.db.of(corpsId)
  const row = await db.selectFrom('recording').selectAll().where('id', '=', model).executeTakeFirstOrThrow()
  // The database derives it.
  Reflect.deleteProperty(row, 'length_class')
  for (let n = 1; n <= 400; n += 1) {
    // Every 23 hours and a bit, back over a year; each tenth of a camera that was handed over much later.
    const recordedAt = new Date(world.clock.now().getTime() - n * 83_456_789)
    const late = n % 10 === 0 ? n * 40_000_000 : 3_600_000
    const receivedAt = new Date(Math.min(world.clock.now().getTime(), recordedAt.getTime() + late))
    const due = dueAgain(inForce, recordedAt, receivedAt)
    const id = `rec_${String(n).padStart(26, '0')}` as RecordingId
    const isHeld = n % 7 === 0
    const playable = n % 5 !== 0
    rows.push({ id, recordedAt, receivedAt, isHeld, dueOn: due.dueOn, playable })
    await db
      .insertInto('recording')
      .values({
        ...row,
        id,
        state: 'viewable',
        law: inForce.key,
        facts: null,
        dock_drift: null,
        proxy: null,
        scrub: null,
        clip: null,
        damages: '[]',
        sha256: Buffer.from(id),
        recorded_at: recordedAt,
        received_at: receivedAt,
        due_at: due.dueAt,
        due_on: due.dueOn,
        is_held: isHeld,
        playable,
      })
      .execute()
  }
  await db.updateTable('recording').set({ state: 'erased' }).where('id', '=', model).execute()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const simulated = async (body: object): Promise<Figures> => {
  const answer = await site.ask('POST', '/api/law/simulation', { as: world.officer, body })
  expect(answer).toMatchObject({ status: 200 })
  return answer.body as Figures
}

const candidates = [
  ['be-gpi', { keepFor: { days: 30 } }],
  ['be-gpi', { keepFor: { months: 2 } }],
  ['be-gpi', { keepFor: { months: 12 } }],
  ['nl-boa-den-haag', {}],
  ['nl-boa-winterswijk', {}],
] as const
const days = ['2026-11-22', '2026-12-31', '2026-06-01', '2027-03-28']

test.each(candidates)('%s with %j says of each recording what its rules say of it alone', async (packId, settings) => {
  const law = resolveLaw(makeLawKey(packId, findPack(packId)?.version ?? 1, settings))
  for (const asOf of days) {
    const { due, held, recordings } = await simulated({ packId, settings, asOf })
    const free = rows.filter(({ isHeld }) => !isHeld)
    const moved = free.map((row) => ({ ...row, newDueOn: dueAgain(law, row.recordedAt, row.receivedAt).dueOn }))
    const count = (is: (row: (typeof moved)[number]) => boolean) => moved.filter(is).length
    expect({ recordings, held }).toEqual({ recordings: rows.length, held: rows.length - free.length })
    expect(due).toMatchObject({
      same: count(({ dueOn, newDueOn }) => dueOn === newDueOn),
      earlier: count(({ dueOn, newDueOn }) => newDueOn < dueOn),
      later: count(({ dueOn, newDueOn }) => newDueOn > dueOn),
      erasedAtOnce: count(({ dueOn, newDueOn }) => newDueOn <= asOf && dueOn > asOf),
      erasedAnyway: count(({ dueOn }) => dueOn <= asOf),
    })
  }
})

test.each(candidates)(
  '%s with %j opens and closes what the decision on each recording says',
  async (packId, settings) => {
    const law = resolveLaw(makeLawKey(packId, findPack(packId)?.version ?? 1, settings))
    const asOf = '2026-11-22'
    const { viewing } = await simulated({ packId, settings, asOf })
    expect(viewing.length).toBeGreaterThan(0)
    for (const { role, purposeId, before, after, opened, closed } of viewing) {
      const may = (row: (typeof rows)[number], key: typeof law.key, dueOn: string) =>
        (row.isHeld || dueOn > asOf) &&
        decideAct(
          'view',
          { id: world.camera.wearer.id, roles: [role] },
          { ...row, wearerId: world.camera.wearer.id, state: 'viewable', law: key },
          [],
          world.clock.now(),
          purposeId,
        ).allowed
      const is = rows.map((row) => may(row, inForce.key, row.dueOn))
      const willBe = rows.map((row) => may(row, law.key, dueAgain(law, row.recordedAt, row.receivedAt).dueOn))
      expect({ role, purposeId, before, after, opened, closed }).toEqual({
        role,
        purposeId,
        before: is.filter(Boolean).length,
        after: willBe.filter(Boolean).length,
        opened: willBe.filter((now, n) => now && is[n] !== true).length,
        closed: is.filter((then, n) => then && willBe[n] !== true).length,
      })
    }
  },
)

test('lists what a figure counts, each recording once, over its pages', async () => {
  const body = {
    packId: 'be-gpi',
    settings: { keepFor: { days: 30 } },
    asOf: '2026-11-22',
    change: 'earlier',
    limit: 50,
  }
  const { due } = await simulated({ packId: body.packId, settings: body.settings, asOf: body.asOf })
  const listed: string[] = []
  for (let after: string | null | undefined; after !== null;) {
    const answer = await site.ask('POST', '/api/law/simulation/recordings', {
      as: world.officer,
      body: { ...body, ...(after === undefined ? {} : { after }) },
    })
    const page = answer.body as { recordings: { id: string; mayOpen: boolean }[]; next: string | null }
    expect(page.recordings.every(({ mayOpen }) => mayOpen)).toBe(true)
    listed.push(...page.recordings.map(({ id }) => id))
    after = page.next
  }
  expect(new Set(listed).size).toBe(due.earlier)
  expect(listed).toHaveLength(due.earlier)
})

test('shows an administrator which recordings and when, and opens none of them', async () => {
  const body = { packId: 'be-gpi', settings: { keepFor: { days: 30 } }, change: 'earlier' }
  const answer = await site.ask('POST', '/api/law/simulation/recordings', { as: world.administrator, body })
  const { recordings } = answer.body as { recordings: { mayOpen: boolean }[] }
  expect(recordings.length).toBeGreaterThan(0)
  expect(recordings.some(({ mayOpen }) => mayOpen)).toBe(false)
})

test('changes nothing', async () => {
  const trailsBefore = await world.server.db.everyCorps.selectFrom('custody_entry').select('id').execute()
  await simulated({ packId: 'nl-boa-winterswijk', settings: {} })
  const trailsAfter = await world.server.db.everyCorps.selectFrom('custody_entry').select('id').execute()
  expect(trailsAfter).toHaveLength(trailsBefore.length)
  const answer = await site.ask('POST', '/api/law/simulation', {
    as: world.camera.wearer,
    body: { packId: 'be-gpi', settings: {} },
  })
  expect(answer.status).toBe(403)
})

test('what adopting for those that are here would move is what it then moves', async () => {
  const settings = { keepFor: { days: 45 } }
  const { existing } = await simulated({ packId: 'be-gpi', settings })
  const request = { packId: 'be-gpi', settings, inForceFrom: null, alsoExisting: true, reason: 'Besluit van de raad.' }
  const { deployments, retention } = world.server.modules
  await world.approve(await deployments.askAdoption(toActor(world.administrator), request))
  // Rows of this test have no keys to move, so only the held ones go through.
  const db = world.server.db.of(world.officer.corpsId)
  await db.updateTable('recording').set({ is_held: true }).where('state', '=', 'viewable').execute()
  expect(await retention.applyAdoptions()).toBe(existing.earlier)
})

test('the days of the calendar list what the counts of it say, for who answers for retention', async () => {
  const { body } = await site.ask('GET', '/api/retention', { as: world.administrator })
  const { calendar } = body as { calendar: { on: string; recordings: number }[] }
  for (const { on, recordings } of calendar.slice(0, 5)) {
    const answer = await site.ask('GET', `/api/retention/days/${on}?limit=200`, { as: world.administrator })
    expect((answer.body as { recordings: unknown[] }).recordings).toHaveLength(recordings)
  }
  expect(startOfDay('2026-11-22', 'Europe/Brussels').toISOString()).toBe('2026-11-21T23:00:00.000Z')
})
