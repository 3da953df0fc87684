import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
let held: RecordingId
let other: RecordingId
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
  held = await world.viewableRecording()
  other = await world.viewableRecording()
  await world.server.modules.retention.placeHold(toActor(world.officer), {
    recordingId: held,
    kind: 'report',
    number: 'PV-778',
    reason: 'to be kept',
  })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function find(words: string) {
  const as = world.officer
  const q = encodeURIComponent(words)
  const { recordings } = (await site.ask('GET', `/api/recordings?q=${q}`, { as })).body as {
    recordings: { id: string }[]
  }
  const { counts } = (await site.ask('GET', `/api/recording-counts?q=${q}`, { as })).body as { counts: object }
  return { ids: recordings.map(({ id }) => id).toSorted(), counts }
}

test('a word finds recordings by camera, wearer, file, hold and id, and each choice counts what it finds', async () => {
  const both = [held, other].toSorted()
  for (const word of ['camer', 'CAM-1', 'recording.mp4', world.camera.wearer.name.toUpperCase()]) {
    expect(await find(word)).toMatchObject({ ids: both, counts: { all: 2, viewable: 2, held: 1, erased: 0 } })
  }
  expect(await find('pv-778')).toMatchObject({ ids: [held], counts: { all: 1, held: 1 } })
  expect(await find(other)).toMatchObject({ ids: [other], counts: { all: 1, held: 0 } })
  expect(await find('Camera pv-778')).toMatchObject({ ids: [held] })
  expect(await find('100%')).toMatchObject({ ids: [], counts: { all: 0 } })
})
