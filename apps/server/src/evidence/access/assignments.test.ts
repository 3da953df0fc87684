import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, type Site, type World } from '../../testing/world.ts'

let world: World
let site: Site
let recordingId: RecordingId
let other: RecordingId
let investigator: Caller
let colleague: Caller
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  recordingId = await world.viewableRecording()
  other = await world.viewableRecording()
  investigator = await world.person('investigator')
  colleague = await world.person('investigator')
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

// The clock of the world stands on 22 November 2026.
const assignment = () => ({
  personId: investigator.id as string,
  purpose: 'report',
  reference: 'PL15B1 2026123456-1',
  untilOn: '2026-11-29',
})
const assign = (change: object = {}, as: Caller = world.officer, id: string = recordingId) =>
  site.ask('POST', `/api/recordings/${id}/assignments`, { as, body: { ...assignment(), ...change } })
const listOf = async (as: Caller) => {
  const { status, body } = await site.ask('GET', '/api/recordings', { as })
  expect(status).toBe(200)
  return body as { recordings: { id: string; mayPreview: boolean }[] }
}
const choicesOf = async (as: Caller) => (await site.ask('GET', '/api/recording-choices', { as })).body
const page = async (as: Caller, id: string = recordingId) => site.ask('GET', `/api/recordings/${id}`, { as })
const view = (as: Caller, purpose: string, id: string = recordingId) =>
  site.ask('POST', `/api/recordings/${id}/viewings`, {
    as,
    body: { purpose, reference: 'PL15B1 2026123456-1', reason: 'Aangifte van mishandeling.' },
  })

test('an investigator sees no recording before one is assigned to them', async () => {
  expect(await listOf(investigator)).toMatchObject({ recordings: [] })
  expect(await choicesOf(investigator)).toEqual({ cameras: [], wearers: [] })
  expect((await page(investigator)).status).toBe(404)
})

test.each([
  ['by somebody who may not', {}, 'investigator', 404, 'recording/not-found'],
  ['by the wearer', {}, 'wearer', 403, 'access/denied'],
  ['to nobody of the corps', { personId: `person_${'0'.repeat(26)}` }, 'officer', 404, 'person/not-found'],
  ['for a purpose of another role', { purpose: 'complaint' }, 'officer', 422, 'assignment/person-unsuited'],
  ['until a day that has passed', { untilOn: '2026-11-21' }, 'officer', 422, 'assignment/day-unsuited'],
  ['for years', { untilOn: '2028-11-29' }, 'officer', 422, 'assignment/day-unsuited'],
  ['without a number', { reference: ' ' }, 'officer', 400, 'request/invalid'],
] as const)('a recording is not assigned %s', async (_case, change, who, status, code) => {
  const as = { investigator, wearer: world.camera.wearer, officer: world.officer }[who]
  const before = await world.trail(recordingId)
  expect(await assign(change, as)).toMatchObject({ status, body: { code } })
  expect((await world.trail(recordingId)).filter(({ type }) => type !== 'access-refused')).toEqual(
    before.filter(({ type }) => type !== 'access-refused'),
  )
})

test('it can be assigned to whoever handles files, for the purposes of their role', async () => {
  const handler = await world.person('complaint-handler', 'enforcer')
  const answer = await site.ask('GET', `/api/recordings/${recordingId}/assignees`, { as: world.officer })
  const { people } = answer.body as { people: { id: string; purposes: { id: string }[] }[] }
  expect(new Map(people.map(({ id, purposes }) => [id, purposes.map((purpose) => purpose.id)]))).toEqual(
    new Map([
      [investigator.id, ['report']],
      [colleague.id, ['report']],
      [handler.id, ['complaint']],
    ]),
  )
})

test('who is assigned a recording sees that one alone, for that purpose, until the last day ends', async () => {
  expect((await assign()).status).toBe(200)
  expect(await listOf(investigator)).toMatchObject({ recordings: [{ id: recordingId, mayPreview: true }] })
  expect(await choicesOf(investigator)).toMatchObject({
    cameras: [{ label: 'Camera 1' }],
    wearers: [{ id: world.camera.wearer.id }],
  })
  expect((await listOf(colleague)).recordings.length).toBe(0)
  expect((await page(investigator, other)).status).toBe(404)
  expect((await page(investigator)).body).toMatchObject({
    assignments: [
      { person: { id: investigator.id }, reference: 'PL15B1 2026123456-1', until: '2026-11-29T23:00:00.000Z' },
    ],
    purposes: [
      { id: 'report', may: { view: { allowed: true }, export: { allowed: false, because: 'role' } } },
      { id: 'complaint', may: { view: { allowed: false, because: 'purpose' } } },
    ],
    may: { view: { allowed: true }, export: { allowed: false }, assign: { allowed: false } },
  })
  expect((await view(investigator, 'complaint')).status).toBe(403)
  const viewing = await view(investigator, 'report')
  expect(viewing.status).toBe(200)
  const { entries } = await world.server.modules.custody.trail(world.officer.corpsId, recordingId)
  expect(entries.at(-1)?.details).toMatchObject({
    purpose: 'report',
    openedBy: [{ kind: 'assignment', reference: 'PL15B1 2026123456-1' }],
  })
  expect(entries.find(({ type }) => type === 'recording-assigned')?.details).toMatchObject({
    personId: investigator.id,
    purpose: 'report',
    untilOn: '2026-11-29',
  })
})

test('ended, it is over with the next range of a viewing that plays, and ends once', async () => {
  const answer = await view(investigator, 'report')
  const { mediaUrl } = answer.body as { mediaUrl: string }
  const look = async () => (await site.fetch(mediaUrl, { as: investigator, method: 'HEAD' })).status
  expect(await look()).toBe(200)

  const { body } = await page(world.officer)
  const [one] = (body as { assignments: { id: string }[] }).assignments
  const end = (as: Caller) => site.ask('POST', `/api/recordings/${recordingId}/assignments/${one?.id}/end`, { as })
  expect((await end(investigator)).status).toBe(403)
  expect((await end(world.officer)).status).toBe(200)
  expect((await end(world.officer)).status).toBe(200)
  expect(await look()).toBe(410)
  expect((await listOf(investigator)).recordings.length).toBe(0)
  expect((await page(investigator)).status).toBe(404)
  const ends = (await world.trail(recordingId)).filter(({ type }) => type === 'assignment-ended')
  expect(ends).toHaveLength(1)
})

test('whoever else reaches recordings lists theirs alone: the wearer own ones, others none at all', async () => {
  expect((await listOf(world.camera.wearer)).recordings.length).toBe(2)
  expect((await listOf(await world.person('enforcer'))).recordings.length).toBe(0)
  const overseer = await listOf(await world.person('data-protection-officer'))
  expect([overseer.recordings.length, overseer.recordings[0]?.mayPreview]).toEqual([2, false])
  for (const role of ['administrator', 'fleet-manager', 'prosecutor'] as const) {
    const answer = await site.ask('GET', '/api/recordings', { as: await world.person(role) })
    expect(answer).toMatchObject({ status: 403, body: { permission: { because: 'role' } } })
  }
})
