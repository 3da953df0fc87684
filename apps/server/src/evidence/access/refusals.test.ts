import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, type Site, type World } from '../../testing/world.ts'

let world: World
let site: Site
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  recordingId = await world.viewableRecording()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const stated = { purpose: 'report', reference: 'PL15B1 2026123456-1', reason: 'Aangifte door de wijkagent.' }
const view = (as: Caller, body: unknown = stated, id: string = recordingId) =>
  site.ask('POST', `/api/recordings/${id}/viewings`, { as, body })

/** What was entered of refusals, wherever: in the trail of the recording, or of no recording. */
async function refusals() {
  await world.server.modules.access.settle()
  const rows = await world.server.db
    .of(world.officer.corpsId)
    .selectFrom('custody_entry')
    .select(['recording_id', 'actor', 'details'])
    .where('type', '=', 'access-refused')
    .orderBy('serial')
    .execute()
  return rows.map(({ recording_id: on, actor, details }) => ({ on, actor, details }))
}

test('a refusal says what, under which rule, and who could grant it', async () => {
  const { status, body } = await view(world.camera.wearer)
  expect(status).toBe(403)
  expect(body).toMatchObject({
    code: 'access/denied',
    details: { act: 'view', because: 'role' },
    permission: {
      allowed: false,
      because: 'role',
      rule: { id: expect.any(String) as string, label: { nl: expect.any(String) as string } },
      whoMay: ['records-officer', 'investigator', 'complaint-handler'],
      granting: [{ how: 'role', by: expect.arrayContaining(['records-officer']) as string[] }],
    },
  })
})

test('is entered in the trail of the recording, once a minute for the same act', async () => {
  const before = await refusals()
  expect(before).toMatchObject([
    {
      on: recordingId,
      actor: { id: world.camera.wearer.id },
      details: { act: 'view', purpose: 'report', because: 'role' },
    },
  ])
  await Promise.all([1, 2, 3].map(() => view(world.camera.wearer)))
  expect(await refusals()).toHaveLength(1)
  const hold = { kind: 'report', number: 'PL15B1 2026123456-1', reason: 'Aangifte.' }
  const answer = await site.ask('POST', `/api/recordings/${recordingId}/holds`, {
    as: world.camera.wearer,
    body: hold,
  })
  expect(answer.status).toBe(403)
  expect((await refusals()).map(({ details }) => (details as { act: string }).act)).toEqual(['view', 'place-hold'])
  world.clock.advance(60_000)
  await view(world.camera.wearer)
  expect(await refusals()).toHaveLength(3)
})

test('of a purpose that the law does not name, it is entered for whoever may otherwise view', async () => {
  const answer = await view(world.officer, { ...stated, purpose: 'curiosity' })
  expect(answer).toMatchObject({ status: 403, body: { code: 'access/denied', details: { because: 'purpose' } } })
  expect((await refusals()).at(-1)).toMatchObject({ on: recordingId, details: { purpose: 'curiosity' } })
})

test('who may not know of a recording learns nothing; that they tried is entered outside its trail', async () => {
  const colleague = await world.person('enforcer')
  const known = await view(colleague)
  const never = await view(colleague, stated, `rec_${'0'.repeat(26)}`)
  expect(known).toMatchObject({ status: 404, body: never.body })
  expect(known.body).toEqual({ code: 'recording/not-found' })
  const entered = await refusals()
  expect(entered.at(-1)).toMatchObject({ on: null, actor: { id: colleague.id }, details: { act: 'view' } })
  expect(JSON.stringify(entered.at(-1)?.details)).not.toContain(recordingId)
  // Of the one that never was there is nothing to enter.
  expect(entered.filter(({ on }) => on === null)).toHaveLength(1)
})

test('what stands in the way in the recording itself is no refusal of a person', async () => {
  const before = await refusals()
  const stored = await world.storedRecording()
  expect(await view(world.officer, stated, stored)).toMatchObject({ status: 409, body: { code: 'media/not-playable' } })
  expect(await refusals()).toHaveLength(before.length)
})
