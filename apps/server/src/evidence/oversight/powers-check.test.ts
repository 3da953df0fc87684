import { expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld } from '../../testing/world.ts'
import { checkPowers } from './powers-check.ts'

test('who was added when people had one role has it by the log', async () => {
  await using world = await createWorld()
  await world.person('investigator')
  const done = world.server.db.everyCorps.transaction().execute(async (tx) => {
    await runSql(
      tx,
      `update custody_entry set details = details - 'roles' || jsonb_build_object('role', details->'roles'->>0)
        where type = 'person-added'`,
    )
    expect((await checkPowers(tx)).findings).toEqual([])
    await runSql(tx, `update person set roles = '{auditor}' where roles = '{investigator}'`)
    expect((await checkPowers(tx)).findings).toMatchObject([{ what: 'role-not-entered' }])
    throw new Error('and back')
  })
  await expect(done).rejects.toThrow('and back')
})
