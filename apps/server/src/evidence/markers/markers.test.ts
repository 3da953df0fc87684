import { newId } from '@getuige/base'
import { mostMarkers, mostOwnMarkers } from '@getuige/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { markerJobs } from './jobs.ts'
import { isWithin } from './rules.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
const note = { atMs: 1000, toMs: 2000, note: 'Hier wordt de hond genoemd.' }

test.each([
  ['a moment within the recording', { atMs: 8000, toMs: null }, true],
  ['the last moment, by a player that counts a little further', { atMs: 9500, toMs: null }, true],
  ['a moment after it', { atMs: 10_100, toMs: null }, false],
  ['a stretch that ends before it begins', { atMs: 2000, toMs: 1000 }, false],
  ['a stretch without length', { atMs: 2000, toMs: 2000 }, false],
  ['a stretch that ends after it', { atMs: 2000, toMs: 20_000 }, false],
])('%s', (_case, span, expected) => {
  expect(isWithin(span, 9000)).toBe(expected)
})

test('a marker is made within a viewing, changed and removed by who made it, and every step is in the trail', async () => {
  const { markers, access } = world.server.modules
  const recordingId = await world.viewableRecording()
  const viewing = await access.startViewing(world.officer, recordingId, stated)
  const made = await markers.add(world.officer, viewing.id, note)
  expect(await markers.list(toActor(world.officer), recordingId)).toEqual([made])
  expect(made).toMatchObject({ purpose: 'report', madeBy: world.officer.name, ...note })

  const colleague = await world.person('records-officer')
  const theirs = await access.startViewing(colleague, recordingId, stated)
  expect(await markers.list(toActor(colleague), recordingId)).toHaveLength(1)
  await expect(markers.change(colleague, theirs.id, made.id, note)).rejects.toMatchObject({ code: 'marker/not-found' })
  await expect(markers.remove(colleague, theirs.id, made.id)).rejects.toMatchObject({ code: 'marker/not-found' })
  await expect(markers.add(colleague, viewing.id, note)).rejects.toMatchObject({ code: 'viewing/not-found' })

  const changed = await markers.change(world.officer, viewing.id, made.id, { ...note, toMs: null, note: 'De hond.' })
  expect(await markers.list(toActor(colleague), recordingId)).toEqual([changed])
  await markers.remove(world.officer, viewing.id, made.id)
  expect(await markers.list(toActor(world.officer), recordingId)).toEqual([])
  const trail = await world.trail(recordingId)
  expect(trail.map(({ type }) => type).filter((type) => type.startsWith('marker-'))).toEqual([
    'marker-added',
    'marker-changed',
    'marker-removed',
  ])
})

test('outside the recording nothing is marked, and nothing is entered', async () => {
  const { markers, access } = world.server.modules
  const recordingId = await world.viewableRecording()
  const viewing = await access.startViewing(world.officer, recordingId, stated)
  const late = { ...note, atMs: 900_000, toMs: null }
  await expect(markers.add(world.officer, viewing.id, late)).rejects.toMatchObject({ code: 'marker/outside' })
  expect((await world.trail(recordingId)).map(({ type }) => type)).not.toContain('marker-added')
})

test('a recording has so many markers and no more, and nobody fills it alone', async () => {
  const { markers, access } = world.server.modules
  const recordingId = await world.viewableRecording()
  const [one, other] = [world.officer, await world.person('records-officer')]
  const viewing = await access.startViewing(one, recordingId, stated)
  const theirs = await access.startViewing(other, recordingId, stated)
  const fill = (personId: string, most: number) =>
    runSql(
      world.server.db.everyCorps,
      `insert into recording_marker (id, corps_id, recording_id, at_ms, note, made_by, made_at, purpose)
        select 'marker_' || p.id || n, p.corps_id, $1, n, '', p.id, p.created_at, 'report'
          from person p, generate_series(1, $3::int) n where p.id = $2`,
      [recordingId, personId, most],
    )
  await fill(one.id, mostOwnMarkers - 1)
  await markers.add(one, viewing.id, note)
  await expect(markers.add(one, viewing.id, note)).rejects.toMatchObject({ code: 'marker/too-many' })
  const last = await markers.add(other, theirs.id, note)
  await fill(world.camera.wearer.id, mostMarkers - mostOwnMarkers - 1)
  await expect(markers.add(other, theirs.id, note)).rejects.toMatchObject({ code: 'marker/too-many' })
  await markers.change(other, theirs.id, last.id, { ...note, note: 'Nog te veranderen.' })
  await markers.remove(other, theirs.id, last.id)
  await markers.add(other, theirs.id, note)
  const entered = (await world.trail(recordingId)).filter(({ type }) => type === 'marker-added')
  expect(entered).toHaveLength(3)
})

test('once a viewing has ended nothing can be marked in it', async () => {
  const { markers, access } = world.server.modules
  const recordingId = await world.viewableRecording()
  const viewing = await access.startViewing(world.officer, recordingId, stated)
  await access.endViewing(world.officer, viewing.id)
  await expect(markers.add(world.officer, viewing.id, note)).rejects.toMatchObject({ code: 'viewing/ended' })
})

test('who may not know of a recording is not told of its markers', async () => {
  const { markers } = world.server.modules
  const recordingId = await world.viewableRecording()
  const stranger = await world.otherCorps()
  const unheardOf = { code: 'recording/not-found' }
  await expect(markers.list(toActor(stranger), recordingId)).rejects.toMatchObject(unheardOf)
  await expect(markers.list(toActor(world.officer), newId('recording', new Date(0)))).rejects.toMatchObject(unheardOf)
})

test('with the recording its markers are erased', async () => {
  const { markers, access } = world.server.modules
  const recordingId = await world.viewableRecording()
  const viewing = await access.startViewing(world.officer, recordingId, stated)
  await markers.add(world.officer, viewing.id, note)
  for (const job of markerJobs(markers)) {
    await job.run({ corpsId: world.officer.corpsId, recordingId }, new AbortController().signal)
  }
  const left = await world.server.db.everyCorps
    .selectFrom('recording_marker')
    .select('id')
    .where('recording_id', '=', recordingId)
    .execute()
  expect(left).toEqual([])
})
