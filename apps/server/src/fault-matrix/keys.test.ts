import type { Actor, RecordingId } from '@getuige/base'
import { unwrapWithIdentity } from '@getuige/proof'
import { expect, test } from 'vitest'
import { withKeysLocked } from '#platform/keystore'
import { changeRecipients, findEscrowIdentity, findRecipients, rewriteHeaders } from '#vault'
import {
  clipOfAnotherDay,
  expectNothingLeftOver,
  failEveryStep,
  listDetails,
  type Operation,
  readBack,
} from '../testing/faults.ts'
import type { World } from '../testing/world.ts'

function newRotating(): Operation<{ id: RecordingId; isDone: boolean }> {
  const received: RecordingId[] = []
  const rotate = ({ server }: World) => withKeysLocked(server.db, () => server.keystore.rotateRoot())
  return {
    name: 'rotating the root key',
    known: ['keys write-root', 'keys write-slot'],
    async prepare({ world }) {
      if (received.length < 3) received.push(await world.receive(await clipOfAnotherDay(world)))
      const id = received.at(-1)
      if (id === undefined) throw new Error('there is none')
      return { id, isDone: false }
    },
    async run({ world }, given) {
      await rotate(world)
      given.isDone = true
    },
    async holds({ world }, { isDone }) {
      for (const id of received) expect(await readBack(world, id)).toBeDefined()
      if (isDone) expect(await world.server.keystore.advice()).toEqual([])
    },
    again: async ({ world }) => void (await rotate(world)),
    async ends({ world }) {
      const keystore = await world.keystore()
      expect(await keystore.advice()).toEqual([])
      for (const name of await keystore.list('')) expect(await keystore.find(name)).toBeDefined()
      await world.crash()
      for (const id of received) expect(await readBack(world, id)).toBeDefined()
    },
    endsAll: ({ world }) => expectNothingLeftOver(world),
  }
}

function newChanging(): Operation<{ before: number; isDone: boolean }> {
  const received: RecordingId[] = []
  const depsOf = ({ server, officer }: World) => {
    const actors: [Actor] = [{ kind: 'system', corpsId: officer.corpsId }]
    return { db: server.db, keystore: server.keystore, act: server.modules.custody.act, actors }
  }
  /** Each header opens for the identity of the set that it is of. */
  async function expectOpen({ server }: World): Promise<void> {
    for (const id of received) {
      const view = await server.modules.vault.escrowView(id)
      if (view === undefined) throw new Error(`${id} has no header`)
      expect(unwrapWithIdentity(view.header, view.identity)).toHaveLength(16)
    }
  }
  return {
    name: 'changing recipients',
    known: [
      'keys make-secret',
      'commit custody_entry+vault_recipients',
      'commit vault_key',
      'keys destroy-secret',
      'commit custody_entry',
    ],
    async prepare({ world }) {
      if (received.length < 2) received.push(await world.receive(await clipOfAnotherDay(world)))
      return { before: (await findRecipients(depsOf(world))).set, isDone: false }
    },
    async run({ world }, given) {
      await changeRecipients(depsOf(world), { what: 'new-identity' }, () => undefined)
      given.isDone = true
    },
    async holds({ world }, { before, isDone }) {
      await expectOpen(world)
      if (isDone) expect((await findRecipients(depsOf(world))).set).toBe(before + 1)
    },
    async again({ world }, { before }) {
      const deps = depsOf(world)
      const hasChanged = (await findRecipients(deps)).set > before
      if (hasChanged) await rewriteHeaders(deps, () => undefined)
      else await changeRecipients(deps, { what: 'new-identity' }, () => undefined)
    },
    async ends({ world }, { before }) {
      const set = before + 1
      expect(await findRecipients(depsOf(world))).toMatchObject({ set, older: 0 })
      await expectOpen(world)
      const { identity } = await findEscrowIdentity(depsOf(world))
      for (const id of received) {
        const view = await world.server.modules.vault.escrowView(id)
        expect(view?.identity).toBe(identity)
      }
      expect(await listDetails(world, 'recipients-changed', { set })).toHaveLength(1)
      expect(await listDetails(world, 'recipients-retired', { set: before })).toHaveLength(1)
      expect(await (await world.keystore()).list('escrow/')).toEqual([`escrow/set-${set}`])
    },
  }
}

test('every secret opens while the root key is rotated, whichever step fails', async () => {
  expect(await failEveryStep(newRotating())).toEqual({ notFailed: [] })
})
test('every header opens while recipients change, and the end of the old is entered once, whichever step fails', async () => {
  expect(await failEveryStep(newChanging())).toEqual({ notFailed: [] })
})
