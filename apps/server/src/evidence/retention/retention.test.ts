import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, toActor, type World } from '../../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const afterPeriod = new Date('2026-12-20T12:00:00Z')
const hold = { kind: 'report', number: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' } as const

async function inAWorldAt(now: Date, work: () => Promise<void>): Promise<void> {
  const before = world.clock.now()
  world.clock.turn(now)
  try {
    await work()
  } finally {
    world.clock.turn(before)
  }
}

describe('a hold', () => {
  test('that is refused leaves no trace; one that is granted leaves exactly one custody entry', async () => {
    const recordingId = await world.storedRecording()
    const { retention } = world.server.modules
    const refused = retention.placeHold(toActor(world.camera.wearer), { recordingId, ...hold })
    await expect(refused).rejects.toMatchObject({ code: 'access/denied' })
    expect((await world.trail(recordingId)).map(({ type }) => type)).toEqual(['recording-received'])

    await retention.placeHold(toActor(world.officer), { recordingId, ...hold })
    expect((await world.trail(recordingId)).map(({ type }) => type)).toEqual(['recording-received', 'hold-placed'])
  })

  test('keeps a recording past its day; once it is lifted the recording is erased', async () => {
    const recordingId = await world.storedRecording()
    const { retention, recordings, vault } = world.server.modules
    const officer = toActor(world.officer)
    const placed = await retention.placeHold(officer, { recordingId, ...hold })
    await inAWorldAt(afterPeriod, async () => {
      await expect(retention.erase(toActor(world.administrator), recordingId)).rejects.toMatchObject({
        code: 'retention/must-keep',
      })
      expect((await recordings.find(officer.corpsId, recordingId))?.state).toBe('stored')
      await retention.liftHold(officer, placed.id, 'De zaak is afgesloten.')
      const source = await vault.find(world.server.db, recordingId, 'payload')
      expect((await source?.read(4, 8))?.toString()).toBe('ftyp')
      await retention.erase(toActor(world.administrator), recordingId)
      expect((await recordings.find(officer.corpsId, recordingId))?.state).toBe('erased')
    })
  })

  test('that races an erasure either keeps the recording whole or comes too late: never half', async () => {
    const { retention, recordings, vault } = world.server.modules
    const officer = toActor(world.officer)
    const ids = await Promise.all(Array.from({ length: 12 }, () => world.storedRecording()))
    await inAWorldAt(afterPeriod, async () => {
      for (const recordingId of ids) {
        const [held, erased] = await Promise.allSettled([
          retention.placeHold(officer, { recordingId, ...hold }),
          retention.erase(toActor(world.administrator), recordingId),
        ])
        expect([held.status, erased.status].toSorted()).toEqual(['fulfilled', 'rejected'])
        const recording = await recordings.find(officer.corpsId, recordingId)
        const source = await vault.find(world.server.db, recordingId, 'payload')
        if (held.status === 'fulfilled') {
          expect(recording).toMatchObject({ state: 'stored', isHeld: true })
          expect((await source?.read(4, 8))?.toString()).toBe('ftyp')
        } else {
          expect(recording).toMatchObject({ state: 'erased', isHeld: false })
          expect(source).toBeUndefined()
        }
      }
    })
  })
})

describe('erasure', () => {
  test('leaves neither key nor bytes, and a certificate in the trail', async () => {
    const recordingId = await world.storedRecording()
    const { retention } = world.server.modules
    await inAWorldAt(afterPeriod, async () => {
      await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    })
    expect((await world.trail(recordingId)).map(({ type }) => type)).toEqual([
      'recording-received',
      'erasure-begun',
      'recording-erased',
    ])
    const files = await readdir(join(world.settings.dataFolder, 'vault'), { recursive: true, withFileTypes: true })
    expect(files.filter((file) => file.isFile() && file.parentPath.includes(recordingId))).toEqual([])
    const keys = await world.server.db
      .selectFrom('vault_key')
      .select('recording_id')
      .where('recording_id', '=', recordingId)
      .execute()
    expect(keys).toEqual([])
  })

  test('that stopped after the key was destroyed is ended by the next run, with one certificate', async () => {
    const recordingId = await world.storedRecording()
    await inAWorldAt(afterPeriod, async () => {
      const objects = world.server.modules.vault
      const broken = { ...objects, removeObjects: () => Promise.reject(new Error('the disk is gone')) }
      const { openRetention } = await import('./index.ts')
      const { modules, db } = world.server
      const stopped = openRetention({
        ...modules,
        db,
        clock: world.clock,
        log: world.settings.log,
        vault: broken,
        findLawPack: modules.deployments.findLawPack,
        timeZoneOf: async () => 'Europe/Amsterdam',
      })
      const actor = toActor(world.administrator)
      await expect(stopped.erase(actor, recordingId)).rejects.toThrow('the disk is gone')
      expect((await modules.recordings.find(actor.corpsId, recordingId))?.state).toBe('erasing')
      expect(await modules.vault.find(db, recordingId, 'payload')).toBeUndefined()

      await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
      await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    })
    expect((await world.trail(recordingId)).map(({ type }) => type)).toEqual([
      'recording-received',
      'erasure-begun',
      'recording-erased',
    ])
  })

  test('never touches a recording within its period', async () => {
    const recordingId = await world.storedRecording()
    await inAWorldAt(new Date('2026-12-19T08:00:00Z'), async () => {
      await world.server.modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    })
    expect((await world.trail(recordingId)).map(({ type }) => type)).toEqual(['recording-received'])
  })
})
