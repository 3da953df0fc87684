import type { PersonActor, RecordingId } from '@getuige/base'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, toActor, type World } from '../../testing/world.ts'

let world: World
let investigator: Caller
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  investigator = await world.person('investigator')
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})
const begins = new Date('2026-11-22T12:00:00Z')
beforeEach(async () => {
  world.clock.turn(begins)
  recordingId = await world.storedRecording() // due on 19 December
  await world.server.db
    .of(world.officer.corpsId)
    .insertInto('access_grant')
    .values({
      id: `grant_${recordingId}`,
      corps_id: world.officer.corpsId,
      recording_id: recordingId,
      kind: 'assignment',
      person_id: investigator.id,
      purpose_id: 'report',
      reference: '1',
      from_at: begins,
      until_at: new Date('2027-12-31'),
      ended_at: null,
      made_at: begins,
      made_by: world.officer.id,
      details: '{}',
    })
    .execute()
})

const notices = async (of: PersonActor, about = recordingId) =>
  (await world.server.modules.retention.notices(of)).notices.filter((notice) => notice.recordingId === about)
const nightOf = async (day: string) => {
  world.clock.turn(new Date(`${day}T02:15:00Z`))
  await world.server.modules.retention.announceErasures()
}
const announced = async () => (await world.trail(recordingId)).filter(({ type }) => type === 'erasure-announced').length

test('who has a file on a recording is told a week and a day before, once each', async () => {
  await nightOf('2026-12-11')
  expect(await notices(investigator)).toEqual([])
  for (const day of ['2026-12-12', '2026-12-12', '2026-12-13', '2026-12-18', '2026-12-18']) await nightOf(day)
  const told = await notices(investigator)
  expect(told.map(({ kind, dueOn }) => [kind, dueOn])).toEqual([
    ['erasure-within-1-day', '2026-12-19'],
    ['erasure-within-7-days', '2026-12-19'],
  ])
  expect(await announced()).toBe(2)
  expect(await notices(world.officer)).toEqual([])
})

test('after days of standstill they are told the next night, and what came late says the shorter', async () => {
  await nightOf('2026-12-16')
  await nightOf('2026-12-25')
  expect((await notices(investigator)).map(({ kind }) => kind)).toEqual([
    'erasure-within-1-day',
    'erasure-within-7-days',
  ])
})

test('two nights at once tell nobody twice', async () => {
  world.clock.turn(new Date('2026-12-18T02:15:00Z'))
  const { retention } = world.server.modules
  await Promise.all([retention.announceErasures(), retention.announceErasures()])
  expect(await notices(investigator)).toHaveLength(1)
  expect(await announced()).toBe(1)
})

test('a held recording is not announced; once the hold is lifted, who placed it is told too', async () => {
  const hold = { recordingId, kind: 'complaint', number: '1', reason: 'Klacht loopt nog.' } as const
  const { id } = await world.server.modules.retention.placeHold(toActor(world.officer), hold)
  await nightOf('2026-12-18')
  expect(await notices(investigator)).toEqual([])
  await world.liftHold(id)
  await nightOf('2026-12-18')
  expect([await notices(investigator), await notices(world.officer)].map((all) => all.length)).toEqual([1, 1])
})

test('a notice that was seen stays, and one whose recording is kept after all says so', async () => {
  await nightOf('2026-12-18')
  const [notice] = await notices(investigator)
  expect(notice).toMatchObject({ isSeen: false, isStanding: true })
  const all = await world.server.modules.retention.notices(investigator)
  const pressing = all.notices.filter(({ isSeen, isStanding }) => isStanding && !isSeen)
  expect(await world.server.modules.retention.countUnseen(investigator)).toBe(
    new Set(pressing.map((each) => each.recordingId)).size,
  )
  await world.server.modules.retention.seeNotices(investigator, notice?.id ?? 0)
  expect(await world.server.modules.retention.countUnseen(investigator)).toBe(0)
  const hold = { recordingId, kind: 'complaint', number: '1', reason: 'Klacht loopt nog.' } as const
  await world.server.modules.retention.placeHold(toActor(world.officer), hold)
  expect(await notices(investigator)).toMatchObject([{ isSeen: true, isStanding: false }])
})
