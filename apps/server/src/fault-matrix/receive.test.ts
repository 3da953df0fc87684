import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { RecordingId, UploadId } from '@getuige/base'
import { expect, test } from 'vitest'
import { openMedia } from '#media'
import { runSql } from '#platform/database'
import { AppError } from '#platform/errors'
import {
  clipOfAnotherDay,
  expectNothingLeftOver,
  failEveryStep,
  type Operation,
  readBack,
  type Stage,
  typesIn,
} from '../testing/faults.ts'
import { toActor, type World } from '../testing/world.ts'

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const findStored = ({ server, officer }: World, bytes: Uint8Array) =>
  server.modules.recordings.findByDigest(officer.corpsId, sha256Of(bytes))

type Received = { bytes: Uint8Array; uploadId?: UploadId; acknowledged: number; isStored: boolean }

/** Send what is missing, in pieces that end inside a chunk, on its edge, and at the end. */
async function send({ world }: Stage, given: Received): Promise<void> {
  const actor = toActor(world.camera.wearer)
  const { ingest } = world.server.modules
  const { bytes } = given
  const announcement = { filename: 'recording.mp4', sha256: sha256Of(bytes).toString('hex'), camera: 'CAM-1' }
  given.uploadId ??= (await ingest.announce(actor, announcement, bytes.length)).id
  const uploadId = given.uploadId
  for (const end of [70_000, 2 * 65_536, bytes.length]) {
    if (end <= given.acknowledged) continue
    const from = given.acknowledged
    given.acknowledged = await ingest.append(actor, uploadId, Readable.from([bytes.subarray(from, end)]), from)
  }
  given.isStored = true
}

const receiving: Operation<Received> = {
  name: 'receiving',
  known: [
    'write upload',
    'keys make-secret',
    'staging write age',
    'staging sync age',
    'staging write tail',
    'staging sync tail',
    'store put payload.age',
    'commit custody_entry+queued_job+recording+recording_term+upload+vault_key+vault_object',
    'keys destroy-secret',
    'staging remove age',
  ],
  prepare: async ({ world }) => ({ bytes: await clipOfAnotherDay(world), acknowledged: 0, isStored: false }),
  run: send,
  async holds({ world }, { bytes, isStored }) {
    const stored = await findStored(world, bytes)
    if (isStored) expect(stored).toBeDefined()
    if (stored === undefined) return
    // It is seen only whole: its bytes, its key and its entry are there.
    expect((await readBack(world, stored.id))?.equals(bytes)).toBe(true)
    expect(await typesIn(world, stored.id)).toEqual(['recording-received'])
  },
  async again(stage, given) {
    const { camera, server } = stage.world
    if ((await findStored(stage.world, given.bytes)) !== undefined) return
    if (given.uploadId !== undefined) {
      const { offset } = await server.modules.ingest.findOffset(toActor(camera.wearer), given.uploadId)
      expect(offset).toBeGreaterThanOrEqual(given.acknowledged)
      given.acknowledged = offset
    }
    if ((await findStored(stage.world, given.bytes)) === undefined) await send(stage, given)
  },
  async ends({ world }, { bytes }) {
    const id = (await findStored(world, bytes))?.id ?? ('none' as RecordingId)
    expect((await readBack(world, id))?.equals(bytes)).toBe(true)
    expect(await typesIn(world, id)).toEqual(['recording-received'])
    const followUp = `select 1 from queued_job where name = 'media/prepare' and data->>'recordingId' = $1`
    expect(await runSql(world.server.db.everyCorps, followUp, [id])).toHaveLength(1)
  },
  endsAll: ({ world }) => expectNothingLeftOver(world),
}

type Refused = { bytes: Uint8Array; uploadId?: UploadId }

