import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unwrapWithIdentity } from '@getuige/proof'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { createWorld, toActor, type World } from '../../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

test('the escrow identity recovers a recording with age alone: header, payload, nothing of ours', async () => {
  const recording = await world.clip()
  const recordingId = await world.receive(recording)
  const view = await world.server.modules.vault.escrowView(recordingId)
  if (view === undefined) throw new Error('there is no header')
  expect(() => unwrapWithIdentity(view.header, view.identity)).not.toThrow()

  if (findTool('age') === undefined) {
    reportMissingTool('age', 'that the escrow identity opens a sealed recording')
    return
  }
  const folder = await mkdtemp(join(tmpdir(), 'getuige-escrow-'))
  try {
    const payload = await readFile(join(world.settings.dataFolder, 'vault', view.objectKey))
    await writeFile(join(folder, 'escrow.key'), `${view.identity}\n`, { mode: 0o600 })
    const opened = spawnSync('age', ['-d', '-i', join(folder, 'escrow.key')], {
      input: Buffer.concat([view.header, payload]),
      maxBuffer: 64 * 1024 * 1024,
    })
    expect(opened.stderr.toString()).toBe('')
    expect(createHash('sha256').update(opened.stdout).digest('hex')).toBe(
      createHash('sha256').update(recording).digest('hex'),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('with the key of its day destroyed, no copy of the database and the objects opens a recording', async () => {
  const recordingId = await world.storedRecording()
  const copyOfKeyRow = await world.server.db.everyCorps
    .selectFrom('vault_key')
    .selectAll()
    .where('recording_id', '=', recordingId)
    .executeTakeFirstOrThrow()
  world.clock.turn(new Date('2026-12-20T12:00:00Z'))
  const { retention, vault } = world.server.modules
  await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
  for (const job of vault.jobs) await job.run({ bucket: copyOfKeyRow.bucket }, new AbortController().signal)

  // Yesterday's back-up of the row comes back; the key of the day does not.
  await world.server.db.everyCorps.insertInto('vault_key').values(copyOfKeyRow).execute()
  await expect(vault.escrowView(recordingId)).resolves.toBeUndefined()
  await world.server.db
    .of(world.officer.corpsId)
    .insertInto('vault_object')
    .values({
      recording_id: recordingId,
      kind: 'payload',
      object_key: 'gone',
      plain_bytes: 1,
      payload_sha256: Buffer.alloc(32),
    })
    .execute()
  await expect(vault.find(world.server.db.everyCorps, recordingId, 'payload')).rejects.toThrow('was destroyed')
  await expect(vault.escrowView(recordingId)).rejects.toThrow('was destroyed')
})

test('a hold moves the key out of the day it would die with, and lifting it moves it back', async () => {
  world.clock.turn(new Date('2026-12-25T12:00:00Z'))
  const recordingId = await world.receive(await world.clip({ recordedOn: '2026-12-24' }))
  const bucketOf = async () =>
    (
      await world.server.db.everyCorps
        .selectFrom('vault_key')
        .select('bucket')
        .where('recording_id', '=', recordingId)
        .executeTakeFirstOrThrow()
    ).bucket
  const day = await bucketOf()
  expect(day).toMatch(/due-2027-01-21$/)
  const { retention, vault } = world.server.modules
  const officer = toActor(world.officer)
  const hold = await retention.placeHold(officer, {
    recordingId,
    kind: 'report',
    number: 'PL1',
    reason: 'Aangifte loopt.',
  })
  expect(await bucketOf()).toContain(`hold-${recordingId}`)
  for (const job of vault.jobs) await job.run({ bucket: day }, new AbortController().signal)
  const source = await vault.find(world.server.db.everyCorps, recordingId, 'payload')
  expect((await source?.read(4, 8))?.toString()).toBe('ftyp')
  await world.liftHold(hold.id)
  expect(await bucketOf()).toBe(day)
})
