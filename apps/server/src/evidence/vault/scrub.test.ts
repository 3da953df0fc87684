import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonLog } from '#platform/log'
import { openFileStore, StoreUnreachable } from '#platform/object-store'
import { type FailingStore, failingStore } from '../../testing/failing-store.ts'
import { createWorld, type Site, type World } from '../../testing/world.ts'

const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte van mevrouw Jansen.' }
const dayMs = 86_400_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-scrub-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function run(world: World, name: string, data: object = {}): Promise<void> {
  const job = world.server.jobList.find((each) => each.name === name)
  if (job === undefined) throw new Error(`there is no job ${name}`)
  await job.run(data, new AbortController().signal)
}
const payloadOf = (world: World, recordingId: RecordingId) =>
  world.server.db.everyCorps
    .selectFrom('vault_object')
    .selectAll()
    .where('recording_id', '=', recordingId)
    .where('kind', '=', 'payload')
    .executeTakeFirstOrThrow()
const typesOf = async (world: World, recordingId: RecordingId) =>
  (await world.trail(recordingId)).map(({ type }) => type)

const damages = [
  [
    'one flipped byte',
    'altered',
    async (file: string) => {
      const bytes = await readFile(file)
      const middle = Math.floor(bytes.length / 2)
      bytes[middle] = (bytes[middle] ?? 0) ^ 1
      await writeFile(file, bytes)
    },
  ],
  ['an end that is cut off', 'truncated', (file: string) => truncate(file, 5000)],
  ['bytes that are gone', 'missing', (file: string) => rm(file)],
] as const

describe('without a second store', () => {
  let world: World
  let site: Site
  const lines: string[] = []
  beforeAll(async () => {
    world = await createWorld({ log: jsonLog((line) => lines.push(line)) })
    site = await world.listen()
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
  })
  const pathOf = async (recordingId: RecordingId) =>
    join(world.settings.dataFolder, 'vault', (await payloadOf(world, recordingId)).object_key)
  const damagedNow = async () => {
    const { body } = await site.ask('GET', '/api/status', { as: world.administrator })
    return (body as { stores: { damaged: number } }).stores.damaged
  }

  test.each(damages)('a recording with %s is found, told, and served to nobody', async (_case, what, damage) => {
    const recordingId = await world.viewableRecording()
    const path = `/api/recordings/${recordingId}`
    const as = world.officer
    const viewing = await site.ask('POST', `${path}/viewings`, { as, body: stated })
    const { mediaUrl } = viewing.body as { mediaUrl: string }
    const exported = await site.ask('POST', `${path}/exports`, { as, body: { ...stated, recipient: 'Advocaat' } })
    const downloadUrl = await world.approvedPackage(exported.body)
    const file = await pathOf(recordingId)
    const right = await readFile(file)
    await damage(file)
    const before = await damagedNow()
    await run(world, 'vault/scrub')
    await run(world, 'vault/scrub')

    const refused = { status: 409, body: { code: 'vault/damaged' } }
    expect(await site.ask('GET', mediaUrl, { as })).toMatchObject(refused)
    expect(await site.ask('GET', downloadUrl, { as })).toMatchObject(refused)
    expect(await site.ask('POST', `${path}/viewings`, { as, body: stated })).toMatchObject(refused)
    const again = await site.ask('POST', `${path}/exports`, { as, body: { ...stated, recipient: 'Advocaat' } })
    expect(again).toMatchObject(refused)
    expect((await typesOf(world, recordingId)).filter((type) => type === 'recording-damaged')).toHaveLength(1)
    expect((await typesOf(world, recordingId)).at(-1)).toBe('recording-damaged')
    expect(await damagedNow()).toBe(before + 1)
    const { body: listed } = await site.ask('GET', '/api/recordings?show=damaged', { as })
    expect(listed).toMatchObject({ recordings: [{ id: recordingId, isDamaged: true }] })
    const stopped = { allowed: false, because: 'bytes-damaged' }
    expect((await site.ask('GET', path, { as })).body).toMatchObject({ may: { view: stopped, export: stopped } })
    const alarms = await site.ask('GET', '/api/vault/alarms', { as: world.administrator })
    const alarm = { recordingId, object: 'payload', place: 'first', what, endedAt: null, endedBy: null }
    expect((alarms.body as { alarms: unknown[] }).alarms[0]).toMatchObject(alarm)
    expect(await site.ask('GET', '/api/vault/alarms', { as })).toMatchObject({ status: 403 })
    expect(lines.filter((line) => line.includes('vault/damaged') && line.includes(recordingId))).toHaveLength(1)

    // An operator brings the bytes back.
    await writeFile(file, right)
    await run(world, 'vault/scrub')
    expect((await (await site.fetch(mediaUrl, { as })).arrayBuffer()).byteLength).toBeGreaterThan(1000)
    expect((await typesOf(world, recordingId)).at(-1)).toBe('recording-restored')
    expect(await damagedNow()).toBe(before)
  })

  test('whoever meets damage before scrubbing does is refused, and the object is looked at at once', async () => {
    const recordingId = await world.viewableRecording()
    const as = world.officer
    const viewing = await site.ask('POST', `/api/recordings/${recordingId}/viewings`, { as, body: stated })
    const { mediaUrl } = viewing.body as { mediaUrl: string }
    await writeFile(await pathOf(recordingId), Buffer.alloc(200_000, 7))
    expect((await site.ask('GET', mediaUrl, { as })).status).toBe(409)
    expect(await typesOf(world, recordingId)).not.toContain('recording-damaged')
    await run(world, 'vault/check-suspect', { objectKey: (await payloadOf(world, recordingId)).object_key })
    expect((await typesOf(world, recordingId)).at(-1)).toBe('recording-damaged')
  })

  test('reads those first that were read longest ago, none twice in a day, and goes on where it stopped', async () => {
    await run(world, 'vault/scrub')
    const recordingId = await world.storedRecording()
    const checkedAt = async () => (await payloadOf(world, recordingId)).checked_at
    expect(await checkedAt()).toBeNull()
    await run(world, 'vault/scrub')
    const first = world.clock.now()
    expect(await checkedAt()).toEqual(first)
    world.clock.advance(dayMs - 1)
    await run(world, 'vault/scrub')
    expect(await checkedAt()).toEqual(first)
    world.clock.advance(2)
    await run(world, 'vault/scrub')
    expect(await checkedAt()).toEqual(world.clock.now())
    // The clock had run ahead: what was read then is not left unread until then.
    world.clock.advance(-dayMs - 1)
    await run(world, 'vault/scrub')
    expect(await checkedAt()).toEqual(world.clock.now())
  })

  test('an object of a recording that is being erased raises no alarm', async () => {
    const recordingId = await world.storedRecording()
    await world.server.db.everyCorps
      .updateTable('recording')
      .set({ state: 'erasing' })
      .where('id', '=', recordingId)
      .execute()
    await rm(await pathOf(recordingId))
    const before = await damagedNow()
    await run(world, 'vault/scrub')
    expect(await damagedNow()).toBe(before)
  })
})