const refusing: Operation<Refused> = {
  name: 'refusing',
  known: ['commit custody_entry+upload', 'keys destroy-secret', 'store remove'],
  prepare: async ({ world }) => ({ bytes: await clipOfAnotherDay(world) }),
  async run({ world }, given) {
    const actor = toActor(world.camera.wearer)
    const { ingest } = world.server.modules
    const announcement = {
      filename: 'recording.mp4',
      sha256: sha256Of(Buffer.from('other')).toString('hex'),
      camera: 'CAM-1',
    }
    given.uploadId = (await ingest.announce(actor, announcement, given.bytes.length)).id
    await ingest.append(actor, given.uploadId, Readable.from([given.bytes]), 0).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'ingest/digest-mismatch')) throw error
    })
  },
  async holds({ world }, { bytes }) {
    expect(await findStored(world, bytes)).toBeUndefined()
  },
  async again(stage, given) {
    const { uploadId } = given
    if (uploadId === undefined) return refusing.run(stage, given)
    const actor = toActor(stage.world.camera.wearer)
    const { ingest } = stage.world.server.modules
    const goOn = async () => {
      const { offset } = await ingest.findOffset(actor, uploadId)
      await ingest.append(actor, uploadId, Readable.from([given.bytes.subarray(offset)]), offset)
    }
    // Its own refusal, or that there is no such upload: it was refused before, and nobody heard.
    await expect(goOn()).rejects.toThrow(/digest-mismatch|upload-not-found/)
  },
  async ends({ world }, { uploadId, bytes }) {
    expect(await findStored(world, bytes)).toBeUndefined()
    const { db } = world.server
    expect(await runSql(db.everyCorps, 'select 1 from upload where id = $1', [uploadId])).toEqual([])
    const refused = `select 1 from custody_entry where type = 'upload-refused' and details->>'received' = $1`
    expect(await runSql(db.everyCorps, refused, [sha256Of(bytes).toString('hex')])).toHaveLength(1)
  },
  endsAll: ({ world }) => expectNothingLeftOver(world),
}

/** One that decodes nothing, and makes the same small pictures of everything. */
const engine: Parameters<typeof openMedia>[0]['engine'] = {
  name: 'node-av',
  reason: null,
  ffmpegPath: null,
  frames: () => Promise.resolve([]),
  pictures: (_source, { atMs }) =>
    Promise.resolve(atMs.map(() => ({ widthPx: 4, heightPx: 4, rgb: new Uint8Array(48).fill(90) }))),
  encodeJpeg: ({ widthPx }) => Promise.resolve(Buffer.from(`a picture of ${widthPx}`)),
}
const mediaOf = ({ server, clock }: World) => openMedia({ ...server.modules, db: server.db, clock, engine })

const picturing: Operation<{ id: RecordingId }> = {
  name: 'making what is derived',
  known: [
    'store put storyboard.age',
    'store put poster.age',
    'commit custody_entry+queued_job+recording+task+vault_object',
  ],
  prepare: async ({ world }) => ({ id: await world.receive(await clipOfAnotherDay(world)) }),
  run: ({ world }, { id }) =>
    mediaOf(world).prepare({ corpsId: world.officer.corpsId, recordingId: id }, new AbortController().signal),
  async holds({ world }, { id }) {
    const { recordings, vault } = world.server.modules
    const isViewable = (await recordings.find(world.officer.corpsId, id))?.state === 'viewable'
    for (const kind of ['storyboard', 'poster'] as const) {
      const source = await vault.find(world.server.db.everyCorps, id, kind)
      expect(source !== undefined).toBe(isViewable)
      if (source !== undefined) expect((await source.read(0, source.sizeBytes)).toString()).toContain('a picture of')
    }
  },
  again: (stage, given) => picturing.run(stage, given),
  async ends(stage, { id }) {
    await picturing.holds(stage, { id })
    expect(await typesIn(stage.world, id)).toEqual(['recording-received', 'recording-probed'])
  },
  endsAll: ({ world }) => expectNothingLeftOver(world),
}

test('what is received in pieces is neither lost, doubled nor seen too early, whichever step fails', async () => {
  expect(await failEveryStep(receiving)).toEqual({ notFailed: [] })
})
test('what is refused leaves one entry and nothing else, whichever step fails', async () => {
  expect(await failEveryStep(refusing)).toEqual({ notFailed: [] })
})
test('what is derived is seen once all of it is there, whichever step fails', async () => {
  expect(await failEveryStep(picturing)).toEqual({ notFailed: [] })
})
