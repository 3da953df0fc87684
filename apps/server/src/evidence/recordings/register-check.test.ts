import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, toActor, type World } from '../../testing/world.ts'
import { listHoldsInForce } from '#retention'
import { checkRegister } from './register-check.ts'

let world: World
let recordingId: RecordingId
let erasedId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  erasedId = await world.storedRecording()
  const { retention } = world.server.modules
  const officer = toActor(world.officer)
  const hold = { kind: 'report', number: '1', reason: 'x' } as const
  const { id: holdId } = await retention.placeHold(officer, { recordingId: erasedId, ...hold })
  await world.liftHold(holdId)
  world.clock.turn(new Date('2027-06-01T12:00:00Z'))
  await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }), new AbortController().signal)
  recordingId = await world.receive(await world.clip({ recordedOn: '2027-05-31' }))
  await retention.placeHold(officer, { recordingId, ...hold })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const check = () => checkRegister(world.server.db, { listHoldsInForce })
const findings = async () => (await check()).findings.map(({ what }) => what)

test('finds nothing wrong with a register that nobody touched', async () => {
  expect(await check()).toEqual({ recordings: 2, findings: [] })
})

const row = (set: string) => `update recording set ${set} where id = $1`
const entry = (set: string, type = 'recording-received') =>
  `update custody_entry set ${set} where recording_id = $1 and type = '${type}'`
test.each([
  ['another digest', row(`sha256 = decode(repeat('ab', 32), 'hex')`), ['recording-differs']],
  ['another digest of the sealed bytes', row(`payload_sha256 = '\\xab'`), ['recording-differs']],
  ['another size', row('size_bytes = size_bytes + 1'), ['recording-differs']],
  ['another moment of recording', row(`recorded_at = recorded_at - interval '1 day'`), ['recording-differs']],
  [
    'another word on where that moment is from',
    row(`recorded_at_from = case recorded_at_from when 'file' then 'receipt' else 'file' end`),
    ['recording-differs'],
  ],
  ['another moment of receipt', row(`received_at = received_at - interval '2 days'`), ['recording-differs']],
  ['another day on which it is due', row(`due_at = due_at - interval '28 days'`), ['recording-differs']],
  ['warnings that nobody entered', row(`activation = 'warned'`), ['recording-differs']],
  ['another wearer', row('wearer_id = null'), ['recording-differs']],
  ['a hold that the register forgot', row('is_held = false'), ['hold-differs']],
  ['a hold taken away', `update hold set lifted_at = placed_at where recording_id = $1`, ['hold-differs']],
  ['an erasure that nobody entered', row(`state = 'erased'`), ['state-differs']],
  ['a recording without its entry', entry(`type = 'preview-shown'`), ['recording-not-entered']],
  ['an entry of another corps', entry(`corps_id = 'corps_x'`), ['recording-not-entered']],
  [
    'an entry without its recording',
    entry(`recording_id = 'rec_0'`),
    ['recording-not-registered', 'recording-not-entered'],
  ],
])('finds %s', async (_case, statement, expected) => {
  const { db } = world.server
  await runSql(db.everyCorps, 'create table kept_recording as select * from recording')
  await runSql(db.everyCorps, 'create table kept_entry as select * from custody_entry')
  await runSql(db.everyCorps, statement, [recordingId])
  expect(await findings()).toEqual(expected)
  await runSql(
    db.everyCorps,
    `update recording r set state = k.state, sha256 = k.sha256, payload_sha256 = k.payload_sha256,
    size_bytes = k.size_bytes, recorded_at = k.recorded_at, recorded_at_from = k.recorded_at_from, received_at = k.received_at, due_at = k.due_at,
    wearer_id = k.wearer_id, activation = k.activation, is_held = k.is_held
    from kept_recording k where k.id = r.id`,
  )
  await runSql(db.everyCorps, `update hold set lifted_at = null where recording_id = $1`, [recordingId])
  await runSql(
    db.everyCorps,
    `update custody_entry e set type = k.type, corps_id = k.corps_id, recording_id = k.recording_id
    from kept_entry k where k.serial = e.serial`,
  )
  await runSql(db.everyCorps, 'drop table kept_recording, kept_entry')
  expect(await findings()).toEqual([])
})

test('finds an erased recording that came back', async () => {
  await runSql(world.server.db.everyCorps, `update recording set state = 'viewable' where id = $1`, [erasedId])
  expect(await findings()).toEqual(['state-differs'])
})

test('finds an erasure before its day, or under a hold that was lifted afterwards', async () => {
  const { db } = world.server
  await runSql(db.everyCorps, `update recording set state = 'erased' where id = $1`, [erasedId])
  const begun = `update custody_entry set at = at + $2::interval where recording_id = $1 and type = 'erasure-begun'`
  await runSql(db.everyCorps, begun, [erasedId, '-1 year'])
  expect(await findings()).toEqual(['erased-unlawfully'])
  await runSql(db.everyCorps, begun, [erasedId, '1 year'])
  await runSql(db.everyCorps, `delete from custody_entry where recording_id = $1 and type = 'hold-lifted'`, [erasedId])
  expect(await findings()).toEqual(['hold-differs', 'erased-unlawfully'])
})
