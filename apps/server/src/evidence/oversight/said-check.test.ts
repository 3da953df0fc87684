import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { type RecordingId, toHex } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { checkSaid } from './said-check.ts'

/** Whoever can run SQL as the role that owns the tables puts words into the mouths of others: the log must tell. */

let world: World
/** Which a proxy stands in the place of. */
let recordingId: RecordingId
let probedId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  recordingId = await world.viewableRecording()
  const { access, markers, media, search, together } = world.server.modules
  const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
  const { id: viewingId } = await access.startViewing(world.officer, recordingId, stated)
  const marker = await markers.add(world.officer, viewingId, { atMs: 500, toMs: null, note: 'Rode jas.' })
  await markers.change(world.officer, viewingId, marker.id, { atMs: 500, toMs: 900, note: 'Blauwe jas.' })
  await markers.add(world.officer, viewingId, { atMs: 700, toMs: null, note: 'Weg.' })
  const gone = await markers.add(world.officer, viewingId, { atMs: 800, toMs: null, note: 'Vergissing.' })
  await markers.remove(world.officer, viewingId, gone.id)
  const clockWas = { offsetMs: 1500, againstId: null, reason: 'De torenklok.' }
  await together.correct(world.officer, viewingId, clockWas)
  await together.correct(world.officer, viewingId, { ...clockWas, offsetMs: 1400 })
  await search.changeTags(toActor(world.officer), recordingId, ['plein', 'avond'])
  await search.changeTags(toActor(world.officer), recordingId, ['avond', 'markt'])
  probedId = await world.viewableRecording()
  const point = '<trkpt lat="52.07" lon="4.31"/>'
  const gpx = Buffer.from(`<gpx version="1.1"><trk><trkseg>${point}${point}</trkseg></trk></gpx>`)
  const sha256 = createHash('sha256').update(gpx).digest('hex')
  const announced = { recordingId: probedId, name: 'track.gpx', sha256 }
  await media.receiveSidecar(toActor(world.officer), announced, Readable.from([gpx]), new AbortController().signal)
  await makeProxy(randomBytes(1000))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

/** As a task makes one: which bytes does not matter here. */
async function makeProxy(plain: Uint8Array): Promise<void> {
  const { db, modules } = world.server
  const { corpsId } = world.officer
  const object = await modules.vault.writeDerived(db.of(corpsId), recordingId, corpsId, 'proxy', plain)
  if (object === undefined) throw new Error('the recording has no key')
  const made = { method: 'remuxed', sizeBytes: plain.length, madeBy: 'x' } as const
  const sha256 = createHash('sha256').update(plain).digest('hex')
  await modules.custody.act({ kind: 'system', corpsId }, async (tx, record) => {
    await modules.vault.claim(tx, object)
    const more = {
      videoCodec: 'avc',
      audioCodec: null,
      heightPx: 270,
      framesPerSecond: 25,
      durationMs: 1000,
      givesTimes: false,
    }
    const proxy = { ...made, ...more, sha256, madeAt: '2026-11-22T12:00:00.000Z' }
    await modules.recordings.tellRendition(tx, recordingId, { rendition: 'proxy', proxy })
    const payloadSha256 = toHex(object.payloadSha256)
    return record({ type: 'proxy-made', recordingId, details: { ...made, sha256, payloadSha256 } })
  })
}

test('what was said of recordings is as the log says it, where nobody wrote to the database beside the server', async () => {
  expect(await checkSaid(world.server.db.everyCorps)).toEqual([])
})

test.each([
  ['another note', `update recording_marker set note = 'Groene jas.' where to_ms is not null`, 'marker-differs'],
  ['a note at another moment', 'update recording_marker set at_ms = at_ms + 1', 'marker-differs'],
  ['a stretch that was a moment', 'update recording_marker set to_ms = 1000', 'marker-differs'],
  ['a note of somebody else', 'update recording_marker set made_by = r.wearer_id from recording r', 'marker-differs'],
  ['a note taken away', 'delete from recording_marker', 'marker-differs'],
  [
    'a note that nobody made',
    `insert into recording_marker select 'marker_x', corps_id, recording_id, 1, null, '', made_by, made_at, purpose
      from recording_marker limit 1`,
    'marker-differs',
  ],
  ['a note for another purpose', `update recording_marker set purpose = 'complaint'`, 'marker-differs'],
  ['a note of another day', `update recording_marker set made_at = made_at - interval '1 day'`, 'marker-differs'],
  ['another correction of a clock', 'update clock_correction set offset_ms = 1501', 'correction-differs'],
  [
    'a correction of another day',
    `update clock_correction set made_at = made_at - interval '1 day'`,
    'correction-differs',
  ],
  [
    'a correction put in force again',
    'update clock_correction set place = default where offset_ms = 1500',
    'correction-differs',
  ],
  ['a correction for another reason', `update clock_correction set reason = ''`, 'correction-differs'],
  ['a correction taken away', 'delete from clock_correction', 'correction-differs'],
  [
    'a correction that nobody made',
    `insert into clock_correction (id, corps_id, recording_id, offset_ms, reason, made_by, made_at)
      select 'k_x', corps_id, recording_id, 0, '', made_by, made_at from clock_correction limit 1`,
    'correction-differs',
  ],
  ['a tag that nobody gave', `update recording set tags = tags || '{x}'`, 'tags-differ'],
  ['a tag taken away', `update recording set tags = '{}'`, 'tags-differ'],
  [
    'a proxy of other bytes',
    `update vault_object set payload_sha256 = decode(repeat('00', 32), 'hex') where kind = 'proxy'`,
    'proxy-differs',
  ],
  [
    'other words about a proxy',
    `update recording set proxy = jsonb_set(proxy, '{method}', '"encoded"')`,
    'proxy-differs',
  ],
  ['a proxy by hand', `delete from custody_entry where type = 'proxy-made'`, 'proxy-differs'],
  ['another digest of what came beside it', `update recording_sidecar set sha256 = '\\xab'`, 'sidecar-differs'],
  ['what a dock is said to have brought', 'update recording_sidecar set by_dock = true', 'sidecar-differs'],
  ['what came beside it taken away', 'delete from recording_sidecar', 'sidecar-differs'],
  ['its bytes taken away', `delete from vault_object where kind like 'sidecar/%'`, 'sidecar-differs'],
  ['damage that is hidden', `update recording set damage = 'truncated'`, 'probe-differs'],
  ['another length', 'update recording set duration_ms = 1', 'probe-differs'],
  ['one that is said not to play', `update recording set rendition = 'none' where proxy is null`, 'probe-differs'],
  ['an original played in the place of its proxy', `update recording set rendition = 'direct'`, 'proxy-differs'],
] as const)('fsck finds %s', async (_case, statement, expected) => {
  const done = world.server.db.everyCorps.transaction().execute(async (tx) => {
    await runSql(tx, statement)
    const findings = await checkSaid(tx)
    expect([...new Set(findings.map(({ what }) => what))]).toEqual([expected])
    throw new Error('and back')
  })
  await expect(done).rejects.toThrow('and back')
})
