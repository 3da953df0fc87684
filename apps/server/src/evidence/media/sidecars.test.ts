import { createHash } from 'node:crypto'
import { newId, type RecordingId } from '@getuige/base'
import { sidecarDigestHeader, sidecarNameHeader, sidecarsPath } from '@getuige/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'
import { mediaJobs } from './jobs.ts'

let world: World
let site: Site
let token: string
beforeAll(async () => {
  world = await createWorld()
  token = (await world.server.modules.devices.addDock(toActor(world.administrator), 'Dok 1')).token
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const points = (count: number, shift = 0) =>
  Array.from({ length: count }, (_, index) => `<trkpt lat="52.07${index + shift}" lon="4.3125"/>`).join('')
const gpx = (body: string) => Buffer.from(`<gpx version="1.1"><trk><trkseg>${body}</trkseg></trk></gpx>`)
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function hand(
  recordingId: string,
  bytes: Uint8Array,
  { name = 'rit.gpx', sha256 = digestOf(bytes), by = token }: { name?: string; sha256?: string; by?: string } = {},
) {
  const headers = {
    authorization: `Bearer ${by}`,
    'content-type': 'application/octet-stream',
    [sidecarNameHeader]: encodeURIComponent(name),
    [sidecarDigestHeader]: sha256,
  }
  const body = new Uint8Array(bytes)
  const answer = await site.fetch(sidecarsPath(recordingId), { method: 'POST', headers, body })
  return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> }
}

async function runJob(name: string, recordingId: RecordingId): Promise<void> {
  const job = mediaJobs(world.server.modules.media).find((one) => one.name === name)
  await job?.run({ corpsId: world.officer.corpsId, recordingId }, new AbortController().signal)
}

const find = (recordingId: RecordingId) => world.server.modules.recordings.find(world.officer.corpsId, recordingId)
const objectsOf = async (recordingId: RecordingId) =>
  (await world.objectKeys()).filter((key) => key.includes(recordingId))

test('a file beside a recording is kept as it came, entered, and gives the recording its track', async () => {
  const recordingId = await world.viewableRecording()
  const bytes = gpx(points(3))
  const first = await hand(recordingId, bytes)
  expect(first).toMatchObject({
    status: 200,
    body: { name: 'rit.gpx', kind: 'gpx', points: 3, sha256: digestOf(bytes) },
  })
  // Sent once more, as by a dock that did not hear the answer.
  expect(await hand(recordingId, bytes)).toEqual(first)
  expect((await world.trail(recordingId)).filter(({ type }) => type === 'sidecar-received')).toEqual([
    { type: 'sidecar-received', actorKind: 'dock' },
  ])

  const { media, vault } = world.server.modules
  const reader = world.server.db.of(world.officer.corpsId)
  const source = await vault.find(reader, recordingId, `sidecar/${String(first.body['id'])}`)
  expect(Buffer.from((await source?.read(0, source.sizeBytes)) ?? [])).toEqual(bytes)

  await runJob('media/place-sidecars', recordingId)
  expect(await find(recordingId)).toMatchObject({ hasTrack: true, facts: { trackFrom: 'gpx' }, hasStoryboard: false })
  const track = await vault.find(reader, recordingId, 'track')
  expect(JSON.parse(Buffer.from((await track?.read(0, track.sizeBytes)) ?? []).toString())).toMatchObject([
    { atMs: 0, latitude: 52.07, longitude: 4.3125 },
  ])
  expect(await media.listSidecars(world.officer.corpsId, recordingId)).toHaveLength(1)
  const shown = await site.ask('GET', `/api/recordings/${recordingId}`, { as: world.camera.wearer })
  expect(shown.body).toMatchObject({ sidecars: [{ name: 'rit.gpx', points: 3, byDock: true }] })
})

test('what a person hands in does not take the place of the track that the dock brought', async () => {
  const recordingId = await world.viewableRecording()
  const { media, vault } = world.server.modules
  expect((await hand(recordingId, gpx(points(2)))).status).toBe(200)
  const longer = gpx(points(9, 20))
  const announced = { recordingId, name: 'anders.gpx', sha256: digestOf(longer) }
  await media.receiveSidecar(toActor(world.officer), announced, [longer] as never, new AbortController().signal)
  await runJob('media/place-sidecars', recordingId)
  const track = await vault.find(world.server.db.of(world.officer.corpsId), recordingId, 'track')
  const places = JSON.parse(Buffer.from((await track?.read(0, track.sizeBytes)) ?? []).toString()) as unknown[]
  expect(places).toMatchObject([{ latitude: 52.07 }])
})

test('what came before the recording was examined gives its track as soon as it is', async () => {
  const recordingId = await world.storedRecording()
  expect((await hand(recordingId, gpx(points(2, 5)))).status).toBe(200)
  await runJob('media/place-sidecars', recordingId)
  expect(await find(recordingId)).toMatchObject({ state: 'stored', hasTrack: false })
  await runJob('media/prepare', recordingId)
  expect(await find(recordingId)).toMatchObject({ state: 'viewable', hasTrack: true, facts: { trackFrom: 'gpx' } })
})

test('what is no such file, is not what was announced or is too large leaves nothing', async () => {
  const recordingId = await world.viewableRecording()
  const before = await objectsOf(recordingId)
  const bytes = gpx(points(1))
  const refusals = [
    await hand(recordingId, Buffer.from('MZ not a track'), { name: 'rit.nmea' }),
    await hand(recordingId, bytes, { name: 'rit.exe' }),
    await hand(recordingId, bytes, { sha256: 'a'.repeat(64) }),
    await hand(recordingId, bytes, { sha256: 'none' }),
    await hand(recordingId, Buffer.alloc(20 * 1024 * 1024 + 1)),
    await hand(recordingId, bytes, { by: 'x'.repeat(43) }),
    await hand(newId('recording', new Date(0)), bytes),
  ]
  expect(refusals.map(({ status, body }) => [status, body['code']])).toEqual([
    [415, 'sidecar/unreadable'],
    [415, 'sidecar/unreadable'],
    [422, 'ingest/digest-mismatch'],
    [400, 'ingest/announcement-invalid'],
    [413, 'sidecar/too-large'],
    [401, 'dock/token-refused'],
    [404, 'recording/not-found'],
  ])
  expect(await objectsOf(recordingId)).toEqual(before)
})

test('somebody who may not know of a recording is told that there is none', async () => {
  const recordingId = await world.viewableRecording()
  const { media } = world.server.modules
  const bytes = gpx(points(1))
  const announced = { recordingId, name: 'rit.gpx', sha256: digestOf(bytes) }
  for (const stranger of [await world.otherCorps(), await world.person('enforcer')]) {
    const handing = media.receiveSidecar(toActor(stranger), announced, [bytes] as never, new AbortController().signal)
    await expect(handing).rejects.toMatchObject({ code: 'recording/not-found' })
  }
})

test('of a recording that is erased nothing that lay beside it is left, and nothing more is taken', async () => {
  const recordingId = await world.viewableRecording()
  await hand(recordingId, gpx(points(2)))
  const { recordings, retention } = world.server.modules
  const recording = await recordings.find(world.officer.corpsId, recordingId)
  world.clock.turn(new Date((recording?.dueAt.getTime() ?? 0) + 1000))
  await retention.erase({ kind: 'system', corpsId: world.officer.corpsId }, recordingId)
  await runJob('media/forget-sidecars', recordingId)
  expect(await world.server.modules.media.listSidecars(world.officer.corpsId, recordingId)).toEqual([])
  expect(await objectsOf(recordingId)).toEqual([])
  expect(await hand(recordingId, gpx(points(4)))).toMatchObject({ status: 410, body: { code: 'recording/erased' } })
})
