import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Actor, RecordingId } from '@getuige/base'
import { newIdentity, unwrapWithIdentity } from '@getuige/proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import type { Keystore } from '#platform/keystore'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { requireRecipientSet, unwrapFileKey } from './keys.ts'
import { changeRecipients, findEscrowIdentity, findRecipients, type RotateDeps, rewriteHeaders } from './rotate.ts'
import { findKey } from './store.ts'

let world: World
let recordings: RecordingId[]
beforeAll(async () => {
  world = await createWorld()
  recordings = []
  for (let n = 0; n < 3; n += 1) recordings.push(await world.storedRecording())
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const quiet = () => undefined
function depsOf(): RotateDeps {
  const { db, keystore, modules } = world.server
  const actor: Actor = { kind: 'system', corpsId: world.officer.corpsId }
  return { db, keystore, act: modules.custody.act, actors: [actor] }
}
const headerOf = async (id: RecordingId) => {
  const view = await world.server.modules.vault.escrowView(id)
  if (view === undefined) throw new Error('it has no header')
  return view.header
}
const opens = async (id: RecordingId, identity: string) => {
  const header = await headerOf(id)
  try {
    unwrapWithIdentity(header, identity)
    return true
  } catch {
    return false
  }
}
const digestsOfObjects = async () =>
  Promise.all(
    (await world.objectKeys()).map(async (key) =>
      createHash('sha256')
        .update(await readFile(join(world.settings.dataFolder, 'vault', key)))
        .digest('hex'),
    ),
  )
const entered = async () =>
  (
    (await runSql(
      world.server.db.everyCorps,
      `select type from custody_entry where type like 'recipients-%' order by serial`,
    )) as { type: string }[]
  ).map(({ type }) => type)

test('a new escrow identity opens every recording, also those that come in and move meanwhile; the old one opens none', async () => {
  const old = await findEscrowIdentity(depsOf())
  const before = await digestsOfObjects()
  const [first] = recordings
  if (first === undefined) throw new Error('there is none')
  const officer = toActor(world.officer)
  const meanwhile = (async () => {
    const received = [await world.storedRecording()]
    const report = { recordingId: first, kind: 'report', number: 'PL1', reason: 'Aangifte loopt.' } as const
    const hold = await world.server.modules.retention.placeHold(officer, report)
    received.push(await world.storedRecording())
    await world.liftHold(hold.id)
    return received
  })()
  const changed = await changeRecipients(depsOf(), { what: 'new-identity' }, quiet)
  recordings.push(...(await meanwhile))
  expect(changed).toMatchObject({ set: 2, unopened: 0 })
  expect(changed.rewritten).toBeGreaterThanOrEqual(3)

  const now = await findEscrowIdentity(depsOf())
  for (const id of recordings)
    expect([await opens(id, now.identity), await opens(id, old.identity)]).toEqual([true, false])
  expect(await world.server.keystore.list('escrow/')).toEqual(['escrow/set-2'])
  expect(await entered()).toEqual(['recipients-changed', 'recipients-retired'])
  // Payloads lie as they lay.
  expect(await digestsOfObjects()).toEqual(expect.arrayContaining(before))
})

test('another recipient opens what there is and what comes, until it is taken away', async () => {
  const prosecutor = newIdentity(randomBytes(32))
  const added = { recipient: prosecutor.recipient, label: 'Officier van justitie' }
  await changeRecipients(depsOf(), { what: 'add', added }, quiet)
  recordings.push(await world.storedRecording())
  const { identity } = await findEscrowIdentity(depsOf())
  for (const id of recordings)
    expect([await opens(id, prosecutor.identity), await opens(id, identity)]).toEqual([true, true])
  expect(await findRecipients(depsOf())).toMatchObject({ others: [added], older: 0 })

  await expect(changeRecipients(depsOf(), { what: 'add', added }, quiet)).rejects.toThrow('already')
  const wrong = { what: 'add', added: { recipient: 'age1wrong', label: 'x' } } as const
  await expect(changeRecipients(depsOf(), wrong, quiet)).rejects.toThrow('not an age recipient')
  const remove = { what: 'remove', recipient: prosecutor.recipient } as const
  await changeRecipients(depsOf(), remove, quiet)
  for (const id of recordings)
    expect([await opens(id, prosecutor.identity), await opens(id, identity)]).toEqual([false, true])
  await expect(changeRecipients(depsOf(), remove, quiet)).rejects.toThrow('not one of the other')
})

test('whoever writes in the database makes nobody a recipient', async () => {
  const set = await findRecipients(depsOf())
  await runSql(world.server.db.everyCorps, `update vault_recipients set current_set = 99`)
  const clip = await world.clip()
  await expect(world.receive(clip)).rejects.toThrow('no recipients number 99')
  await runSql(world.server.db.everyCorps, `update vault_recipients set current_set = ${set.set}`)
  recordings.push(await world.receive(clip))
})

test.each(['not done', 'done, but reported as failed'])(
  'recipients that change are lost at no step that fails: %s',
  async (how) => {
    let isOver = false
    for (let failing = 1; !isOver; failing += 1) {
      let step = 0
      const fails = async <T>(work: () => Promise<T>): Promise<T> => {
        step += 1
        if (step !== failing) return work()
        if (how !== 'not done') await work()
        throw new Error('the power is gone')
      }
      const deps = depsOf()
      const keystore: Keystore = {
        ...deps.keystore,
        keep: (name, secret) => fails(() => deps.keystore.keep(name, secret)),
        destroy: (name) => fails(() => deps.keystore.destroy(name)),
      }
      const act: RotateDeps['act'] = (actor, work) => fails(() => deps.act(actor, work))
      const tell = () => {
        step += 1
        if (step === failing) throw new Error('the power is gone')
      }
      isOver = await changeRecipients({ ...deps, keystore, act }, { what: 'new-identity' }, tell).then(
        () => true,
        () => false,
      )
      // Whatever set a header is of, its identity is there, and the recording opens; new ones can be received.
      const onDisk = await world.keystore()
      for (const id of recordings) {
        const key = await findKey(world.server.db.everyCorps, id)
        if (key === undefined) throw new Error('it has no key')
        const { header } = await unwrapFileKey(onDisk, key)
        const { identity } = await requireRecipientSet(onDisk, key.recipientSet)
        expect(unwrapWithIdentity(header.bytes, identity)).toHaveLength(16)
      }
      if (failing === 2) recordings.push(await world.storedRecording())
    }
    await rewriteHeaders(depsOf(), quiet)
    const { set } = await findRecipients(depsOf())
    expect(await world.server.keystore.list('escrow/')).toEqual([`escrow/set-${set}`])
    for (const id of recordings) expect((await findKey(world.server.db.everyCorps, id))?.recipientSet).toBe(set)
  },
)
