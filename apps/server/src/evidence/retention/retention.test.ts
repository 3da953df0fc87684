import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CorpsId } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Vault } from '#vault'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { openRetention, type Retention } from './index.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const afterPeriod = new Date('2026-12-20T12:00:00Z')
const hold = { kind: 'report', number: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' } as const

/** On the same database and objects, with a vault that does some things otherwise. */
function retentionWith(vault: Partial<Vault>): Retention {
  const { modules, db } = world.server
  return openRetention({
    ...modules,
    db,
    clock: world.clock,
    log: world.settings.log,
    vault: { ...modules.vault, ...vault },
    ask: modules.approvals.ask,
    timeZoneOf: async () => 'Europe/Amsterdam',
  })
}

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
      await world.liftHold(placed.id)
      const source = await vault.find(world.server.db.everyCorps, recordingId, 'payload')
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
        const source = await vault.find(world.server.db.everyCorps, recordingId, 'payload')
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
    const keys = await world.server.db.everyCorps
      .selectFrom('vault_key')
      .select('recording_id')
      .where('recording_id', '=', recordingId)
      .execute()
    expect(keys).toEqual([])
  })

  test('that stopped after the key was destroyed is ended by the next run, with one certificate', async () => {
    const recordingId = await world.storedRecording()
    await inAWorldAt(afterPeriod, async () => {
      const { modules, db } = world.server
      const stopped = retentionWith({ removeObjects: () => Promise.reject(new Error('the disk is gone')) })
      const actor = toActor(world.administrator)
      await expect(stopped.erase(actor, recordingId)).rejects.toThrow('the disk is gone')
      expect((await modules.recordings.find(actor.corpsId, recordingId))?.state).toBe('erasing')
      expect(await modules.vault.find(db.everyCorps, recordingId, 'payload')).toBeUndefined()

      await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
      await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    })
    expect((await world.trail(recordingId)).map(({ type }) => type)).toEqual([
      'recording-received',
      'erasure-begun',
      'recording-erased',
    ])
  })

  test('of many at once spares the held, is not spared by one that fails, and goes on with that one later', async () => {
    const ids = await Promise.all(Array.from({ length: 7 }, () => world.storedRecording()))
    const [held, stuck] = ids
    if (held === undefined || stuck === undefined) throw new Error('no recordings')
    await world.server.modules.retention.placeHold(toActor(world.officer), { recordingId: held, ...hold })
    const whole = ['recording-received', 'erasure-begun', 'recording-erased']
    await inAWorldAt(afterPeriod, async () => {
      const failing = retentionWith({
        removeObjects: async (some) => {
          if (some.includes(stuck)) throw new Error('this one lies on a bad sector')
          return world.server.modules.vault.removeObjects(some)
        },
      })
      const system = (corpsId: CorpsId) => ({ kind: 'system', corpsId }) as const
      expect(await failing.eraseDue(system)).toMatchObject({ erased: 5, failed: 1 })
      for (const id of ids.slice(2)) expect((await world.trail(id)).map(({ type }) => type)).toEqual(whole)
      expect((await world.trail(stuck)).map(({ type }) => type)).toEqual(whole.slice(0, 2))

      expect(await world.server.modules.retention.eraseDue(system)).toEqual({ erased: 1, failed: 0, failures: [] })
      expect(await world.server.modules.retention.eraseDue(system)).toEqual({ erased: 0, failed: 0, failures: [] })
    })
    expect((await world.trail(stuck)).map(({ type }) => type)).toEqual(whole)
    expect((await world.trail(held)).map(({ type }) => type)).toEqual(['recording-received', 'hold-placed'])
    expect(
      (await world.server.modules.vault.find(world.server.db.everyCorps, held, 'payload'))?.sizeBytes,
    ).toBeGreaterThan(0)
    const { state } = (await world.server.modules.recordings.find(world.officer.corpsId, held)) ?? {}
    expect(state).toBe('stored')
  })

  test('never touches a recording within its period', async () => {
    const recordingId = await world.storedRecording()
    await inAWorldAt(new Date('2026-12-19T08:00:00Z'), async () => {
      await world.server.modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    })
    expect((await world.trail(recordingId)).map(({ type }) => type)).toEqual(['recording-received'])
  })
})
