import type { GrantId, RecordingId, ViewingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, type Site, toActor, type World } from '../testing/world.ts'

/** A recording asked for in one piece and taken slowly: what closes it closes the answer that runs. */

let world: World
let site: Site
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld({ lawPackId: 'be-gpi' })
  site = await world.listen()
  // Larger than what lies ready on its way, in a part of the file that players pass over.
  const clip = await world.clip()
  const sizeBytes = 64 * 1024 * 1024
  const free = Buffer.alloc(sizeBytes)
  free.writeUInt32BE(sizeBytes)
  free.write('free', 4, 'latin1')
  recordingId = await world.receive(Buffer.concat([clip, free]))
  const data = { corpsId: world.officer.corpsId, recordingId }
  await world.server.modules.media.prepare(data, new AbortController().signal)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const stated = { purpose: 'judicial-police', reference: 'BR.69.L3.00572/26', reason: 'Onderzoek naar een overval.' }

/** Begins to take the bytes, lets something happen, and takes the rest: whether all came. */
async function takeWhile(
  as: Caller,
  happens: (viewingId: ViewingId) => Promise<unknown>,
  forMs = 5000,
): Promise<'whole' | 'broken off'> {
  const started = await site.ask('POST', `/api/recordings/${recordingId}/viewings`, { as, body: stated })
  expect(started.status).toBe(200)
  const { mediaUrl, viewingId } = started.body as { mediaUrl: string; viewingId: ViewingId }
  const answer = await site.fetch(mediaUrl, { as })
  expect(answer.status).toBe(200)
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  await happens(viewingId)
  world.clock.advance(forMs)
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read());
    return 'whole'
  } catch {
    return 'broken off'
  }
}

async function investigatorWithFile(): Promise<{ caller: Caller; grantId: GrantId }> {
  const caller = await world.person('investigator')
  const { purpose, reference } = stated
  const file = { personId: caller.id, purpose, reference, untilOn: '2026-12-10' }
  return { caller, grantId: await world.server.modules.access.assign(toActor(world.officer), recordingId, file) }
}

test('bytes that nothing stands in the way of arrive', async () => {
  expect(await takeWhile((await investigatorWithFile()).caller, () => Promise.resolve())).toBe('whole')
})

test.each([
  [
    'the assignment that opened it is withdrawn',
    (_caller: Caller, grantId: GrantId) =>
      world.server.modules.access.endAssignment(toActor(world.officer), recordingId, grantId),
  ],
  ['its viewer loses the role', (caller: Caller) => changeRoles(caller)],
  [
    'its viewer leaves the corps',
    (caller: Caller) => world.server.modules.corps.leave(toActor(world.administrator), caller.id),
  ],
  [
    'its session is ended from elsewhere',
    (caller: Caller) =>
      world.server.modules.corps.endSession(toActor(world.administrator), caller.id, caller.sessionId),
  ],
] as const)('bytes on their way stop when %s', async (_case, happens) => {
  const { caller, grantId } = await investigatorWithFile()
  expect(await takeWhile(caller, () => happens(caller, grantId))).toBe('broken off')
})

test('of a viewing that its viewer ended no byte more is given, from that moment on', async () => {
  const { caller } = await investigatorWithFile()
  const end = (viewingId: ViewingId) => world.server.modules.access.endViewing(caller, viewingId)
  expect(await takeWhile(caller, end, 0)).toBe('broken off')
})

function changeRoles({ id }: Caller) {
  const change = { roles: [], reason: 'Ander werk.' }
  return world.server.modules.corps.changeRoles(toActor(world.administrator), id, change)
}
