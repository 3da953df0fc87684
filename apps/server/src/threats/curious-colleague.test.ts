import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, type Site, toActor, type World } from '../testing/world.ts'

/** Whoever may know of one recording and asks what it tells of others, or of what was said while looking at it. */

let world: World
let site: Site
/** Of another camera's moment, of which the investigator is told nothing. */
let besideId: RecordingId
let originalId: RecordingId
let clipId: RecordingId
let wearer: Caller
let investigator: Caller
const file = { purpose: 'judicial-police', reference: 'BR.69.L3.00572/26' }
const reason = 'Onderzoek naar slagen en verwondingen.'
const signal = new AbortController().signal
beforeAll(async () => {
  world = await createWorld({ lawPackId: 'be-brussel-elsene' })
  site = await world.listen()
  wearer = world.camera.wearer
  investigator = await world.person('investigator')
  besideId = await world.viewableRecording()
  originalId = await world.viewableRecording()
  const { access, clips, markers, tasks, together } = world.server.modules
  await world.server.db.everyCorps.deleteFrom('task').execute()
  const { id: viewingId } = await access.startViewing(world.officer, originalId, { ...file, reason })
  await together.correct(world.officer, viewingId, { offsetMs: 1500, againstId: besideId, reason: 'De portier.' })
  await markers.add(world.officer, viewingId, { atMs: 1000, toMs: null, note: 'De broer van de buurvrouw.' })
  const part = { inMs: 1000, outMs: 3000, method: 'key-frames', reason: 'Dit deel toont de aanhouding.' } as const
  await clips.make(world.officer, viewingId, part)
  while ((await tasks.runNext('short', signal)) !== undefined);
  const [made] = await tasks.list(toActor(world.officer), originalId)
  if (made?.madeRecordingId == null) throw new Error('no clip was made')
  clipId = made.madeRecordingId
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const assign = (recordingId: RecordingId, to: Caller) =>
  world.server.modules.access.assign(toActor(world.officer), recordingId, {
    ...file,
    personId: to.id,
    untilOn: '2026-11-29',
  })

/** All that the pages of a recording, and of the work on it, tell. */
async function toldOf(recordingId: RecordingId, as: Caller): Promise<string> {
  const paths = ['', '/trail', '/corrections', '/companions', '/pieces'].map(
    (path) => `/api/recordings/${recordingId}${path}`,
  )
  const told: string[] = []
  for (const path of [...paths, `/api/tasks`]) {
    const answer = await site.ask('GET', path, { as })
    expect([path, answer.status]).toEqual([path, 200])
    told.push(JSON.stringify(answer.body))
  }
  return told.join('\n')
}

test('a recording tells of its clips, and of those it was held against, only whoever may know of them', async () => {
  const whole = await toldOf(originalId, world.officer)
  for (const id of [clipId, besideId]) expect(whole).toContain(id)
  await assign(originalId, investigator)
  const told = await toldOf(originalId, investigator)
  expect(told).toContain('clock-corrected')
  for (const id of [clipId, besideId]) expect(told.includes(id)).toBe(false)
})

test('a clip does not name its original to whoever was given the clip alone', async () => {
  const other = await world.person('investigator')
  await assign(clipId, other)
  expect(await toldOf(clipId, world.officer)).toContain(originalId)
  expect((await toldOf(clipId, other)).includes(originalId)).toBe(false)
})

test('a wearer is not told why somebody cut a part of what they recorded', async () => {
  for (const id of [clipId, originalId]) expect((await toldOf(id, wearer)).includes('aanhouding')).toBe(false)
})

test('what is refused is entered, however its purpose is written, and a number that is asked for is given', async () => {
  const recordingId = await world.viewableRecording()
  const stated = { reason, reference: 'BR.69.L3.00572/26' }
  const refused = async () => (await world.trail(recordingId)).filter(({ type }) => type === 'access-refused').length
  for (const purpose of ['a\u0000b', '\ud800', 'A purpose']) {
    for (const [path, which] of [
      [`/api/recordings/${recordingId}/viewings`, {}],
      ['/api/viewings', { recordingIds: [recordingId] }],
    ] as const)
      expect((await site.ask('POST', path, { as: wearer, body: { ...which, ...stated, purpose } })).status).toBe(400)
  }
  const body = { recordingIds: [recordingId], ...stated, purpose: 'judicial-police' }
  expect((await site.ask('POST', '/api/viewings', { as: wearer, body })).status).toBe(403)
  expect(await refused()).toBe(1)
  for (const reference of ['', ' ', '\u200b', 'a\u202eb'])
    expect((await site.ask('POST', '/api/viewings', { as: world.officer, body: { ...body, reference } })).status).toBe(
      400,
    )
})

test('a map opens where recordings were made that one may know of', async () => {
  await world.server.db
    .of(world.officer.corpsId)
    .transaction()
    .execute(async (tx) => {
      await world.server.modules.recordings.tellPlaces(tx, originalId, [{ latitude: 50.83, longitude: 4.36 }])
      await world.server.modules.recordings.tellPlaces(tx, besideId, [{ latitude: 60.01, longitude: 10.02 }])
    })
  const around = async (as: Caller) => ((await site.ask('GET', '/api/map', { as })).body as { around: unknown }).around
  expect(await around(world.officer)).toEqual({ west: 4.3, south: 50.8, east: 10.1, north: 60.1 })
  expect(await around(investigator)).toEqual({ west: 4.3, south: 50.8, east: 4.4, north: 50.9 })
  for (const role of ['administrator', 'fleet-manager', 'prosecutor'] as const)
    expect(await around(await world.person(role))).toBeNull()
})

test('what was noted while viewing is read by whoever may view, in the trail too', async () => {
  const path = `/api/recordings/${originalId}`
  const tells = async (as: Caller) =>
    JSON.stringify((await site.ask('GET', `${path}/trail`, { as })).body).includes('De broer')
  expect(await tells(world.officer)).toBe(true)
  // In the first month alone.
  world.clock.advance(32 * 86_400_000)
  const later = await world.person('records-officer')
  expect((await site.ask('GET', path, { as: later })).status).toBe(200)
  expect((await site.ask('GET', `${path}/markers`, { as: later })).status).toBe(403)
  expect(await tells(later)).toBe(false)
})
