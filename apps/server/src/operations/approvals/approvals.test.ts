import type { ApprovalId, PersonActor, RecordingId } from '@getuige/base'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
let asker: PersonActor
let second: PersonActor
let third: PersonActor
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  asker = toActor(world.officer)
  second = toActor(await world.person('records-officer'))
  third = toActor(await world.person('records-officer'))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})
beforeEach(async () => {
  recordingId = await world.viewableRecording()
})

const request = {
  purpose: 'report',
  reference: 'PL1500 2026123456-1',
  recipient: 'Openbaar Ministerie',
  reason: 'Gevorderd voor het dossier.',
}
const yes = 'Nagekeken en akkoord.'
const modules = () => world.server.modules
const askExport = async (by = asker) => (await modules().cases.askExport(by, recordingId, request)).approvalId
const approve = (id: ApprovalId, by: PersonActor = second) => modules().approvals.approve(by, id, yes)
const types = async () => (await world.trail(recordingId)).map(({ type }) => type)
const since = async (before: readonly string[]) => (await types()).slice(before.length)
const stateOf = async (id: ApprovalId) =>
  (await modules().approvals.list(asker)).askedByMe.find((each) => each.id === id)?.state
const refused = (code: string) => ({ code })

describe('an export', () => {
  test('waits for a second person, who sees what it is; only then the asker, alone, fetches it once', async () => {
    const before = await types()
    const answer = await site.ask('POST', `/api/recordings/${recordingId}/exports`, {
      as: world.officer,
      body: request,
    })
    const { approvalId } = answer.body as { approvalId: ApprovalId }
    expect(await since(before)).toEqual(['approval-asked'])
    await expect(modules().cases.requirePackageOf(asker, approvalId)).rejects.toMatchObject(
      refused('package/not-found'),
    )

    const { waitingForMe } = await modules().approvals.list(second)
    expect(waitingForMe.find(({ id }) => id === approvalId)).toMatchObject({
      act: 'export',
      recordingId,
      askedBy: { name: asker.name },
      reason: request.reason,
      shown: { recipient: request.recipient, reference: request.reference, encryptedFor: null },
    })
    await approve(approvalId)
    expect(await since(before)).toEqual(['approval-asked', 'approval-given'])

    const packageId = await modules().cases.requirePackageOf(asker, approvalId)
    await expect(modules().cases.openPackage(second, packageId)).rejects.toMatchObject(refused('package/not-found'))
    const fetched = await site.fetch(`/api/packages/${packageId}`, { as: world.officer })
    expect(fetched.status).toBe(200)
    await fetched.arrayBuffer()
    expect(await since(before)).toEqual(['approval-asked', 'approval-given', 'package-exported'])
    const { entries } = await modules().custody.trail(asker.corpsId, recordingId)
    expect(entries.at(-1)).toMatchObject({
      actor: { id: asker.id },
      details: { approvalId, approvedBy: { id: second.id, name: second.name }, recipient: request.recipient },
    })
    expect((await site.fetch(`/api/packages/${packageId}`, { as: world.officer })).status).toBe(404)
  })

  test('that was approved is not handed over once the asker may no longer export', async () => {
    const approvalId = await askExport()
    await approve(approvalId)
    const packageId = await modules().cases.requirePackageOf(asker, approvalId)
    const before = await types()
    const demoted: PersonActor = { ...asker, roles: ['enforcer'] }
    await expect(modules().cases.openPackage(demoted, packageId)).rejects.toMatchObject(refused('recording/not-found'))
    expect(await types()).toEqual(before)
    expect(await modules().cases.requirePackageOf(asker, approvalId)).toBe(packageId)
  })

  test('is no longer there a day after it was approved', async () => {
    const approvalId = await askExport()
    await approve(approvalId)
    const packageId = await modules().cases.requirePackageOf(asker, approvalId)
    world.clock.advance(24 * 3_600_000)
    await expect(modules().cases.openPackage(asker, packageId)).rejects.toMatchObject(refused('package/not-found'))
    world.clock.advance(-24 * 3_600_000)
  })
})

