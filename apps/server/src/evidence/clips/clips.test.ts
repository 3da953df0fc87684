import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { RecordingId, TaskId, ViewingId } from '@getuige/base'
import type { TrackPoint } from '@getuige/contract'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { checkPowers, checkSaid } from '#oversight'
import { checkRegister } from '#recordings'
import { listHoldsInForce } from '#retention'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { readFrameNumber } from '../../demo/clips/frame-code.ts'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

const ffmpeg = findTool('ffmpeg')
if (ffmpeg === undefined) reportMissingTool('ffmpeg', 'whether a clip that is encoded anew holds exactly its frames')

let world: World
let site: Site
/** Synthetic: 12.5 frames a second, each with its number in the picture, a key frame about every second. */
let originalId: RecordingId
let viewingId: ViewingId
const frameMs = 80

beforeAll(async () => {
  world = await createWorld()
  await startWith({})
})
async function startWith(settings: Parameters<World['restart']>[0]): Promise<void> {
  const { clock } = world
  const now = () => {
    clock.advance(1)
    return clock.now()
  }
  // Time passes while a clip is made, as it does.
  await world.restart({ clock: { now }, ...settings })
  site = await world.listen()
}
beforeEach(async () => {
  originalId = await world.viewableRecording()
  // What else follows from it is tried elsewhere.
  await world.server.db.everyCorps.deleteFrom('task').execute()
  viewingId = await view(originalId)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const signal = new AbortController().signal
const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
async function view(recordingId: RecordingId, as: Caller = world.officer): Promise<ViewingId> {
  const viewing = await world.server.modules.access.startViewing(as, recordingId, stated)
  return viewing.id
}

type Part = Readonly<{ inMs: number; outMs: number; method: 'key-frames' | 'exact' }>
const keyFrames: Part = { inMs: 2500, outMs: 5200, method: 'key-frames' }
const post = (part: Partial<Part>, as: Caller = world.officer, of: ViewingId = viewingId) =>
  site.ask('POST', `/api/viewings/${of}/clips`, {
    as,
    body: { ...keyFrames, ...part, reason: 'Dit deel toont de aanhouding.' },
  })
async function ask(part: Partial<Part> = {}, as: Caller = world.officer, of: ViewingId = viewingId): Promise<TaskId> {
  const answer = await post(part, as, of)
  expect(answer).toMatchObject({ status: 200 })
  return (answer.body as { taskId: TaskId }).taskId
}
const taskOf = async (id: TaskId) =>
  (await world.server.modules.tasks.list(toActor(world.officer))).find((task) => task.id === id)
/** Does what waits; answers the clip. */
async function work(id: TaskId): Promise<RecordingId> {
  while ((await world.server.modules.tasks.runNext('short', signal)) !== undefined);
  const done = await taskOf(id)
  if (done?.madeRecordingId == null) throw new Error(`no clip was made: ${done?.state} ${done?.problem}`)
  return done.madeRecordingId
}
const make = async (part: Partial<Part> = {}) => work(await ask(part))

async function find(id: RecordingId) {
  const found = await world.server.modules.recordings.find(world.officer.corpsId, id)
  if (found === undefined) throw new Error('there is no such recording')
  return found
}
async function bytesOf(id: RecordingId): Promise<Buffer> {
  const source = await world.server.modules.vault.find(world.server.db.everyCorps, id, 'payload')
  if (source === undefined) throw new Error('there are no bytes')
  return source.read(0, source.sizeBytes)
}
/** The number in each picture, as another program decodes them. */
function framesOf(bytes: Buffer): (number | null)[] {
  if (ffmpeg === undefined) return []
  const options = ['-v', 'error', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-vsync', '0', 'pipe:1']
  const raw = execFileSync(ffmpeg, options, { input: bytes, maxBuffer: 2 ** 28 })
  const length = 480 * 270 * 3
  return Array.from({ length: raw.length / length }, (_, n) =>
    readFrameNumber({ data: raw.subarray(n * length, (n + 1) * length), width: 480, height: 270, channels: 3 }),
  )
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)
const entriesOf = async (id: RecordingId) =>
  (await world.server.modules.custody.trail(world.officer.corpsId, id)).entries
/** That nothing in the register, and nobody's power, is otherwise than it was entered. */
async function expectInOrder(): Promise<void> {
  expect((await checkRegister(world.server.db, { listHoldsInForce })).findings).toEqual([])
  expect((await checkPowers(world.server.db.everyCorps)).findings).toEqual([])
}

describe('a clip cut at key frames', () => {
  test('holds the packets of its original from the key frame before, and says so', async () => {
    const id = await make()
    const clip = await find(id)
    const original = await find(originalId)
    expect(clip.clipOf).toMatchObject({
      recordingId: originalId,
      sha256: Buffer.from(original.sha256).toString('hex'),
      inMs: 2500,
      outMs: 5200,
      fromMs: 2000,
      method: 'key-frames',
      madeBy: 'mediabunny 1.61.0',
      reason: 'Dit deel toont de aanhouding.',
    })
    // Pictures that those before the end are reckoned from are shown after it, with all that is between: it is stated.
    const toMs = clip.clipOf?.toMs ?? 0
    expect(toMs).toBeGreaterThan(5200)
    expect(toMs).toBeLessThan(5200 + 8 * frameMs)
    if (ffmpeg !== undefined) expect(framesOf(await bytesOf(id))).toEqual(range(25, Math.round(toMs / frameMs)))
  })

  test('is a recording of its own, with digest, key and trail, of the same camera, wearer, law and day', async () => {
    const id = await make()
    const [clip, original, bytes] = [await find(id), await find(originalId), await bytesOf(id)]
    expect(createHash('sha256').update(bytes).digest().equals(clip.sha256)).toBe(true)
    expect(clip.recordedAt.getTime()).toBe(original.recordedAt.getTime() + 2000)
    const { cameraId, wearerId, law, dueAt, dueOn, activation } = original
    expect(clip).toMatchObject({ cameraId, wearerId, law, dueAt, dueOn, activation, state: 'stored' })

    const [made] = await entriesOf(id)
    expect(made).toMatchObject({
      type: 'clip-made',
      actor: { kind: 'person', name: world.officer.name },
      details: { originalId, inMs: 2500, outMs: 5200, fromMs: 2000, purpose: 'report', viewingId },
    })
    const told = (await entriesOf(originalId)).find(({ type }) => type === 'clip-made')
    expect(told?.details).toMatchObject({ clipId: id, clipSha256: Buffer.from(clip.sha256).toString('hex') })
    await expectInOrder()
  })

  test('becomes viewable like any other, and its file says when its part began', async () => {
    const id = await make()
    await world.server.modules.media.prepare({ corpsId: world.officer.corpsId, recordingId: id }, signal)
    const clip = await find(id)
    expect(clip).toMatchObject({ state: 'viewable', rendition: 'direct', damage: 'none' })
    expect(clip.durationMs).toBe((clip.clipOf?.toMs ?? 0) - (clip.clipOf?.fromMs ?? 0))
    const began = (await find(originalId)).facts?.createdAt ?? ''
    expect(Math.abs(Date.parse(clip.facts?.createdAt ?? '') - Date.parse(began) - 2500)).toBeLessThan(1000)
    const page = await site.ask('GET', `/api/recordings/${originalId}`, { as: world.officer })
    expect(page.body).toMatchObject({ clips: [{ id, inMs: 2500, outMs: 5200 }], clipOf: null })
    // A clip of it stands in the clip.
    const inner = await work(await ask({ inMs: 100, outMs: 900 }, world.officer, await view(id)))
    expect((await find(inner)).clipOf).toMatchObject({ recordingId: id, fromMs: 0 })
    await expectInOrder()
  })
})

/** Hands in a file of places along the original, one degree of latitude north for each hundred seconds from there on. */
async function handIn(name: string, from: number, seconds: readonly number[]): Promise<void> {
  const { media } = world.server.modules
  const began = Date.parse((await find(originalId)).facts?.createdAt ?? '')
  const points = seconds.map((second) => {
    const time = new Date(began + second * 1000).toISOString()
    return `<trkpt lat="${from + second / 100}" lon="4.3"><time>${time}</time></trkpt>`
  })
  const gpx = Buffer.from(`<gpx version="1.1"><trk><trkseg>${points.join('')}</trkseg></trk></gpx>`)
  const announced = { recordingId: originalId, name, sha256: createHash('sha256').update(gpx).digest('hex') }
  await media.receiveSidecar(toActor(world.officer), announced, Readable.from([gpx]), signal)
  await media.placeSidecars({ corpsId: world.officer.corpsId, recordingId: originalId }, signal)
}
async function trackOf(id: RecordingId): Promise<TrackPoint[]> {
  const track = await world.server.modules.vault.find(world.server.db.everyCorps, id, 'track')
  return JSON.parse(Buffer.from((await track?.read(0, track.sizeBytes)) ?? []).toString()) as TrackPoint[]
}

test('a clip was where its original was in that part, is found there, and its clock is off by as much', async () => {
  await handIn('rit.gpx', 52, [0, 2, 4, 6, 8])
  const id = await make()
  await world.server.modules.media.prepare({ corpsId: world.officer.corpsId, recordingId: id }, signal)

  const clip = await find(id)
  expect(clip).toMatchObject({ hasTrack: true, facts: { trackFrom: 'gpx', location: null } })
  expect(clip.facts?.drift).toEqual((await find(originalId)).facts?.drift)
  const { fromMs = 0, toMs = 0 } = clip.clipOf ?? {}
  expect(await trackOf(id)).toMatchObject([
    { atMs: 0, latitude: 52 + fromMs / 100_000 },
    { atMs: 4000 - fromMs, latitude: 52.04 },
    { atMs: toMs - fromMs, latitude: 52 + toMs / 100_000 },
  ])
  const { rows } = await sql<{ latitudes: number[] }>`select latitudes from recording_place where recording_id = ${id}`.execute(
    world.server.db.everyCorps,
  )
  expect([Math.min(...(rows[0]?.latitudes ?? [])), Math.max(...(rows[0]?.latitudes ?? []))]).toEqual([
    520_200,
    Math.round((52 + toMs / 100_000) * 10_000),
  ])
  await expectInOrder()
})

test('places that are handed in after a clip was cut reach it, and clips of it, and stand on their trails', async () => {
  const { corpsId } = world.officer
  const id = await make()
  await world.server.modules.media.prepare({ corpsId, recordingId: id }, signal)
  const inner = await work(await ask({ inMs: 100, outMs: 900 }, world.officer, await view(id)))
  await world.server.modules.media.prepare({ corpsId, recordingId: inner }, signal)
  expect(await find(inner)).toMatchObject({ hasTrack: false })

  await handIn('rit.gpx', 52, [0, 4, 8])
  const { fromMs = 0 } = (await find(id)).clipOf ?? {}
  expect((await trackOf(id))[0]).toMatchObject({ atMs: 0, latitude: 52 + fromMs / 100_000 })
  expect((await trackOf(inner))[0]).toMatchObject({ atMs: 0, latitude: 52 + fromMs / 100_000 })
  // One that says more of where it was takes its place there as well.
  await handIn('langer.gpx', 53, [0, 2, 4, 6, 8])
  expect((await trackOf(inner))[0]).toMatchObject({ latitude: 53 + fromMs / 100_000 })
  for (const of of [id, inner]) {
    const told = (await entriesOf(of)).filter(({ type }) => type === 'sidecar-received')
    expect(told).toHaveLength(2)
    expect(told[0]?.details).toMatchObject({ format: 'gpx', originalId })
  }
  expect(await checkSaid(world.server.db.everyCorps)).toEqual([])
  await expectInOrder()
})

/** The same server, on a machine that has it, until the test ends: what others look at needs no pictures. */
async function withFfmpeg(): Promise<AsyncDisposable> {
  await startWith({ codecEngine: 'ffmpeg', searchPath: process.env['PATH'] ?? '' })
  return { [Symbol.asyncDispose]: () => startWith({}) }
}

test.skipIf(ffmpeg === undefined)('an exact clip holds the frames asked for and no other', async () => {
  expect(await post({ method: 'exact' })).toMatchObject({ status: 409, body: { code: 'clip/no-engine' } })
  await using _machine = await withFfmpeg()
  const id = await make({ inMs: 2480, outMs: 3200, method: 'exact' })
  const { clipOf } = await find(id)
  expect(clipOf).toMatchObject({ fromMs: 2480, toMs: 3200, method: 'exact' })
  expect(clipOf?.madeBy).toMatch(/^ffmpeg .*-c:v libx264 .*-crf 16.*-c:a aac/)
  expect(framesOf(await bytesOf(id))).toEqual(range(31, 40))
  // From somewhere far from a key frame, to the end.
  const { durationMs } = await find(originalId)
  const frames = Math.round((durationMs ?? 0) / frameMs)
  const tail = await make({ inMs: (frames - 5) * frameMs, outMs: Math.floor(durationMs ?? 0), method: 'exact' })
  expect(framesOf(await bytesOf(tail))).toEqual(range(frames - 5, frames))
})

test.skipIf(ffmpeg === undefined)('what only ffmpeg takes apart is copied as it is, and what it holds is stated', async () => {
  await using _machine = await withFfmpeg()
  const path = join(tmpdir(), `getuige-clips-${process.pid}.avi`)
  const options = ['-v', 'error', '-y', '-i', 'pipe:0', '-c:v', 'mjpeg', '-q:v', '2', '-c:a', 'pcm_s16le', path]
  execFileSync(ffmpeg ?? '', options, { input: await bytesOf(originalId) })
  const avi = readFileSync(path)
  rmSync(path)
  const aviId = await world.receive(avi)
  await world.server.modules.media.prepare({ corpsId: world.officer.corpsId, recordingId: aviId }, signal)
  // The proxy, which people view, is none of its bytes.
  await world.server.modules.tasks.runNext('long', signal)
  const id = await work(await ask({ inMs: 2000, outMs: 4000 }, world.officer, await view(aviId)))
  expect((await find(id)).clipOf).toMatchObject({ fromMs: 2000, toMs: 4000 })
  expect((await find(id)).clipOf?.madeBy).toContain('-c copy -f matroska')
  expect(framesOf(await bytesOf(id)).slice(0, 25)).toEqual(range(25, 50))
})

describe('asking for a clip', () => {
  test.each([
    ['that ends before it begins', { inMs: 3000, outMs: 2000 }],
    ['of more than there is', { outMs: 100_000 }],
  ])('%s is refused', async (_case, part) => {
    expect(await post(part)).toMatchObject({ status: 422, body: { code: 'clip/outside' } })
  })

  test('within the viewing of somebody else, or one that has ended, is refused', async () => {
    const other = await world.person('records-officer')
    expect(await post({}, other)).toMatchObject({ status: 404, body: { code: 'viewing/not-found' } })
    await world.server.modules.access.endViewing(world.officer, viewingId)
    expect((await post({})).status).not.toBe(200)
  })

  test('the same part twice answers the clip that is there', async () => {
    const id = await make()
    const before = await entriesOf(originalId)
    expect(await make()).toBe(id)
    expect(await entriesOf(originalId)).toEqual(before)
    expect(await make({ outMs: 5300 })).not.toBe(id)
  })

  test('the same part for somebody who may not know of that clip makes another, with another digest', async () => {
    const id = await make()
    const investigator = await world.person('investigator')
    await assign(investigator)
    const theirs = await work(await ask({}, investigator, await view(originalId, investigator)))
    expect(theirs).not.toBe(id)
    expect((await find(theirs)).sha256).not.toEqual((await find(id)).sha256)
  })
})

const assign = (person: Caller) =>
  world.server.modules.access.assign(toActor(world.officer), originalId, {
    personId: person.id,
    purpose: 'report',
    reference: 'PL1500 2026123456-1',
    untilOn: '2026-11-29',
  })

test('to whom an original is assigned its clip is open as well, until the assignment ends', async () => {
  const investigator = await world.person('investigator')
  const grantId = await assign(investigator)
  const id = await make()
  const page = async () => (await site.ask('GET', `/api/recordings/${id}`, { as: investigator })).status
  expect(await page()).toBe(200)
  await expectInOrder()
  await world.server.modules.access.endAssignment(toActor(world.officer), originalId, grantId)
  expect(await page()).toBe(404)
  await expectInOrder()
})

test('what holds an original holds a clip that is cut from it; each is lifted by itself', async () => {
  const { retention } = world.server.modules
  const hold = { recordingId: originalId, kind: 'report', number: 'PL1500 2026-1', reason: 'Aangifte.' } as const
  await retention.placeHold(toActor(world.officer), hold)
  const id = await make()
  expect(await find(id)).toMatchObject({ isHeld: true })
  const [held] = await listHoldsInForce(world.server.db.everyCorps, [id])
  expect(held).toMatchObject({ kind: 'report', number: 'PL1500 2026-1', placedBy: world.officer.name })
  await expectInOrder()
  if (held !== undefined) await world.liftHold(held.id)
  expect(await find(id)).toMatchObject({ isHeld: false })
  expect(await find(originalId)).toMatchObject({ isHeld: true })
  await expectInOrder()
})

test('an order to erase an original erases its clips, and one cut after it was approved', async () => {
  const { retention } = world.server.modules
  const first = await make()
  const officer = toActor(world.officer)
  const asked = await retention.askEarlyErasure(officer, {
    recordingId: originalId,
    number: '2026/1',
    court: 'Rechtbank Den Haag',
    decidedOn: '2026-11-20',
    documentSha256: 'a'.repeat(64),
    endsHolds: [],
    reason: 'Bevel tot vernietiging.',
  })
  await world.approve(asked)
  const late = await make({ outMs: 4000 })
  await retention.erase(officer, originalId)
  await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
  for (const id of [originalId, first, late]) expect(await find(id)).toMatchObject({ state: 'erased' })
  expect((await world.objectKeys()).filter((key) => key.includes(first) || key.includes(late))).toEqual([])
  await expectInOrder()
})

describe('nothing is left half done', () => {
  const leftOf = async (before: readonly string[]) =>
    (await world.objectKeys()).filter((key) => !before.includes(key))

  test('where it is cancelled', async () => {
    const before = await world.objectKeys()
    const id = await ask()
    const { tasks, recordings } = world.server.modules
    const running = tasks.runNext('short', signal)
    await expect.poll(async () => (await taskOf(id))?.state).not.toBe('waiting')
    await tasks.cancel(toActor(world.officer), id).catch(() => undefined)
    await running
    const made = (await taskOf(id))?.madeRecordingId ?? null
    expect((await recordings.listClipsOf(await find(originalId))).map((clip) => clip.id)).toEqual(
      made === null ? [] : [made],
    )
    if (made === null) expect(await leftOf(before)).toEqual([])
  })

  test('where its original was erased meanwhile', async () => {
    const before = await world.objectKeys()
    const id = await ask()
    const register = world.server.db.everyCorps.updateTable('recording').where('id', '=', originalId)
    await register.set({ state: 'erasing' }).execute()
    await world.server.modules.tasks.runNext('short', signal)
    expect(await taskOf(id)).toMatchObject({ state: 'failed', problem: 'erased' })
    expect(await leftOf(before)).toEqual([])
    await register.set({ state: 'viewable' }).execute()
  })

  test('where the server was killed: it begins again', async () => {
    const id = await ask()
    // At work, and dead before it could enter what it made.
    await world.server.db.everyCorps.updateTable('task').set({ state: 'running', starts: 1 }).where('id', '=', id).execute()
    await world.crash()
    site = await world.listen()
    const clipId = await work(id)
    expect((await find(clipId)).clipOf).toMatchObject({ recordingId: originalId })
  })
})

test('fsck finds a clip that says it was cut from something else', async () => {
  const id = await make()
  const { db } = world.server
  const row = db.everyCorps.updateTable('recording').where('id', '=', id)
  const { clipOf } = await find(id)
  const { recordingId: _original, ...clip } = clipOf ?? { recordingId: null }
  const what = async () => (await checkRegister(db, { listHoldsInForce })).findings.map((finding) => finding.what)
  for (const other of [{ inMs: 0 }, { madeBy: 'by hand' }, { reason: 'Een andere reden.' }]) {
    await row.set({ clip: JSON.stringify({ ...clip, ...other }) }).execute()
    expect(await what()).toEqual(['recording-differs'])
  }
  await row.set({ clip: JSON.stringify(clip) }).execute()
  expect(await what()).toEqual([])
  await row.set({ clip_of: null, clip: null }).execute()
  expect(await what()).toEqual(['recording-differs'])
})
