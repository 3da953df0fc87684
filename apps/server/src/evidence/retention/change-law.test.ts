import { addPeriod, type JsonValue, type RecordingId } from '@getuige/base'
import { findPack } from '@getuige/law'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdoptLaw } from '#deployments'
import { checkRegister } from '#recordings'
import { listHoldsInForce, openRetention } from '#retention'
import { createWorld, type Site, toActor, type World, worldBegins } from '../../testing/world.ts'

let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld({ lawPackId: 'be-gpi' })
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const modules = () => world.server.modules
const find = async (id: RecordingId) => {
  const recording = await modules().recordings.find(world.officer.corpsId, id)
  return recording ?? expect.fail('the recording is gone')
}
const request = {
  packId: 'be-gpi',
  settings: {},
  inForceFrom: null,
  alsoExisting: false,
  reason: 'Besluit van de raad.',
}
const adopting = (body: object) =>
  site.ask('POST', '/api/law/adoptions', {
    as: world.administrator,
    body: { ...request, ...body },
  })
/** Asked and approved; sessions may be over by then. */
const adopt = async (change: Partial<AdoptLaw>) =>
  world.approve(await modules().deployments.askAdoption(toActor(world.administrator), { ...request, ...change }))
const inForce = async () =>
  ((await site.ask('GET', '/api/law', { as: world.camera.wearer })).body as { inForce: { key: string } }).inForce.key

describe('the settings of a zone', () => {
  test('outside the bounds of the pack are refused with the rule, its article and the bounds', async () => {
    const rule = findPack('be-gpi')?.retention.keepFor
    for (const keepFor of [{ days: 29 }, { months: 13 }]) {
      const answer = await adopting({ settings: { keepFor } })
      expect(answer).toMatchObject({
        status: 422,
        body: {
          code: 'law/setting-out-of-bounds',
          details: { setting: 'keepFor', ruleId: rule?.ruleId, least: 'P30D', most: 'P12M' },
        },
      })
    }
  })

  test('come into force when a second person has approved, and not before', async () => {
    const before = await inForce()
    const { body } = await adopting({ settings: { keepFor: { days: 60 } } })
    expect(await inForce()).toBe(before)
    const { approvalId } = body as { approvalId: string }
    const self = modules().approvals.approve(toActor(world.administrator), approvalId as never, 'Ik keur zelf goed.')
    await expect(self).rejects.toThrow()
    expect(await inForce()).toBe(before)
    await world.approve({ approvalId })
    expect(await inForce()).toBe('be-gpi@1{"keepFor":{"days":60}}')
  })

  test('never hold from an instant that has passed', async () => {
    const yesterday = new Date(world.clock.now().getTime() - 86_400_000).toISOString()
    expect(await adopting({ settings: { keepFor: { days: 61 } }, inForceFrom: yesterday })).toMatchObject({
      status: 422,
      body: { code: 'law/in-the-past' },
    })
  })
})