describe('with a second store', () => {
  let world: World
  let second: FailingStore
  beforeAll(async () => {
    second = failingStore(await openFileStore(join(folder, 'second')))
    world = await createWorld({ second })
  })
  afterAll(async () => {
    await world[Symbol.asyncDispose]()
  })
  const placesOf = async (recordingId: RecordingId) => {
    const { object_key: key } = await payloadOf(world, recordingId)
    return { key, first: join(world.settings.dataFolder, 'vault', key), second: join(folder, 'second', key) }
  }
  async function copied(): Promise<RecordingId> {
    const recordingId = await world.storedRecording()
    await run(world, 'vault/copy')
    return recordingId
  }

  test.each(damages)(
    'a recording with %s is restored from there, and both are in its trail',
    async (_case, _what, damage) => {
      const recordingId = await copied()
      const { first } = await placesOf(recordingId)
      const right = await readFile(first)
      await damage(first)
      await run(world, 'vault/scrub')
      expect((await readFile(first)).equals(right)).toBe(true)
      expect((await typesOf(world, recordingId)).slice(-2)).toEqual(['recording-damaged', 'recording-restored'])
      const source = await world.server.modules.vault.find(world.server.db.everyCorps, recordingId, 'payload')
      expect((await source?.read(4, 8))?.toString()).toBe('ftyp')
    },
  )

  test.each(damages)('a copy with %s is made again', async (_case, _what, damage) => {
    const recordingId = await copied()
    const places = await placesOf(recordingId)
    await run(world, 'vault/scrub')
    world.clock.advance(2 * dayMs)
    await damage(places.second)
    await run(world, 'vault/scrub')
    world.clock.advance(-2 * dayMs)
    expect((await readFile(places.second)).equals(await readFile(places.first))).toBe(true)
    expect(await typesOf(world, recordingId)).not.toContain('recording-damaged')
  })

  test('what is damaged in both stays refused: neither is taken for the other', async () => {
    const recordingId = await copied()
    const places = await placesOf(recordingId)
    for (const file of [places.first, places.second]) await damages[0][2](file)
    await run(world, 'vault/scrub')
    const { vault } = world.server.modules
    await expect(vault.find(world.server.db.everyCorps, recordingId, 'payload')).rejects.toThrow('vault/damaged')
    expect(await typesOf(world, recordingId)).not.toContain('recording-restored')
  })

  test('erasing does not wait for it, and its bytes go when it answers again', async () => {
    const recordingId = await copied()
    const places = await placesOf(recordingId)
    world.clock.advance(60 * dayMs)
    try {
      const { retention, recordings } = world.server.modules
      second.failAt('remove', new StoreUnreachable('no answer'))
      await retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
      expect((await recordings.find(world.officer.corpsId, recordingId))?.state).toBe('erased')
      await run(world, 'vault/remove-waiting')
      expect((await readFile(places.second)).length).toBeGreaterThan(0)
      second.heal()
      await run(world, 'vault/remove-waiting')
      expect(await second.sizeOf(places.key)).toBeUndefined()
      expect(await world.server.db.everyCorps.selectFrom('vault_removal').selectAll().execute()).toEqual([])
    } finally {
      world.clock.advance(-60 * dayMs)
    }
  })

  test('while it does not answer recordings are received all the same, and copied when it does', async () => {
    second.failAt('put', new StoreUnreachable('no answer'))
    const recordingId = await world.storedRecording()
    await run(world, 'vault/copy')
    const { key } = await placesOf(recordingId)
    expect(await second.sizeOf(key)).toBeUndefined()
    second.heal()
    await run(world, 'vault/copy')
    expect(await second.sizeOf(key)).toBeGreaterThan(0)
  })

  test('a copy of what was erased while it was made is removed again', async () => {
    const recordingId = await world.storedRecording()
    const { key } = await placesOf(recordingId)
    const { put } = second
    const erasingMeanwhile = {
      ...second,
      put: async (...given: Parameters<typeof put>) => {
        await put(...given)
        if (given[0] !== key) return
        world.clock.advance(60 * dayMs)
        await world.server.modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
        await run(world, 'vault/remove-waiting')
        world.clock.advance(-60 * dayMs)
      },
    }
    await world.restart({ second: erasingMeanwhile })
    await run(world, 'vault/copy')
    await run(world, 'vault/remove-waiting')
    expect(await second.sizeOf(key)).toBeUndefined()
  })
})
