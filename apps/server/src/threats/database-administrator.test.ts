import type { PersonActor, RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkPowers } from '#oversight'
import { runSql } from '#platform/database'
import { createWorld, toActor, type World } from '../testing/world.ts'

/** Whoever can run SQL as the role that owns the tables: row-level security does not stop them, so the log must tell. */

let world: World
let officer: PersonActor
let investigator: PersonActor
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld({ lawPackId: 'be-brussel-elsene' })
  officer = toActor(world.officer)
  investigator = toActor(await world.person('investigator'))
  const left = await world.person('shift-lead')
  recordingId = await world.viewableRecording()
  const { access, cases, corps, emergencies } = world.server.modules
  const file = { purpose: 'judicial-police', reference: 'BR.69.L3.00572/26' }
  const reason = 'Onderzoek naar slagen en verwondingen.'
  await access.assign(officer, recordingId, { ...file, personId: investigator.id, untilOn: '2026-11-30' })
  const ended = { ...file, personId: investigator.id, untilOn: '2026-11-29' }
  await access.endAssignment(officer, recordingId, await access.assign(officer, recordingId, ended))
  await access.startViewing(world.officer, recordingId, { ...file, reason })
  await emergencies.break(officer, recordingId, 'Een kind is vermist.')
  await world.approve(await cases.askExport(officer, recordingId, { ...file, reason, recipient: 'Parket' }))
  await cases.askExport(officer, recordingId, { ...file, reason, recipient: 'Parket' })
  await corps.leave(toActor(world.administrator), left.id)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

test('what people may is as the log says it, where nobody wrote to the database beside the server', async () => {
  expect((await checkPowers(world.server.db.everyCorps)).findings).toEqual([])
})

const grant = (kind: string, person: string) =>
  `insert into access_grant (id, corps_id, recording_id, kind, person_id, purpose_id, from_at, until_at, made_at, made_by)
    select 'grant_x', corps_id, id, '${kind}', ${person}, 'judicial-police', received_at, received_at + interval '1 year',
      received_at, wearer_id from recording`

test.each([
  [
    'a role they gave themselves',
    `update person set roles = roles || '{records-officer}' where roles = '{enforcer}'`,
    'role-not-entered',
  ],
  ['somebody who left, let in again', 'update person set left_at = null', 'person-differs'],
  [
    'a passkey of their own in the place of another person',
    `insert into passkey select 'passkey_x', corps_id, id, '\\x01', '\\x01', 0, '{}', false, 'x', created_at
      from person where roles = '{investigator}'`,
    'passkey-not-entered',
  ],
  [
    'an identity elsewhere',
    `insert into person_identity (corps_id, person_id, issuer, login, invited_at)
      select corps_id, id, 'https://id.example', 'x', created_at from person where roles = '{investigator}'`,
    'identity-not-entered',
  ],
  ['an assignment', grant('assignment', 'wearer_id'), 'grant-not-entered'],
  ['a decision of the prosecutor', grant('mandate', 'null'), 'grant-not-entered'],
  ['an emergency', grant('emergency', 'wearer_id'), 'grant-not-entered'],
  ['a grant that lasts longer', `update access_grant set until_at = until_at + interval '1 year'`, 'grant-differs'],
  ['a grant that was ended', 'update access_grant set ended_at = null', 'grant-differs'],
  [
    'a grant of somebody else',
    `update access_grant set person_id = made_by where kind = 'assignment'`,
    'grant-differs',
  ],
  [
    'an approval that nobody gave',
    `update approval set ended_as = 'given', ended_at = asked_at, ended_by = (select id from person where roles = '{investigator}') where ended_at is null`,
    'approval-differs',
  ],
  [
    'another recipient in what waits for approval',
    `update approval set payload = jsonb_set(payload, '{recipient}', '"Ik"')`,
    'approval-differs',
  ],
  [
    'a question that nobody asked',
    `update approval set asked_by = (select id from person where roles = '{investigator}')`,
    'approval-not-entered',
  ],
  ['another law', `update corps_law set law = 'nl-boa-den-haag@1'`, 'law-not-entered'],
  [
    'a law that nobody adopted',
    `insert into corps_law (corps_id, law, in_force_from, adopted_at, reason) select id, 'nl-boa@1', created_at, created_at, '' from corps`,
    'law-not-entered',
  ],
  ['a reason given afterwards', `update viewing set reason = 'Bevel van de procureur.'`, 'viewing-not-entered'],
  [
    'a viewing of somebody else',
    `update viewing set person_id = (select id from person where roles = '{investigator}')`,
    'viewing-not-entered',
  ],
] as const)('fsck finds %s', async (_case, statement, expected) => {
  const done = world.server.db.everyCorps.transaction().execute(async (tx) => {
    await runSql(tx, statement)
    const { findings } = await checkPowers(tx)
    expect(new Set(findings.map(({ what }) => what))).toEqual(new Set([expected]))
    throw new Error('and back')
  })
  await expect(done).rejects.toThrow('and back')
})

test('fsck finds what a grant opened that was written, used and removed again', async () => {
  const { db, modules } = world.server
  const outsider = await world.person('complaint-handler', 'investigator')
  await runSql(db.everyCorps, grant('assignment', `'${outsider.id}'`))
  const stated = { purpose: 'judicial-police', reference: 'BR.69.L3.00572/26', reason: 'Nieuwsgierig.' }
  await modules.access.startViewing(outsider, recordingId, stated)
  await runSql(db.everyCorps, `delete from access_grant where id = 'grant_x'`)
  const { findings } = await checkPowers(db.everyCorps)
  expect(findings.map(({ what }) => what)).toEqual(['grant-not-entered'])
})
