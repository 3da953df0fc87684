import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkSaid } from '#oversight'
import { openStaging, type Staging } from '#platform/object-store'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { withoutMoov } from '../../demo/clips/damage.ts'
import { makeFiles, sourceOf } from './media-support.ts'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { probe } from './probe.ts'

const isThere = findTool('ffmpeg') !== undefined
const searchPath = process.env['PATH'] ?? ''
const signal = new AbortController().signal

/** What is done at a moment of the work, once. */
let interrupt: { at: 'append aside' | 'remove derived'; by: () => Promise<void> } | undefined
async function pass(step: 'append aside' | 'remove derived', isIt: boolean): Promise<void> {
  if (!isIt || interrupt?.at !== step) return
  const { by } = interrupt
  interrupt = undefined
  await by()
}
const interrupted = (staging: Staging): Staging => ({
  ...staging,
  async append(name, fromBytes) {
    await pass('append aside', name.startsWith('aside-'))
    return staging.append(name, fromBytes)
  },
  async remove(name) {
    await pass('remove derived', name.startsWith('derived-'))
    return staging.remove(name)
  },
})

let world: World
let files: Readonly<Record<'hevc' | 'mjpeg' | 'turned' | 'stream' | 'programme', Uint8Array>>
beforeAll(async () => {
  if (!isThere) return reportMissingTool('ffmpeg', 'that pictures which no browser decodes are encoded anew')
  files = await makeFiles({
    hevc: '-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -c:a aac -f mp4',
    mjpeg: '-c:v mjpeg -c:a pcm_s16le -f avi',
    turned: '-c:v mpeg4 -c:a aac -f mov',
    stream: '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -f mpegts',
    programme: '-c:v mpeg2video -c:a mp2 -f vob',
  })
  world = await createWorld({
    around: async (settings) => {
      const staging = interrupted(await openStaging(join(settings.dataFolder, 'staging')))
      return { ...settings, codecEngine: 'ffmpeg', searchPath, staging }
    },
  })
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
})

let received = 0
/** Another recording each time, though its pictures are the same: what follows a file is not of it. */
async function prepared(bytes: Uint8Array): Promise<{ recordingId: RecordingId; original: Uint8Array }> {
  received += 1
  const { media } = world.server.modules
  const original = Buffer.concat([bytes, Buffer.from(`\0\0\0\x10free${`${received}`.padStart(8)}`, 'latin1')])
  const recordingId = await world.receive(original)
  await media.prepare({ corpsId: world.officer.corpsId, recordingId }, signal)
  return { recordingId, original }
}
const run = () => world.server.modules.tasks.runNext('long', signal)
const find = (recordingId: RecordingId) => world.server.modules.recordings.find(world.officer.corpsId, recordingId)
const findBytes = async (recordingId: RecordingId, kind: 'payload' | 'proxy' | 'storyboard' | 'poster') => {
  const source = await world.server.modules.vault.find(world.server.db.of(world.officer.corpsId), recordingId, kind)
  return source === undefined ? undefined : Buffer.from(await source.read(0, source.sizeBytes))
}
const proxyTask = async (recordingId: RecordingId) => {
  const tasks = await world.server.modules.tasks.list(toActor(world.officer), recordingId)
  const task = tasks.find(({ kind }) => kind === 'proxy')
  if (task === undefined) throw new Error('no proxy was asked for')
  return task
}
const madeEntries = async (recordingId: RecordingId) =>
  (await world.trail(recordingId)).filter(({ type }) => type === 'proxy-made')
const sha256 = (bytes: Uint8Array | undefined) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')

test.for(['hevc', 'mjpeg'] as const)(
  'of pictures that no browser decodes (%s) others are made, sealed and marked; the recording stays',
  async (name) => {
    if (!isThere) return
    const { recordingId, original } = await prepared(files[name])
    expect(await find(recordingId)).toMatchObject({ rendition: 'making', playable: false, proxy: null })
    await run()

    const proxy = await findBytes(recordingId, 'proxy')
    expect(await find(recordingId)).toMatchObject({
      rendition: 'proxy',
      playable: true,
      proxy: {
        method: 'encoded',
        videoCodec: 'avc',
        audioCodec: 'aac',
        heightPx: 120,
        sizeBytes: proxy?.length,
        sha256: sha256(proxy),
      },
    })
    const told = (await find(recordingId))?.proxy
    expect(told?.madeBy).toMatch(/^ffmpeg \S+: .*-c:v libx264.*; mediabunny \d+\.\d+\.\d+$/)
    // Of its pictures, though its sound is a little longer.
    expect(told?.framesPerSecond).toBe(25)
    const made = await probe(sourceOf(proxy ?? new Uint8Array()), signal)
    expect(made).toMatchObject({ container: 'mp4', damage: 'none', isFragmented: false })
    expect(Math.abs((made.durationMs ?? 0) - 2000)).toBeLessThanOrEqual(80)

    // Nothing of it lies anywhere but sealed, and of the work nothing is left.
    expect((await world.objectKeys()).filter((key) => key.startsWith('staging/'))).toEqual([])
    expect(sha256(await findBytes(recordingId, 'payload'))).toBe(sha256(original))
    expect(await madeEntries(recordingId)).toHaveLength(1)
  },
)

