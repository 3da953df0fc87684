import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkRegister } from '#recordings'
import { listHoldsInForce } from '#retention'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const order = {
  number: '2026/4711',
  court: 'Rechtbank Den Haag',
  decidedOn: '2026-11-20',
  documentSha256: 'ab'.repeat(32),
  endsHolds: [] as string[],
  reason: 'Bevel tot vernietiging.',
}
const ask = (recordingId: RecordingId, change: Partial<typeof order> = {}, as = world.officer) =>
  site.ask('POST', `/api/recordings/${recordingId}/early-erasure`, { as, body: { ...order, ...change } })
const carryOut = async (recordingId: RecordingId) => {
  const job = world.server.jobList.find(({ name }) => name === 'retention/erase-ordered')
  await job?.run({ corpsId: world.officer.corpsId, recordingId }, new AbortController().signal)
}
const stateOf = async (id: RecordingId) =>
  (await world.server.modules.recordings.find(world.officer.corpsId, id))?.state
const hold = { kind: 'report', number: 'PL07B3 2026123456-1', reason: 'Aangifte loopt.' } as const

test('a court’s order erases a recording within its period once a second person approved, and the certificate names it', async () => {
  const recordingId = await world.storedRecording()
  const { status, body } = await ask(recordingId)
  expect(status).toBe(200)
  expect(await stateOf(recordingId)).toBe('stored')
  await world.approve(body as { approvalId: string })
  await carryOut(recordingId)
  expect(await stateOf(recordingId)).toBe('erased')
  const { entries } = await world.server.modules.custody.trail(world.officer.corpsId, recordingId)
  expect(entries.map(({ type }) => type)).toEqual([
    'recording-received',
    'approval-asked',
    'approval-given',
    'erasure-ordered',
    'erasure-begun',
    'recording-erased',
  ])
  expect(entries.at(-1)?.details).toMatchObject({
    orderNumber: order.number,
    court: order.court,
    decidedOn: order.decidedOn,
    documentSha256: order.documentSha256,
    keyDestroyed: true,
  })
})

test('a hold stops the order unless the order names it, also one that is placed after it was asked', async () => {
  const recordingId = await world.storedRecording()
  const { retention } = world.server.modules
  const { body } = await ask(recordingId)
  const { id: holdId } = await retention.placeHold(toActor(world.officer), { recordingId, ...hold })
  await expect(world.approve(body as { approvalId: string })).rejects.toMatchObject({ code: 'retention/must-keep' })
  expect(await ask(recordingId)).toMatchObject({ status: 409, body: { code: 'retention/must-keep' } })

  const named = await ask(recordingId, { endsHolds: [holdId] })
  await world.approve(named.body as { approvalId: string })
  await carryOut(recordingId)
  expect(await stateOf(recordingId)).toBe('erased')
})

test('an order that no job carried out is carried out by the nightly run, unless a hold came after it', async () => {
  const [left, held] = [await world.storedRecording(), await world.storedRecording()]
  for (const id of [left, held]) await world.approve((await ask(id)).body as { approvalId: string })
  await world.server.modules.retention.placeHold(toActor(world.officer), { recordingId: held, ...hold })
  await world.crash()
  site = await world.listen()
  await world.server.modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
  expect([await stateOf(left), await stateOf(held)]).toEqual(['erased', 'stored'])
})

test('who may not ask is refused, and who may not know of the recording learns nothing', async () => {
  const recordingId = await world.storedRecording()
  expect((await ask(recordingId, {}, world.administrator)).status).toBe(404)
  expect((await ask(recordingId, {}, world.camera.wearer)).status).toBe(403)
  expect((await ask(recordingId, { decidedOn: '2026-12-24' })).status).toBe(400)
})

test('what was erased on an order agrees with the custody log', async () => {
  expect((await checkRegister(world.server.db, { listHoldsInForce })).findings).toEqual([])
})
