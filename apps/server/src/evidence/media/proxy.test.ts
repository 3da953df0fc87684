import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  Conversion,
  Input,
  MkvOutputFormat,
  Mp4OutputFormat,
  MpegTsOutputFormat,
  Output,
  type OutputFormat,
} from 'mediabunny'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkSaid } from '#oversight'
import { withoutMoov } from '../../demo/clips/damage.ts'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { probe } from './probe.ts'
import { muxer } from './remux.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const signal = new AbortController().signal
const vaultOf = () => world.server.modules.vault
const readerOf = () => world.server.db.of(world.officer.corpsId)

async function inContainer(bytes: Uint8Array, format: OutputFormat): Promise<Uint8Array> {
  const target = new BufferTarget()
  const output = new Output({ format, target })
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) })
  await (await Conversion.init({ input, output, showWarnings: false })).execute()
  if (target.buffer === null) throw new Error('nothing was written')
  return new Uint8Array(target.buffer)
}

/** Received and probed; what is asked of the tasks then is done. */
async function prepared(bytes: Uint8Array): Promise<RecordingId> {
  const { media } = world.server.modules
  const recordingId = await world.receive(bytes)
  await media.prepare({ corpsId: world.officer.corpsId, recordingId }, signal)
  return recordingId
}
async function work(): Promise<void> {
  const { tasks } = world.server.modules
  for (const lane of ['long', 'short'] as const) while ((await tasks.runNext(lane, signal)) !== undefined);
}
const find = async (recordingId: RecordingId) => {
  const recording = await world.server.modules.recordings.find(world.officer.corpsId, recordingId)
  if (recording === undefined) throw new Error('there is no such recording')
  return recording
}
async function plain(recordingId: RecordingId, kind: 'payload' | 'proxy'): Promise<Buffer> {
  const source = await vaultOf().find(readerOf(), recordingId, kind)
  if (source === undefined) throw new Error(`there is no ${kind}`)
  return source.read(0, source.sizeBytes)
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const facts = (bytes: Uint8Array) =>
  probe({ sizeBytes: bytes.length, read: (start, end) => Promise.resolve(bytes.slice(start, end)) }, signal)

test.each([
  ['Matroska', () => new MkvOutputFormat()],
  ['an MP4 in fragments', () => new Mp4OutputFormat({ fastStart: 'fragmented' })],
])('a recording in %s is played by a proxy of the same packets, and stays as it was', async (_what, format) => {
  const bytes = await inContainer(await world.clip(), format())
  const recordingId = await prepared(bytes)
  expect(await find(recordingId)).toMatchObject({ rendition: 'making', playable: false, proxy: null })
  await work()

  const recording = await find(recordingId)
  const proxy = await plain(recordingId, 'proxy')
  expect(recording).toMatchObject({
    rendition: 'proxy',
    playable: true,
    proxy: { method: 'remuxed', videoCodec: 'avc', madeBy: muxer, sha256: sha256(proxy), sizeBytes: proxy.length },
  })
  const [original, made] = [await facts(bytes), await facts(proxy)]
  expect(made).toMatchObject({ container: 'mp4', damage: 'none', isFragmented: false, video: original.video })
  expect(made.audio).toEqual(original.audio)
  expect(Math.abs((made.durationMs ?? 0) - (original.durationMs ?? -1000))).toBeLessThanOrEqual(80) // one of its pictures
  // The index stands before the samples: a player begins with what comes first.
  expect(proxy.indexOf('moov')).toBeLessThan(proxy.indexOf('mdat'))

  expect(sha256(await plain(recordingId, 'payload'))).toBe(sha256(bytes))
  expect(Buffer.from(recording.sha256).toString('hex')).toBe(sha256(bytes))
  expect((await world.trail(recordingId)).filter(({ type }) => type === 'proxy-made')).toHaveLength(1)
  expect(await checkSaid(world.server.db.everyCorps)).toEqual([])
})

test('nothing of a proxy is plain on a disk, and what it was made from in passing is gone', async () => {
  const recordingId = await prepared(await inContainer(await world.clip(), new MkvOutputFormat()))
  await work()
  const proxy = await plain(recordingId, 'proxy')
  const marker = proxy.subarray(proxy.length - 64)
  const files = await readdir(world.settings.dataFolder, { recursive: true, withFileTypes: true })
  for (const file of files.filter((one) => one.isFile())) {
    expect((await readFile(join(file.parentPath, file.name))).includes(marker)).toBe(false)
  }
  expect((await world.objectKeys()).filter((key) => key.startsWith('staging/'))).toEqual([])
})

test('a proxy that was made is not made again', async () => {
  const recordingId = await prepared(await inContainer(await world.clip(), new MkvOutputFormat()))
  await work()
  const before = await find(recordingId)
  await readerOf()
    .transaction()
    .execute((tx) =>
      world.server.modules.tasks.ask(tx, {
        corpsId: world.officer.corpsId,
        kind: 'proxy',
        recordingId,
        askedBy: null,
        input: null,
      }),
    )
  await work()
  expect(await find(recordingId)).toEqual(before)
  expect((await world.trail(recordingId)).filter(({ type }) => type === 'proxy-made')).toHaveLength(1)
})

test('a recording without its index is gathered as a sound one of its camera tells, and says what it lost', async () => {
  const sound = await world.clip()
  const lost = withoutMoov(await world.clip())
  const soundId = await prepared(sound)
  const recordingId = await prepared(lost)
  await work()
  const recording = await find(recordingId)
  expect(recording).toMatchObject({
    rendition: 'proxy',
    damage: 'no-index',
    proxy: { method: 'reconstructed', audioCodec: null, givesTimes: true },
    durationMs: recording.proxy?.durationMs,
    facts: { video: null },
  })
  expect(recording.damages).toContainEqual({ kind: 'timing-lost', fromMs: 0, toMs: null })
  // Whoever may know of this one may not know of the other.
  expect(recording.proxy?.madeBy).toMatch(/; parameters of its camera, SHA-256 [0-9a-f]{64}$/)
  expect(recording.proxy?.madeBy).not.toContain(soundId)
  const made = await facts(await plain(recordingId, 'proxy'))
  const { video } = await facts(sound)
  expect(made).toMatchObject({
    damage: 'none',
    audio: null,
    video: { codec: 'avc', widthPx: video?.widthPx, heightPx: video?.heightPx },
  })
  expect(made.durationMs).toBeGreaterThan(((await facts(sound)).durationMs ?? 0) * 0.55)
  expect(sha256(await plain(recordingId, 'payload'))).toBe(sha256(lost))
})

test('a stream whose clock was set anew on the way is played on, and says from where its times are lost', async () => {
  const stream = await inContainer(await world.clip(), new MpegTsOutputFormat())
  const bytes = Buffer.concat([stream, stream])
  const recordingId = await prepared(bytes)
  expect(await find(recordingId)).toMatchObject({ rendition: 'making', durationMs: null })
  const onceMs = (await facts(stream)).durationMs ?? 0
  await work()
  const recording = await find(recordingId)
  expect(recording).toMatchObject({ rendition: 'proxy', proxy: { method: 'remuxed', madeBy: muxer, givesTimes: true } })
  expect(recording.durationMs).toBe(recording.proxy?.durationMs)
  expect(Math.abs((recording.durationMs ?? 0) - 2 * onceMs)).toBeLessThan(200)
  expect(await checkSaid(world.server.db.everyCorps)).toEqual([])
  const [lost, more] = recording.damages
  expect(lost).toMatchObject({ kind: 'timing-lost', toMs: null })
  expect(more).toBeUndefined()
  expect(Math.abs((lost?.fromMs ?? 0) - onceMs)).toBeLessThan(200)
  const made = await facts(await plain(recordingId, 'proxy'))
  expect(made).toMatchObject({
    damage: 'none',
    damages: [],
    isVariableFrameRate: false,
    video: { framesPerSecond: 12.5 },
  })
})

test('what this machine has no program for is kept, the task says so, and can be tried again', async () => {
  const bytes = Buffer.from(await world.clip())
  bytes[bytes.indexOf('avcC') + 5] = 0xf4 // High 4:4:4 Predictive, by its own word
  const recordingId = await prepared(bytes)
  await work()
  expect(await find(recordingId)).toMatchObject({ state: 'viewable', rendition: 'none', playable: false })
  const [task] = await world.server.modules.tasks.list(toActor(world.officer), recordingId)
  expect(task).toMatchObject({ kind: 'proxy', state: 'failed', problem: 'no-engine', may: { retry: true } })
})

test('what nothing can be made of is kept, and the task says why', async () => {
  const bytes = withoutMoov(Buffer.concat([await world.clip()]))
  // No picture can be told from noise.
  for (let at = bytes.indexOf(0x6d, 24) + 8; at < bytes.length; at += 1) bytes[at] = (at * 193) & 0xff
  const recordingId = await prepared(bytes)
  await work()
  expect(await find(recordingId)).toMatchObject({ state: 'viewable', rendition: 'none', playable: false, proxy: null })
  const [task] = await world.server.modules.tasks.list(toActor(world.officer), recordingId)
  expect(task).toMatchObject({ kind: 'proxy', state: 'failed', problem: 'not-decodable' })
  expect(sha256(await plain(recordingId, 'payload'))).toBe(sha256(bytes))
})

test('recordings that an earlier version probed are asked for once', async () => {
  const recordingId = await prepared(await inContainer(await world.clip(), new MkvOutputFormat()))
  await readerOf().deleteFrom('task').where('recording_id', '=', recordingId).execute()
  await readerOf().updateTable('recording').set({ rendition: null }).where('id', '=', recordingId).execute()
  const { media } = world.server.modules
  expect(await media.askMissing(signal)).toBe(1)
  expect(await media.askMissing(signal)).toBe(0)
  await work()
  expect(await find(recordingId)).toMatchObject({ rendition: 'proxy' })
})