describe('a recording', () => {
  test('keeps the law in force when it was made, also when it is handed over later', async () => {
    const first = await world.storedRecording()
    const before = await find(first)
    await adopt({ settings: { keepFor: { days: 45 } } })
    const late = await world.storedRecording() // made the day before
    world.clock.advance(2 * 86_400_000)
    const after = await world.receive(await world.clip({ recordedOn: '2026-11-23' }))
    expect([await find(first), await find(late)].map(({ law }) => law)).toEqual([before.law, before.law])
    expect((await find(first)).dueAt).toEqual(before.dueAt)
    expect(await find(after)).toMatchObject({ law: 'be-gpi@1{"keepFor":{"days":45}}', dueOn: '2027-01-07' })
  })

  test('that is here is erased earlier only when the adoption says so, and a held one is not erased by it', async () => {
    const made = { recordedOn: '2026-11-23' } // under 45 days
    const free = await world.receive(await world.clip(made))
    const held = await world.receive(await world.clip(made))
    const hold = { recordingId: held, kind: 'judicial-procedure', number: '1', reason: 'Onderzoek loopt.' } as const
    const { id: holdId } = await modules().retention.placeHold(toActor(world.officer), hold)
    const before = await find(free)
    await adopt({ settings: { keepFor: { days: 30 } }, alsoExisting: true })
    await modules().retention.applyAdoptions()
    await modules().retention.applyAdoptions()
    for (const id of [free, held]) {
      expect((await find(id)).law).toBe('be-gpi@1')
      expect((await find(id)).dueAt < before.dueAt).toBe(true)
      expect((await world.trail(id)).filter(({ type }) => type === 'law-changed')).toHaveLength(1)
    }
    world.clock.turn(addPeriod((await find(free)).dueAt, { days: 1 }, 'Europe/Brussels'))
    await modules().retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    expect([(await find(free)).state, (await find(held)).state]).toEqual(['erased', 'stored'])
    await world.liftHold(holdId)
    await modules().retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
    expect((await find(held)).state).toBe('erased')
  })

  test('is never kept longer by a law that came later', async () => {
    const recordingId = await world.storedRecording()
    const before = await find(recordingId)
    await adopt({ settings: { keepFor: { months: 12 } }, alsoExisting: true })
    await modules().retention.applyAdoptions()
    expect(await find(recordingId)).toMatchObject({ law: before.law, dueAt: before.dueAt })
  })

  test('is never put under another pack than the one it was made under', async () => {
    await expect(adopt({ packId: 'nl-boa-den-haag', alsoExisting: true })).rejects.toMatchObject({
      code: 'law/not-for-existing',
    })
  })

  test('that moved stays moved, and the others move, when the process is killed between two batches', async () => {
    await adopt({ settings: { keepFor: { days: 200 } } })
    const made = { recordedOn: '2027-02-01' }
    world.clock.turn(new Date('2027-02-02T12:00:00Z'))
    const ids = [await world.receive(await world.clip(made)), await world.receive(await world.clip(made))]
    await adopt({ settings: { keepFor: { days: 100 } }, alsoExisting: true })
    const { db, modules: all } = world.server
    const stopped = openRetention({
      ...all,
      db,
      clock: world.clock,
      log: world.settings.log,
      vault: { ...all.vault, releaseKey: () => Promise.reject(new Error('killed')) },
      ask: all.approvals.ask,
      timeZoneOf: async () => 'Europe/Brussels',
    })
    await expect(stopped.applyAdoptions()).rejects.toThrow('killed')
    for (const id of ids) expect((await find(id)).law).toContain('200')
    await world.crash()
    expect(await modules().retention.applyAdoptions()).toBe(ids.length)
    expect(await modules().retention.applyAdoptions()).toBe(0)
    for (const id of ids) {
      expect((await find(id)).law).toContain('100')
      expect((await world.trail(id)).filter(({ type }) => type === 'law-changed')).toHaveLength(1)
    }
  })

  test('that changed its law agrees with the custody log', async () => {
    const { findings } = await checkRegister(world.server.db, { listHoldsInForce })
    expect(findings).toEqual([])
  })
})

test('who adopted which law, who approved and why stands in the history', async () => {
  world.clock.turn(worldBegins) // when sessions were open
  site = await world.listen()
  const { body } = await site.ask('GET', '/api/law', { as: world.officer })
  const { adoptions } = body as { adoptions: Record<string, JsonValue>[] }
  expect(adoptions[0]).toMatchObject({ key: 'be-gpi@1', adoptedBy: 'Ada Beheer', approvedBy: null })
  expect(adoptions.at(-1)).toMatchObject({
    adoptedBy: 'Ada Beheer',
    reason: 'Besluit van de raad.',
    alsoExisting: true,
  })
  expect(adoptions.at(-1)?.['approvedBy']).toMatch(/^Persoon/)
  expect(adoptions.filter(({ isInForce }) => isInForce === true)).toHaveLength(1)
})
