import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '#corps'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
let recordingId: RecordingId
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  recordingId = await world.storedRecording()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

const warned = {
  firstWarningAt: '2026-11-21T08:00:00.000Z',
  secondWarningAt: '2026-11-21T08:00:20.000Z',
  exception: null,
  trigger: 'threat',
  effect: 'calmed',
  note: 'De persoon werd rustig.',
}
const complete = (body: unknown, as: Caller = world.camera.wearer) =>
  site.ask('PUT', `/api/recordings/${recordingId}/activation`, { as, body })
const standing = async () =>
  (await world.server.modules.recordings.find(world.officer.corpsId, recordingId))?.activation
const completions = async () => {
  const { entries } = await world.server.modules.custody.trail(world.officer.corpsId, recordingId)
  return entries.filter(({ type }) => type === 'activation-completed').map(({ details }) => details)
}

describe('the activation record', () => {
  test('that nobody completed is marked, not hidden', async () => {
    expect(await standing()).toBe('missing')
    const list = await site.ask('GET', '/api/recordings?activation=missing', { as: world.officer })
    expect(list.body).toMatchObject({ recordings: [{ id: recordingId, activation: 'missing' }] })
  })

  test.each([
    ['without warnings or an exception', { ...warned, firstWarningAt: null, secondWarningAt: null }, 'incomplete'],
    ['with one warning and no exception', { ...warned, secondWarningAt: null }, 'incomplete'],
    [
      'with a second warning before the first',
      { ...warned, secondWarningAt: '2026-11-21T07:59:00.000Z' },
      'times-out-of-order',
    ],
    ['with a second warning and no first', { ...warned, firstWarningAt: null }, 'times-out-of-order'],
    [
      'with a warning long after the recording',
      { ...warned, secondWarningAt: '2026-11-23T12:00:00.000Z' },
      'times-out-of-order',
    ],
    ['with a trigger that the pack does not name', { ...warned, trigger: 'boredom' }, 'not-in-pack'],
    ['with an exception that the pack does not name', { ...warned, exception: 'in-a-hurry' }, 'not-in-pack'],
  ])('%s is refused, and leaves no trace', async (_case, body, because) => {
    expect(await complete(body)).toMatchObject({ status: 422, body: { code: `activation/${because}` } })
    expect([await standing(), await completions()]).toEqual(['missing', []])
  })

  test.each([
    ['a NUL in its note', { ...warned, note: 'rustig \u0000' }],
    ['half a character in its note', { ...warned, note: 'rustig \ud83d' }],
    ['a trigger with a NUL', { ...warned, trigger: 'threat\u0000' }],
    ['an exception that holds half a character', { ...warned, exception: '\udc00' }],
    ['a moment before all years', { ...warned, firstWarningAt: '0000-01-01T00:00:00Z' }],
    ['a moment that is none', { ...warned, firstWarningAt: '2026-02-30T00:00:00Z' }],
    ['a moment of another zone', { ...warned, firstWarningAt: '2026-11-21T08:00:00+01:00' }],
  ])('with %s is refused', async (_case, body) => {
    expect([400, 422]).toContain((await complete(body)).status)
    expect(await standing()).toBe('missing')
  })

  test('is the wearer’s alone, can be corrected, and every version stays in the trail', async () => {
    for (const as of [world.officer, world.administrator, await world.person('enforcer')]) {
      expect([403, 404]).toContain((await complete(warned, as)).status)
    }
    const exception = { ...warned, firstWarningAt: null, secondWarningAt: null, exception: 'immediate-danger' }
    expect((await complete(exception)).status).toBe(200)
    expect(await standing()).toBe('exception')
    expect((await complete(warned)).status).toBe(200)
    expect(await standing()).toBe('warned')
    expect(await completions()).toEqual([
      { ...exception, standing: 'exception', ruleId: 'NL-DH-2' },
      { ...warned, standing: 'warned', ruleId: 'NL-DH-2' },
    ])
    const page = await site.ask('GET', `/api/recordings/${recordingId}`, { as: world.officer })
    expect(page.body).toMatchObject({
      activation: 'warned',
      activationRecord: { ...warned, completedBy: world.camera.wearer.name },
      activationChoices: { warningsAsked: 2 },
    })
  })
})

describe('a camera that changed hands', () => {
  test('keeps the wearer of each recording as of the moment it was made', async () => {
    const { access, devices, recordings } = world.server.modules
    const administrator = toActor(world.administrator)
    const corpsId = administrator.corpsId
    const [camera] = await devices.list(corpsId)
    if (camera === undefined) throw new Error('there is no camera')
    const [second, third] = [await world.person('enforcer'), await world.person('enforcer')]
    world.clock.turn(new Date('2026-11-23T12:00:00Z'))
    await devices.assign(administrator, camera.id, second.id)
    world.clock.turn(new Date('2026-11-25T12:00:00Z'))
    await Promise.all([
      devices.assign(administrator, camera.id, null),
      devices.assign(administrator, camera.id, third.id),
    ])
    await devices.assign(administrator, camera.id, null)
    world.clock.turn(new Date('2026-11-27T12:00:00Z'))

    const wearerOf = async (recordedOn: string) => {
      const id = await world.receive(await world.clip({ recordedOn }))
      return (await recordings.find(corpsId, id))?.wearerId
    }
    expect(await wearerOf('2026-11-22')).toBe(world.camera.wearer.id)
    expect(await wearerOf('2026-11-24')).toBe(second.id)
    expect(await wearerOf('2026-11-26')).toBeNull()

    const ofSecond = await site.ask('GET', '/api/own-recordings', { as: world.camera.wearer })
    // Signed in too long ago by now: the session ends with the day.
    expect(ofSecond.status).toBe(401)
    const list = await recordings.list(
      {
        corpsId,
        visible: await access.listFilter(toActor(second), 'know'),
        readable: await access.listReadable(toActor(second)),
        filters: {},
        dueSoonBefore: world.clock.now(),
      },
      undefined,
      10,
    )
    expect(list.map(({ wearerId }) => wearerId)).toEqual([second.id])
  })
})

describe('where a recording says when it was made', () => {
  test.each([
    ['a day that a camera with a flat battery believes in', '1970-01-01', 'receipt'],
    ['a day to come', '2027-06-01', 'receipt'],
    ['a day whose period is over already', '2026-10-01', 'receipt'],
    ['yesterday', '2026-11-26', 'file'],
  ] as const)('%s', async (_case, recordedOn, from) => {
    world.clock.turn(new Date('2026-11-27T12:00:00Z'))
    const id = await world.receive(await world.clip({ recordedOn }))
    const recording = await world.server.modules.recordings.find(world.officer.corpsId, id)
    expect(recording?.recordedAtFrom).toBe(from)
    expect(recording?.dueAt.getTime()).toBeGreaterThan(world.clock.now().getTime())
    if (from === 'receipt') expect(recording?.recordedAt).toEqual(world.clock.now())
  })
})
