import { createHash } from 'node:crypto'
import { cp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newUpload, placeOf } from '../../testing/tus.ts'
import { createWorld, type Site, toActor, type World } from '../../testing/world.ts'

let world: World
let site: Site
beforeAll(async () => {
  world = await createWorld()
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function crash(): Promise<void> {
  await world.crash()
  site = await world.listen()
}
async function runJob(name: string): Promise<void> {
  const job = world.server.jobList.find((each) => each.name === name)
  if (job === undefined) throw new Error(`there is no job ${name}`)
  await job.run({}, new AbortController().signal)
}
const secretsFolder = () => join(world.settings.keysFolder, 'secrets')
const stagingFolder = () => join(world.settings.dataFolder, 'staging')
const findStored = (bytes: Uint8Array) =>
  world.server.modules.recordings.findByDigest(world.officer.corpsId, createHash('sha256').update(bytes).digest())
async function readBack(recordingId: RecordingId): Promise<Uint8Array | undefined> {
  const source = await world.server.modules.vault.find(world.server.db.everyCorps, recordingId, 'payload')
  return source?.read(0, source.sizeBytes)
}

describe('a server that was killed', () => {
  test('goes on with an upload after the last acknowledged byte', async () => {
    const bytes = await world.clip()
    const path = placeOf(await newUpload(site, world.camera.wearer, bytes).announce())
    const steps = [10_000, 65_536, 70_001]
    let offset = 0
    for (const end of steps) {
      const answer = await newUpload(site, world.camera.wearer, bytes).patch(path, offset, bytes.subarray(offset, end))
      expect(answer.headers.get('upload-offset')).toBe(`${end}`)
      await crash()
      const head = await newUpload(site, world.camera.wearer, bytes).head(path)
      expect(head.headers.get('upload-offset')).toBe(`${end}`)
      offset = end
    }
    const last = await newUpload(site, world.camera.wearer, bytes).patch(path, offset, bytes.subarray(offset))
    expect(last.status).toBe(204)
    const stored = await findStored(bytes)
    expect(stored === undefined ? undefined : Buffer.from((await readBack(stored.id)) ?? []).equals(bytes)).toBe(true)
  })

  test('leaves nothing of what it was making, and all of what it was receiving', async () => {
    const bytes = await world.clip()
    const path = placeOf(await newUpload(site, world.camera.wearer, bytes).announce())
    await newUpload(site, world.camera.wearer, bytes).patch(path, 0, bytes.subarray(0, 100_000))
    const receiving = await readdir(stagingFolder())
    expect(receiving).not.toEqual([])
    // The names of a proxy, a clip and what either is made of; sealed under keys that died with it.
    for (const name of ['derived-1.age', 'made-1.age', 'aside-1.age']) await writeFile(join(stagingFolder(), name), 'x')
    await crash()
    await world.server.modules.vault.clearMaking()
    expect((await readdir(stagingFolder())).toSorted()).toEqual(receiving.toSorted())
    const rest = bytes.subarray(100_000)
    expect((await newUpload(site, world.camera.wearer, bytes).patch(path, 100_000, rest)).status).toBe(204)
  })

  test('stores what had come in whole, but was not entered yet, when it is next asked about', async () => {
    const bytes = await world.clip()
    const actor = toActor(world.camera.wearer)
    const upload = newUpload(site, world.camera.wearer, bytes)
    const path = placeOf(await upload.announce())
    await upload.patch(path, 0, bytes.subarray(0, 1000))
    const rows = await world.server.db.everyCorps.selectFrom('upload').selectAll().execute()
    const row = rows.find(({ id }) => path.endsWith(id))
    if (row === undefined) throw new Error('the upload has no row')
    await crash()
    // All that happens before the transaction that enters it.
    const ref = { draftId: row.id, objectKey: row.object_key, sizeBytes: row.size_bytes }
    {
      await using draft = await world.server.modules.vault.openDraft(ref)
      await draft.append(bytes.subarray(1000))
      await draft.flush()
    }
    await crash()
    expect(await findStored(bytes)).toBeUndefined()

    const head = await newUpload(site, world.camera.wearer, bytes).head(path)
    expect(head.headers.get('upload-offset')).toBe(`${bytes.length}`)
    const stored = await findStored(bytes)
    expect(stored).toMatchObject({ wearerId: actor.id })
    expect((await world.trail(stored?.id ?? (row.recording_id as RecordingId))).map(({ type }) => type)).toEqual([
      'recording-received',
    ])
  })
})

describe('the sweep', () => {
  test('removes what a crash right after storing leaves, at the second look, and nothing else', async () => {
    const bytes = await world.clip()
    const upload = newUpload(site, world.camera.wearer, bytes)
    const path = placeOf(await upload.announce())
    await upload.patch(path, 0, bytes.subarray(0, 40_000))
    // Key and tail as they are on disk before the draft is closed.
    const before = join(world.settings.dataFolder, 'before')
    await cp(secretsFolder(), join(before, 'secrets'), { recursive: true })
    await cp(stagingFolder(), join(before, 'staging'), { recursive: true })
    expect((await upload.patch(path, 40_000, bytes.subarray(40_000))).status).toBe(204)
    await cp(join(before, 'secrets'), secretsFolder(), { recursive: true, force: false })
    await cp(join(before, 'staging'), stagingFolder(), { recursive: true, force: false })

    // Somebody is receiving meanwhile, and a derived object was written that no row came to name.
    const going = await world.clip()
    const goingPath = placeOf(await newUpload(site, world.officer, going).announce())
    await newUpload(site, world.officer, going).patch(goingPath, 0, going.subarray(0, 30_000))
    const stored = await findStored(bytes)
    if (stored === undefined) throw new Error('it was not stored')
    const { vault } = world.server.modules
    await vault.writeDerived(world.server.db.everyCorps, stored.id, stored.corpsId, 'poster', Buffer.from('a picture'))
    const keystore = await world.keystore()
    await keystore.demand(`bucket/${stored.corpsId}/due-2026-01-01`)

    const state = async () => ({
      objects: await world.objectKeys(),
      drafts: await keystore.list('draft/'),
      buckets: await keystore.list('bucket/'),
    })
    const found = await state()
    expect(found.drafts).toHaveLength(2)
    await runJob('vault/sweep')
    await runJob('vault/sweep')
    expect(await state()).toEqual(found)

    world.clock.advance(12 * 3_600_000 - 1)
    await runJob('vault/sweep')
    expect(await state()).toEqual(found)
    world.clock.advance(1)
    const late = await world.receive(await world.clip())
    await runJob('vault/sweep')
    await runJob('vault/sweep')
    world.clock.advance(-12 * 3_600_000)

    const after = await state()
    expect(after.drafts).toEqual([`draft/${goingPath.split('/').at(-1)}`])
    expect(after.buckets).not.toContain(`bucket/${stored.corpsId}/due-2026-01-01`)
    const gone = found.objects.filter((key) => !after.objects.includes(key))
    const isStaged = (key: string) => key.startsWith('staging/')
    expect(gone.filter(isStaged)).toEqual([expect.stringContaining('.age'), expect.stringContaining('.tail')])
    expect(gone.filter((key) => !isStaged(key))).toEqual([expect.stringContaining('/poster-')])

    for (const id of [stored.id, late]) expect((await readBack(id))?.length).toBeGreaterThan(0)
    const rest = await newUpload(site, world.officer, going).patch(goingPath, 30_000, going.subarray(30_000))
    expect(rest.status).toBe(204)
    expect(await readdir(secretsFolder())).toContain(encodeURIComponent('escrow/identity'))
  })

  test('leaves a thing alone that somebody came to name after the first look', async () => {
    const recordingId = await world.storedRecording()
    const { vault } = world.server.modules
    const { db } = world.server
    const corpsId = world.officer.corpsId
    const poster = await vault.writeDerived(db.everyCorps, recordingId, corpsId, 'poster', Buffer.from('a picture'))
    if (poster === undefined) throw new Error('the recording has no key')
    await runJob('vault/sweep')
    await db
      .of(corpsId)
      .transaction()
      .execute((tx) => vault.claim(tx, poster))
    world.clock.advance(24 * 3_600_000)
    await runJob('vault/sweep')
    world.clock.advance(-24 * 3_600_000)
    expect(await world.objectKeys()).toContain(poster.objectKey)
    expect(await db.everyCorps.selectFrom('vault_unclaimed').selectAll().execute()).toEqual([])
  })
})

test('the key of a day is never destroyed under a recording that is being received', async () => {
  const { db } = world.server
  const { vault } = world.server.modules
  const destroy = vault.jobs.find(({ name }) => name === 'vault/destroy-key')
  const signal = new AbortController().signal
  const received: RecordingId[] = []
  for (let round = 0; round < 4; round += 1) {
    const recordedOn = `2026-11-${10 + round}`
    const dueOn = new Date(Date.parse(recordedOn) + 28 * 86_400_000).toISOString().slice(0, 10)
    const bucket = `bucket/${world.officer.corpsId}/due-${dueOn}`
    const receiving = world.receive(await world.clip({ recordedOn }))
    let isDone = false
    const destroying = (async () => {
      while (!isDone) await destroy?.run({ bucket }, signal)
    })()
    received.push(await receiving)
    isDone = true
    await destroying
    await destroy?.run({ bucket }, signal)
  }
  const rows = await db.everyCorps
    .selectFrom('vault_key')
    .select('bucket')
    .where('recording_id', 'in', received)
    .execute()
  expect(new Set(rows.map(({ bucket }) => bucket)).size).toBe(4)
  await world.restart()
  for (const id of received) expect((await readBack(id))?.length).toBeGreaterThan(0)
})