test.for(['append aside', 'remove derived'] as const)(
  'a proxy that is cancelled while it is made, or before it is told of, leaves nothing (%s)',
  async (at) => {
    if (!isThere) return
    const { recordingId, original } = await prepared(files.mjpeg)
    const { id } = await proxyTask(recordingId)
    let isInterrupted = false
    interrupt = {
      at,
      by: async () => {
        isInterrupted = true
        await world.server.modules.tasks.cancel(toActor(world.officer), id)
      },
    }
    await run()

    expect(isInterrupted).toBe(true)
    expect(await proxyTask(recordingId)).toMatchObject({ state: 'cancelled' })
    expect(await find(recordingId)).toMatchObject({ rendition: 'none', playable: false, proxy: null })
    expect(await findBytes(recordingId, 'proxy')).toBeUndefined()
    expect(await madeEntries(recordingId)).toEqual([])
    expect((await world.objectKeys()).filter((key) => key.startsWith('staging/'))).toEqual([])
    expect(sha256(await findBytes(recordingId, 'payload'))).toBe(sha256(original))

    // Tried again, it is made.
    await world.server.modules.tasks.retry(toActor(world.officer), id)
    expect(await find(recordingId)).toMatchObject({ rendition: 'making' })
    await run()
    expect(await find(recordingId)).toMatchObject({ rendition: 'proxy' })
  },
)

test('H.265 without its index is gathered and decoded as another recording of its camera tells, which is entered', async () => {
  if (!isThere) return
  await prepared(files.hevc)
  await world.server.db.everyCorps.deleteFrom('task').execute()
  const { recordingId, original } = await prepared(withoutMoov(files.hevc))
  expect(await find(recordingId)).toMatchObject({ rendition: 'making', damage: 'no-index' })
  await run()
  const recording = await find(recordingId)
  expect(recording).toMatchObject({
    rendition: 'proxy',
    damages: [{ kind: 'no-index' }, { kind: 'timing-lost' }],
    proxy: { method: 'reconstructed', videoCodec: 'avc', audioCodec: null, framesPerSecond: 25, durationMs: 2000 },
  })
  // Its parameters by their digest alone: whoever may know of this one may not know of the other.
  expect(recording?.proxy?.madeBy).toMatch(/^ffmpeg .*; parameters of its camera, SHA-256 [0-9a-f]{64}$/)
  const { entries } = await world.server.modules.custody.trail(world.officer.corpsId, recordingId)
  const { parametersOf } = entries.find(({ type }) => type === 'proxy-made')?.details ?? {}
  const other = await find(parametersOf as RecordingId)
  expect(other).toMatchObject({ cameraId: recording?.cameraId, damage: 'none', facts: { video: { codec: 'hevc' } } })
  expect(await checkSaid(world.server.db.everyCorps)).toEqual([])
  expect(sha256(await findBytes(recordingId, 'payload'))).toBe(sha256(original))
})

test('a transport stream that lost bytes, and a programme stream, are played by ffmpeg alone', async () => {
  if (!isThere) return
  for (const bytes of [
    Uint8Array.from([...files.stream.subarray(0, 1000), ...files.stream.subarray(1500)]),
    files.programme,
  ]) {
    const { recordingId } = await prepared(bytes)
    await run()
    const recording = await find(recordingId)
    expect(recording).toMatchObject({
      rendition: 'proxy',
      proxy: { method: 'encoded', videoCodec: 'avc', givesTimes: true },
    })
    expect(recording?.durationMs).toBeGreaterThan(1000)
  }
})

test('what does not say how long it is, and shows nothing, has length and pictures of its proxy', async () => {
  if (!isThere) return
  await prepared(await world.clip()) // a sound one of its camera
  await world.server.db.everyCorps.deleteFrom('task').execute() // what else is asked for is tried elsewhere
  const { recordingId, original } = await prepared(withoutMoov(await world.clip()))
  expect(await find(recordingId)).toMatchObject({ durationMs: null, hasStoryboard: false, facts: { video: null } })
  const { tasks } = world.server.modules
  const kinds = async () => (await tasks.list(toActor(world.officer), recordingId)).map(({ kind }) => kind).toSorted()
  expect(await kinds()).toEqual(['proxy'])
  await run()
  expect(await kinds()).toEqual(['pictures', 'proxy'])
  while ((await tasks.runNext('short', signal)) !== undefined);

  const recording = await find(recordingId)
  expect(recording).toMatchObject({ hasStoryboard: true, damage: 'no-index', facts: { video: null, audio: null } })
  expect(recording?.proxy).toMatchObject({
    method: 'reconstructed',
    givesTimes: true,
    durationMs: recording?.durationMs,
  })
  expect(recording?.scrub?.frames).toBeGreaterThan(10)
  for (const kind of ['storyboard', 'poster'] as const) {
    expect((await findBytes(recordingId, kind))?.readUInt16BE(0)).toBe(0xff_d8)
  }
  expect(sha256(await findBytes(recordingId, 'payload'))).toBe(sha256(original))
})
