import { newId, type PersonActor, type PersonId, type RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { togetherJobs } from './jobs.ts'

let world: World
let stranger: PersonActor
beforeAll(async () => {
  world = await createWorld()
  await world.server.modules.devices.add(world.administrator, { label: 'Camera 2', serial: 'CAM-2', wearerId: null })
  stranger = toActor(await world.otherCorps())
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
const nobodys = newId('recording', new Date(0))
const notFound = { code: 'recording/not-found' }

/** As if its camera had recorded it then: what a file says is tried elsewhere. */
async function recorded(
  at: string,
  { camera = 'CAM-1', seconds = 60, wearer = undefined as PersonId | null | undefined } = {},
): Promise<RecordingId> {
  const id = await world.viewableRecording()
  const mine = world.server.db.of(world.officer.corpsId)
  const { id: cameraId } = await mine
    .selectFrom('camera')
    .select('id')
    .where('serial', '=', camera)
    .executeTakeFirstOrThrow()
  await mine
    .updateTable('recording')
    .set({ recorded_at: new Date(at), recorded_at_from: 'file', duration_ms: seconds * 1000, camera_id: cameraId })
    .where('id', '=', id)
    .execute()
  if (wearer !== undefined)
    await mine.updateTable('recording').set({ wearer_id: wearer }).where('id', '=', id).execute()
  return id
}

const view = async (id: RecordingId) => (await world.server.modules.access.startViewing(world.officer, id, stated)).id

async function companionsOf(id: RecordingId) {
  const { companions } = await world.server.modules.together.companions(toActor(world.officer), id)
  return companions.map(({ recording }) => recording.id)
}

test('companions are of other cameras and overlap in time, by their corrected clocks', async () => {
  const { together } = world.server.modules
  const self = await recorded('2026-11-01T10:00:00Z', { seconds: 300 })
  const near = await recorded('2026-11-01T10:01:00Z', { camera: 'CAM-2' })
  const far = await recorded('2026-11-01T10:04:30Z', { camera: 'CAM-2' })
  const late = await recorded('2026-11-01T10:06:00Z', { camera: 'CAM-2' })
  await recorded('2026-11-01T10:02:00Z')
  expect(await companionsOf(self)).toEqual([near, far])

  await together.correct(world.officer, await view(late), {
    offsetMs: -90_000,
    againstId: self,
    reason: 'De zwaailamp.',
  })
  await together.correct(world.officer, await view(far), { offsetMs: 60_000, againstId: null, reason: 'De torenklok.' })
  expect(await companionsOf(self)).toEqual([near, late])

  const year = 365 * 86_400_000
  await together.correct(world.officer, await view(self), {
    offsetMs: -year,
    againstId: null,
    reason: 'Een jaar voor.',
  })
  expect(await companionsOf(self)).toEqual([])
  await together.correct(world.officer, await view(near), { offsetMs: -year, againstId: null, reason: 'Ook een jaar.' })
  expect(await companionsOf(self)).toEqual([near])
})

test('the files that a camera cut are one recording; a clip and another camera are no piece of it', async () => {
  const { together } = world.server.modules
  const ids = [
    await recorded('2026-11-02T10:00:00Z'),
    await recorded('2026-11-02T10:01:02Z'),
    await recorded('2026-11-02T10:02:02Z'),
  ]
  await recorded('2026-11-02T10:03:02Z', { camera: 'CAM-2' })
  const pieces = await together.pieces(toActor(world.officer), ids[1] ?? nobodys)
  expect(pieces.map(({ id, gapMs }) => [id, gapMs])).toEqual([
    [ids[0], 0],
    [ids[1], 2000],
    [ids[2], 0],
  ])
})

test('a correction is kept with who made it, after those before it, and the time in the register stays', async () => {
  const { together, recordings } = world.server.modules
  const id = await recorded('2026-11-03T10:00:00Z')
  const other = await recorded('2026-11-03T10:00:10Z', { camera: 'CAM-2' })
  const viewing = await view(id)
  await together.correct(world.officer, viewing, {
    offsetMs: 1500,
    againstId: other,
    reason: 'De portier slaat dicht.',
  })
  await together.correct(world.officer, viewing, { offsetMs: 1480, againstId: other, reason: 'Nauwkeuriger gekeken.' })
  const corrections = await together.corrections(toActor(world.officer), id)
  expect(corrections.map(({ offsetMs, madeBy, againstId }) => [offsetMs, madeBy, againstId])).toEqual([
    [1480, world.officer.name, other],
    [1500, world.officer.name, other],
  ])
  expect((await recordings.find(world.officer.corpsId, id))?.recordedAt.toISOString()).toBe('2026-11-03T10:00:00.000Z')
  const { entries } = await world.server.modules.custody.trail(world.officer.corpsId, id)
  expect(entries.flatMap(({ type, details }) => (type === 'clock-corrected' ? [details] : []))).toMatchObject([
    { viewingId: viewing, offsetMs: 1500, beforeMs: 0, againstId: other, reason: 'De portier slaat dicht.' },
    { offsetMs: 1480, beforeMs: 1500 },
  ])
})

test('a clock is corrected within a viewing that stands, against a recording one may know of', async () => {
  const { together, access } = world.server.modules
  const id = await recorded('2026-11-04T10:00:00Z')
  const viewing = await view(id)
  const said = { offsetMs: 40, againstId: null, reason: 'De zwaailamp.' }
  await expect(together.correct(world.officer, viewing, { ...said, againstId: nobodys })).rejects.toMatchObject(
    notFound,
  )
  await expect(together.correct(world.officer, viewing, { ...said, againstId: id })).rejects.toMatchObject(notFound)
  const colleague = await world.person('records-officer')
  await expect(together.correct(colleague, viewing, said)).rejects.toMatchObject({ code: 'viewing/not-found' })
  await access.endViewing(world.officer, viewing)
  await expect(together.correct(world.officer, viewing, said)).rejects.toMatchObject({ code: 'viewing/ended' })
  expect(await together.corrections(toActor(world.officer), id)).toEqual([])
  expect((await world.trail(id)).map(({ type }) => type)).not.toContain('clock-corrected')
})

test('a wearer is not told who corrected the clock of their recording: that would say who looked', async () => {
  const { together } = world.server.modules
  const id = await recorded('2026-11-21T10:00:00Z')
  await together.correct(world.officer, await view(id), { offsetMs: 40, againstId: null, reason: 'De zwaailamp.' })
  const wearer = toActor(world.camera.wearer)
  expect(await together.corrections(wearer, id)).toEqual([])
  expect((await together.companions(wearer, id)).self.correction).toBeNull()
})

test('a wearer finds their recordings by their own clocks: another order would say that somebody corrected one', async () => {
  const { together } = world.server.modules
  const self = await recorded('2026-11-22T10:00:00Z')
  const wearerId = world.camera.wearer.id
  const near = await recorded('2026-11-22T10:00:10Z', { camera: 'CAM-2', wearer: wearerId })
  const far = await recorded('2026-11-22T10:00:40Z', { camera: 'CAM-2', wearer: wearerId })
  const gone = await recorded('2026-11-22T10:00:50Z', { camera: 'CAM-2', wearer: wearerId })
  const seen = async (actor: PersonActor) => {
    const { companions } = await together.companions(actor, self)
    const shift = await together.shift(actor, wearerId, '2026-11-22')
    return [companions, shift.recordings].map((each) => each.map(({ recording }) => recording.id))
  }
  const wearer = toActor(world.camera.wearer)
  const before = await seen(wearer)
  expect(before).toEqual([
    [near, far, gone],
    [self, near, far, gone],
  ])
  const say = async (id: RecordingId, offsetMs: number) =>
    together.correct(world.officer, await view(id), { offsetMs, againstId: null, reason: 'De zwaailamp.' })
  await say(far, -39_000)
  await say(gone, 2 * 86_400_000)
  expect(await seen(wearer)).toEqual(before)
  expect(await seen(toActor(world.officer))).toEqual([
    [far, near],
    [self, far, near],
  ])
})

test('who may not know of a recording learns nothing of what lies beside it', async () => {
  const { together } = world.server.modules
  const id = await recorded('2026-11-05T10:00:00Z')
  const beside = await recorded('2026-11-05T10:00:00Z', { camera: 'CAM-2', wearer: null })
  for (const who of [stranger, toActor(await world.person('enforcer'))]) {
    await expect(together.companions(who, id)).rejects.toMatchObject(notFound)
    await expect(together.pieces(who, id)).rejects.toMatchObject(notFound)
    await expect(together.corrections(who, id)).rejects.toMatchObject(notFound)
  }
  // The wearer knows of their own, and not of what a camera of somebody else recorded at the time.
  const { companions } = await together.companions(toActor(world.camera.wearer), id)
  expect(companions.map(({ recording }) => recording.id)).not.toContain(beside)
})

test('viewings together all begin, each with its entry, or none does', async () => {
  const { access } = world.server.modules
  const ids = [await recorded('2026-11-21T11:00:00Z'), await recorded('2026-11-21T11:00:00Z', { camera: 'CAM-2' })]
  const started = async () => {
    const trails = await Promise.all(ids.map((id) => world.trail(id)))
    return trails.map((trail) => trail.filter(({ type }) => type === 'viewing-started').length)
  }
  const [first = nobodys] = ids
  await expect(access.startViewingTogether(world.officer, [first, nobodys], stated)).rejects.toMatchObject(notFound)
  expect(await started()).toEqual([0, 0])
  const begun = await access.startViewingTogether(world.officer, ids, stated)
  expect(begun.map(({ recordingId }) => recordingId)).toEqual(ids)
  expect(await started()).toEqual([1, 1])
  for (const { id } of begun) await access.openViewing(world.officer, id)
  // What is said once, of one event, is not copied from elsewhere.
  expect(new Set(begun.map(({ reasonJudged }) => reasonJudged))).toEqual(new Set(['words']))
})

test('a shift is what a person recorded on a day of the corps, with its warnings and who carried which camera', async () => {
  const { together, deployments } = world.server.modules
  const wearer = world.camera.wearer
  // The day in Brussels or Amsterdam begins an hour before that of UTC in winter.
  await recorded('2026-11-10T22:30:00Z', { seconds: 60 })
  const over = await recorded('2026-11-10T22:59:30Z', { seconds: 60 })
  const day = await recorded('2026-11-11T10:00:00Z')
  const last = await recorded('2026-11-11T22:59:00Z')
  await recorded('2026-11-11T23:00:00Z')
  await deployments.complete(toActor(wearer), day, {
    firstWarningAt: new Date('2026-11-11T10:00:10Z'),
    secondWarningAt: new Date('2026-11-11T10:00:20Z'),
    exception: null,
    trigger: 'threat',
    effect: 'calmed',
    note: '',
  })
  const shift = await together.shift(toActor(world.officer), wearer.id, '2026-11-11')
  expect(shift.wearer).toEqual({ id: wearer.id, name: wearer.name })
  expect([shift.from, shift.until].map((at) => at.toISOString())).toEqual([
    '2026-11-10T23:00:00.000Z',
    '2026-11-11T23:00:00.000Z',
  ])
  expect(shift.recordings.map(({ recording }) => recording.id)).toEqual([over, day, last])
  expect(shift.warnings.map(({ recordingId, which }) => [recordingId, which])).toEqual([
    [day, 'first'],
    [day, 'second'],
  ])
  expect(shift.cameras).toMatchObject([{ label: 'Camera 1', until: null }])
})

test('a shift of somebody of whom one may know no recording is the shift of nobody', async () => {
  const { together } = world.server.modules
  const wearer = world.camera.wearer
  const on = '2026-11-11'
  const unheardOf = { code: 'person/not-found' }
  const colleague = await world.person('enforcer')
  await expect(together.shift(toActor(colleague), wearer.id, on)).rejects.toMatchObject(unheardOf)
  await expect(together.shift(stranger, wearer.id, on)).rejects.toMatchObject(unheardOf)
  await expect(together.shift(toActor(world.administrator), wearer.id, on)).rejects.toMatchObject({
    code: 'access/denied',
  })
  expect((await together.shift(toActor(colleague), colleague.id, on)).recordings).toEqual([])
  expect((await together.shift(toActor(wearer), wearer.id, on)).wearer.name).toBe(wearer.name)
})

test('with the recording goes what was said about its clock', async () => {
  const { together } = world.server.modules
  const id = await recorded('2026-11-06T10:00:00Z')
  await together.correct(world.officer, await view(id), { offsetMs: 40, againstId: null, reason: 'De zwaailamp.' })
  const [forget] = togetherJobs(together)
  const { corpsId } = world.officer
  await forget?.run({ corpsId, recordingId: id }, new AbortController().signal)
  await forget?.run({ corpsId, recordingId: id }, new AbortController().signal)
  expect(await together.corrections(toActor(world.officer), id)).toEqual([])
})
