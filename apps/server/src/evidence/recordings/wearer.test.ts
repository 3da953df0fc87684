import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
let recordingId: RecordingId
const hold = { kind: 'complaint', number: 'K-2026-44', reason: 'Klacht over de drager zelf.' } as const
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  recordingId = await world.viewableRecording()
  await world.server.modules.retention.placeHold(toActor(world.officer), { recordingId, ...hold })
  const stated = { purpose: 'complaint', reference: hold.number, reason: 'Klachtbehandeling met de klager.' }
  await site.ask('POST', `/api/recordings/${recordingId}/viewings`, { as: world.officer, body: stated })
})
afterAll(() => world[Symbol.asyncDispose]())

const paths = () => [
  `/api/recordings/${recordingId}`,
  `/api/recordings/${recordingId}/trail`,
  `/api/recordings/${recordingId}/keeping`,
  '/api/own-recordings',
  '/api/recordings',
]

test('who wore the camera sees that a recording is held, not for which complaint, nor who looked at it', async () => {
  for (const path of paths()) {
    const answer = await site.ask('GET', path, { as: world.camera.wearer })
    expect(answer.status).toBe(200)
    const text = JSON.stringify(answer.body)
    for (const secret of [hold.number, hold.reason, world.officer.name, 'viewing-started', 'hold-placed'])
      expect({ path, tells: text.includes(secret) }).toEqual({ path, tells: false })
  }
  const { body } = await site.ask('GET', `/api/recordings/${recordingId}`, { as: world.camera.wearer })
  expect(body).toMatchObject({ keptUntil: { because: 'held', holds: [] } })
})

test('a records officer sees all of it', async () => {
  const told = await Promise.all(paths().map((path) => site.ask('GET', path, { as: world.officer })))
  const text = JSON.stringify(told.map(({ body }) => body))
  for (const said of [hold.number, hold.reason, 'viewing-started']) expect(text).toContain(said)
})
