import { randomBytes } from 'node:crypto'
import type { RecordingId, ViewingId } from '@getuige/base'
import * as contract from '@getuige/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type Site, type World } from '../../testing/world.ts'

let world: World
let site: Site
let recordingId: RecordingId
let viewingId: ViewingId
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  recordingId = await world.viewableRecording()
  const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
  viewingId = (await world.server.modules.access.startViewing(world.officer, recordingId, stated)).id
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function keep(kind: 'proxy' | 'waveform' | 'track', plain: Uint8Array): Promise<void> {
  const { db, modules } = world.server
  const reader = db.of(world.officer.corpsId)
  const object = await modules.vault.writeDerived(reader, recordingId, world.officer.corpsId, kind, plain)
  if (object === undefined) throw new Error('the recording has no key')
  await reader.transaction().execute((tx) => modules.vault.claim(tx, object))
}

const paths = [contract.viewingProxyPath, contract.viewingWaveformPath, contract.viewingTrackPath]

test('what was not made of a recording is told as such to whoever views it', async () => {
  for (const path of paths) {
    expect(await site.ask('GET', path(viewingId), { as: world.officer })).toMatchObject({
      status: 404,
      body: { code: 'media/not-made' },
    })
  }
})

test('a viewing opens the proxy by range, the waveform and the track of its recording', async () => {
  const proxy = randomBytes(300_000)
  await keep('proxy', proxy)
  await keep('waveform', Buffer.from([0, 128, 255]))
  const point = { atMs: 0, latitude: 52.07, longitude: 4.3, speed: null, accuracyM: 5 }
  await keep('track', Buffer.from(JSON.stringify([point])))

  const range = { headers: { range: 'bytes=100000-299999' }, as: world.officer }
  const part = await site.fetch(contract.viewingProxyPath(viewingId), range)
  expect([part.status, part.headers.get('content-type')]).toEqual([206, 'video/mp4'])
  expect(Buffer.from(await part.arrayBuffer())).toEqual(proxy.subarray(100_000))

  const waveform = await site.fetch(contract.viewingWaveformPath(viewingId), { as: world.officer })
  expect(waveform.headers.get('content-type')).toBe('application/octet-stream')
  expect([...new Uint8Array(await waveform.arrayBuffer())]).toEqual([0, 128, 255])
  const track = await site.ask('GET', contract.viewingTrackPath(viewingId), { as: world.officer })
  expect(track.body).toEqual({ points: [point] })
  expect(await world.server.modules.access.requireViewing(world.officer, viewingId)).toMatchObject({
    viewing: { recordingId, purpose: 'report', reference: 'PL1500 2026123456-1' },
    recording: { id: recordingId },
  })
})

test('nobody else opens them, and not even the viewer once the viewing has ended', async () => {
  const colleague = await world.person('records-officer')
  for (const path of paths) {
    expect(await site.ask('GET', path(viewingId))).toMatchObject({ status: 401 })
    expect(await site.ask('GET', path(viewingId), { as: colleague })).toMatchObject({ status: 404 })
  }
  await expect(world.server.modules.access.requireViewing(colleague, viewingId)).rejects.toThrow('viewing/not-found')

  world.clock.turn(new Date(world.clock.now().getTime() + 61 * 60_000))
  const { access } = world.server.modules
  for (const kind of ['proxy', 'waveform', 'track'] as const) {
    await expect(access.openViewing(world.officer, viewingId, kind)).rejects.toThrow('viewing/ended')
  }
  await expect(access.requireViewing(world.officer, viewingId)).rejects.toThrow('viewing/ended')
})