describe('nobody approves', () => {
  test('what they asked themselves, whatever else they are', async () => {
    const both = toActor(await world.person('records-officer', 'data-protection-officer'))
    const approvalId = await askExport(both)
    await expect(approve(approvalId, both)).rejects.toMatchObject(refused('approval/own-request'))
    expect((await modules().approvals.list(both)).waitingForMe).toEqual([])
    await expect(modules().approvals.refuse(both, approvalId, yes)).rejects.toMatchObject(
      refused('approval/own-request'),
    )
  })

  test('or knows of it without a role that the law names, or in another corps', async () => {
    const approvalId = await askExport()
    const elsewhere: PersonActor = { ...second, corpsId: `${second.corpsId.slice(0, -1)}0` as PersonActor['corpsId'] }
    for (const by of [toActor(world.administrator), toActor(world.camera.wearer)]) {
      await expect(approve(approvalId, by)).rejects.toMatchObject(refused('approval/not-found'))
      expect((await modules().approvals.list(by)).waitingForMe).toEqual([])
    }
    await expect(approve(approvalId, elsewhere)).rejects.toThrow()
    expect(await stateOf(approvalId)).toBe('waiting')
  })

  test('with a role that was taken from them since they signed in', async () => {
    const former = toActor(await world.person('records-officer'))
    const approvalId = await askExport()
    await world.server.db.everyCorps
      .updateTable('person')
      .set({ roles: ['enforcer'] })
      .where('id', '=', former.id)
      .execute()
    await expect(approve(approvalId, former)).rejects.toMatchObject(refused('approval/not-found'))
  })

  test('for somebody who may no longer do it, and then nothing is entered', async () => {
    const leaving = toActor(await world.person('records-officer'))
    const approvalId = await askExport(leaving)
    const before = await types()
    await world.server.db.everyCorps
      .updateTable('person')
      .set({ roles: ['enforcer'] })
      .where('id', '=', leaving.id)
      .execute()
    await expect(approve(approvalId)).rejects.toMatchObject(refused('approval/asker-may-not'))
    await world.server.db.everyCorps
      .updateTable('person')
      .set({ roles: ['records-officer'], left_at: world.clock.now() })
      .where('id', '=', leaving.id)
      .execute()
    await expect(approve(approvalId)).rejects.toMatchObject(refused('approval/asker-may-not'))
    expect(await types()).toEqual(before)
  })

  test('what concerns a recording whose erasure has begun', async () => {
    const approvalId = await askExport()
    await world.server.db.everyCorps
      .updateTable('recording')
      .set({ state: 'erasing' })
      .where('id', '=', recordingId)
      .execute()
    await expect(approve(approvalId)).rejects.toMatchObject(refused('retention/being-erased'))
  })
})

test('of two who approve at once one does, and it is done once', async () => {
  const approvalId = await askExport()
  const before = await types()
  const outcomes = await Promise.allSettled([approve(approvalId, second), approve(approvalId, third)])
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: refused('approval/already-decided'),
  })
  expect(await since(before)).toEqual(['approval-given'])
})

test('of an approval, a refusal and a withdrawal at once one holds', async () => {
  const approvalId = await askExport()
  const before = await types()
  const { approvals } = modules()
  const outcomes = await Promise.allSettled([
    approve(approvalId, second),
    approvals.refuse(third, approvalId, 'Dit is niet nodig.'),
    approvals.withdraw(asker, approvalId, 'Toch niet nodig.'),
  ])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await since(before)).toHaveLength(1)
})

test('what stands in the way of doing it leaves it waiting, and nothing entered', async () => {
  const { approvals, retention } = modules()
  const order = { recordingId, kind: 'report', number: 'PL1500 2026123456-1', reason: 'Aangifte gedaan.' } as const
  const hold = await retention.placeHold(asker, order)
  await retention.placeHold(asker, order)
  const first = await retention.askLift(asker, hold.id, 'Het dossier is afgesloten.')
  const again = await retention.askLift(asker, hold.id, 'Het dossier is afgesloten.')
  await approvals.approve(second, first.approvalId, yes)
  const before = await types()
  expect(before.slice(-2)).toEqual(['approval-given', 'hold-lifted'])
  await expect(approvals.approve(second, again.approvalId, yes)).rejects.toMatchObject(refused('hold/already-lifted'))
  expect(await types()).toEqual(before)
  expect(await stateOf(again.approvalId)).toBe('waiting')
})

test('can be approved until the last moment and not from the next on; that it expired is entered once', async () => {
  const { expiresAt, approvalId: late } = await modules().cases.askExport(asker, recordingId, request)
  const inTime = await askExport()
  const untilExpiry = expiresAt.getTime() - world.clock.now().getTime()
  world.clock.advance(untilExpiry - 1)
  await approve(inTime)
  world.clock.advance(1)
  const before = await types()
  await expect(approve(late)).rejects.toMatchObject(refused('approval/expired'))
  expect(await stateOf(late)).toBe('expired')
  expect(await modules().approvals.countWaiting(second)).toBe(0)
  await Promise.all([modules().approvals.expireOverdue(), modules().approvals.expireOverdue()])
  await modules().approvals.expireOverdue()
  expect(await since(before)).toEqual(['approval-expired'])
  await expect(approve(late)).rejects.toMatchObject(refused('approval/expired'))
  world.clock.advance(-untilExpiry)
})

test('a server that is killed in between has forgotten nothing, and done nothing', async () => {
  const approvalId = await askExport()
  await world.crash()
  expect(await stateOf(approvalId)).toBe('waiting')
  await approve(approvalId)
  expect(await modules().cases.requirePackageOf(asker, approvalId)).toBeTruthy()
})
