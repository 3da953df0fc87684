import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { jsonLog } from '#platform/log'
import { openFileStore, openStaging, StoreUnreachable } from '#platform/object-store'
import { withoutMoov } from './demo/clips/damage.ts'
import { requireSound } from './testing/faults.ts'
import { type FailingStaging, failingStaging, type FailingStore, failingStore } from './testing/failing-store.ts'
import { newUpload, placeOf } from './testing/tus.ts'
import { createWorld, type Site, toActor, type World } from './testing/world.ts'

const lines: string[] = []
let folder: string
let objects: FailingStore
let staging: FailingStaging
let world: World
let site: Site
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-failing-'))
  objects = failingStore(await openFileStore(join(folder, 'vault')))
  staging = failingStaging(await openStaging(join(folder, 'staging')))
  world = await createWorld({ objects, staging, log: jsonLog((line) => lines.push(line)) })
  site = await world.listen()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const findStored = (bytes: Uint8Array) =>
  world.server.modules.recordings.findByDigest(world.officer.corpsId, createHash('sha256').update(bytes).digest())

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
const unreachable = new StoreUnreachable('no answer')

test.each([
  ['a full disk while writing', 'write', full, 507, 'before'],
  ['a full disk while syncing', 'sync', full, 507, 'before'],
  ['a disk that is gone while writing', 'write', undefined, 500, 'before'],
  ['a write that is reported as failed', 'write', undefined, 500, 'after'],
  ['a disk that is gone while syncing', 'sync', undefined, 500, 'before'],
  ['a sync that is reported as failed', 'sync', undefined, 500, 'after'],
  ['a disk that is gone while opening', 'append', undefined, 500, 'before'],
  ['a full disk while handing over', 'put', full, 507, 'before'],
  ['a store that does not answer while handing over', 'put', unreachable, 503, 'before'],
  ['a hand-over that is reported as failed', 'put', unreachable, 503, 'after'],
] as const)(
  '%s costs no acknowledged byte: the upload goes on where the server says',
  async (_case, step, error, status, when) => {
    const bytes = await world.clip()
    const upload = newUpload(site, world.camera.wearer, bytes)
    const path = placeOf(await upload.announce({ filename: 'Aangifte Jansen.mp4' }))
    const begun = step === 'append' ? 0 : 30_000
    if (begun > 0) expect((await upload.patch(path, 0, bytes.subarray(0, begun))).status).toBe(204)
    if (step === 'put') objects.failAt(step, error, when)
    else staging.failAt(step, error, when)
    expect((await upload.patch(path, begun, bytes.subarray(begun))).status).toBe(status)
    objects.heal()
    staging.heal()
    const offset = Number((await upload.head(path)).headers.get('upload-offset'))
    expect(offset).toBeGreaterThanOrEqual(begun)
    if (offset < bytes.length) expect((await upload.patch(path, offset, bytes.subarray(offset))).status).toBe(204)
    const stored = await findStored(bytes)
    if (stored === undefined) throw new Error('it was not stored')
    expect((await world.trail(stored.id)).map(({ type }) => type)).toEqual(['recording-received'])
    const source = await world.server.modules.vault.find(world.server.db.everyCorps, stored.id, 'payload')
    expect(Buffer.from((await source?.read(0, bytes.length)) ?? []).equals(bytes)).toBe(true)
  },
)

test.each([
  ['writing', 'write'],
  ['handing over', 'put'],
] as const)(
  'a full disk while %s leaves nothing of a proxy or a clip; it is said, and each is made once there is room',
  async (_case, step) => {
    const { access, clips, media, tasks } = world.server.modules
    const { corpsId } = world.officer
    const signal = new AbortController().signal
    const originalId = await world.viewableRecording()
    const lostId = await world.receive(withoutMoov(await world.clip()))
    await media.prepare({ corpsId, recordingId: lostId }, signal)
    const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte door de wijkagent.' }
    const viewing = await access.startViewing(world.officer, originalId, stated)
    await world.server.db.everyCorps.deleteFrom('task').where('kind', '=', 'pictures').execute()
    const part = { inMs: 1000, outMs: 3000, method: 'key-frames', reason: 'Dit deel toont de aanhouding.' } as const
    const asked = [await clips.make(world.officer, viewing.id, part)]
    asked.push(...(await tasks.list(toActor(world.officer), lostId)).map(({ id }) => id))
    const kept = async () => [...(await Array.fromAsync(objects.list())), ...(await staging.list())].toSorted()
    const before = await kept()
    const work = async () => {
      for (const lane of ['long', 'short'] as const) while ((await tasks.runNext(lane, signal)) !== undefined);
      const listed = await tasks.list(toActor(world.officer))
      return listed.filter(({ id }) => asked.includes(id)).map(({ state, problem }) => problem ?? state)
    }

    if (step === 'put') objects.failAt(step, full)
    else staging.failAt(step, full)
    expect(await work()).toEqual(['disk-full', 'disk-full'])
    objects.heal()
    staging.heal()
    expect(await kept()).toEqual(before)
    for (const id of asked) await tasks.retry(toActor(world.officer), id)
    expect(await work()).toEqual(['done', 'done'])
    const entered = async (id: RecordingId) => (await world.trail(id)).map(({ type }) => type)
    expect((await entered(lostId)).filter((type) => type === 'proxy-made')).toHaveLength(1)
    expect((await entered(originalId)).filter((type) => type === 'clip-made')).toHaveLength(1)
    await requireSound(world)
  },
)

test('a recording that came whole while its store did not answer is stored when it does, unasked and however late', async () => {
  const bytes = await world.clip()
  const upload = newUpload(site, world.camera.wearer, bytes)
  const path = placeOf(await upload.announce())
  objects.failAt('put', unreachable)
  expect((await upload.patch(path, 0, bytes)).status).toBe(503)
  const run = async (name: string) => {
    const job = world.server.jobList.find((each) => each.name === name)
    if (job === undefined) throw new Error(`there is no job ${name}`)
    await job.run({}, new AbortController().signal)
  }
  world.clock.advance(3 * 86_400_000)
  try {
    await run('ingest/store-waiting')
    await run('ingest/discard-expired')
    expect(await findStored(bytes)).toBeUndefined()
    objects.heal()
    await run('ingest/store-waiting')
  } finally {
    world.clock.advance(-3 * 86_400_000)
  }
  const stored = await findStored(bytes)
  if (stored === undefined) throw new Error('it was not stored')
  expect((await world.trail(stored.id)).map(({ type }) => type)).toEqual(['recording-received'])
})

test('bytes that cannot be read are never answered in part as if they were whole', async () => {
  const bytes = await world.clip()
  const recordingId = await world.receive(bytes)
  const { media } = world.server.modules
  await media.prepare({ corpsId: world.officer.corpsId, recordingId }, new AbortController().signal)
  const stated = { purpose: 'report', reference: 'PL1500 2026123456-1', reason: 'Aangifte van mevrouw Jansen.' }
  const as = world.officer
  const viewing = await site.ask('POST', `/api/recordings/${recordingId}/viewings`, { as, body: stated })
  const { mediaUrl } = viewing.body as { mediaUrl: string }
  const made = await site.ask('POST', `/api/recordings/${recordingId}/exports`, {
    as,
    body: { ...stated, recipient: 'Advocaat Pietersen' },
  })
  const downloadUrl = await world.approvedPackage(made.body)
  objects.failAt('read')
  const outcomeOf = async (url: string) => {
    const answer = await site.fetch(url, { as })
    if (answer.status === 500) return 'refused'
    return answer.arrayBuffer().then(
      () => 'whole',
      () => 'cut off',
    )
  }
  expect(await outcomeOf(mediaUrl)).toMatch(/refused|cut off/)
  expect(await outcomeOf(downloadUrl)).toMatch(/refused|cut off/)
  objects.heal()
  expect((await (await site.fetch(mediaUrl, { as })).arrayBuffer()).byteLength).toBe(bytes.length)
})

test('an altered byte of a sealed object is never sent', async () => {
  const recordingId: RecordingId = await world.receive(await world.clip())
  const { db, modules } = world.server
  const [row] = (await runSql(db.everyCorps, `select object_key from vault_object where recording_id = $1`, [
    recordingId,
  ])) as {
    object_key: string
  }[]
  if (row === undefined) throw new Error('there is no object')
  const size = (await objects.sizeOf(row.object_key)) ?? 0
  const sealed = await objects.read(row.object_key, 0, size)
  sealed[size - 20] = (sealed[size - 20] ?? 0) ^ 1
  await writeFile(join(folder, 'vault', row.object_key), sealed)
  const source = await modules.vault.find(db.everyCorps, recordingId, 'payload')
  await expect(source?.read(source.sizeBytes - 10, source.sizeBytes)).rejects.toThrow()
})

test('what operators read tells of failures and defects, and holds no name, login, reason or password', async () => {
  const { corps, retention, deployments, devices } = world.server.modules
  const officer = toActor(world.officer)
  const recordingId = await world.receive(await world.clip())
  const hold = { kind: 'report', number: 'PL1500 2026999999-1', reason: 'Mevrouw Jansen deed aangifte.' } as const
  await retention.placeHold(officer, { recordingId, ...hold })
  await devices.addDock(toActor(world.administrator), 'Dok van Pietersen')
  await deployments.complete(toActor(world.camera.wearer), recordingId, {
    firstWarningAt: null,
    secondWarningAt: null,
    exception: 'immediate-danger',
    trigger: 'threat',
    effect: 'calmed',
    note: 'Jansen werd rustig.',
  })
  await corps.addPerson(world.administrator, {
    name: 'Karel Pietersen',
    login: 'k.pietersen',
    title: '',
    roles: ['enforcer'],
  })
  await corps
    .addPerson(world.administrator, { name: 'Karel Jansen', login: 'k.pietersen', title: '', roles: ['enforcer'] })
    .catch(() => undefined)
  await site.ask('POST', '/api/session', { body: { login: 'k.pietersen', password: 'geheim van Jansen' } })
  // Defects of every kind, on requests full of words: the database says no in the middle of an act.
  const { db } = world.server
  await runSql(db.everyCorps, `alter table hold add constraint no_more check (number = 'PL1500 2026999999-1')`)
  await runSql(db.everyCorps, `create unique index one_name on person (corps_id, role)`).catch(() => undefined)
  const as = world.officer
  const body = { kind: 'complaint', number: 'Klacht Jansen 12', reason: 'Jansen klaagt over Pietersen.' }
  const broken = await site.ask('POST', `/api/recordings/${recordingId}/holds`, { as, body })
  expect(broken).toMatchObject({
    status: 500,
    body: { code: 'server/defect', requestId: expect.any(String) as string },
  })
  expect(JSON.stringify(broken.body)).not.toContain('Jansen')
  await runSql(db.everyCorps, `alter table hold drop constraint no_more`)
  await runSql(db.everyCorps, `alter table upload add constraint no_more check (false) not valid`)
  await newUpload(site, world.officer, await world.clip()).announce({ filename: 'Jansen.mp4' })
  await runSql(db.everyCorps, `alter table upload drop constraint no_more`)

  const read = lines.join('')
  expect(lines.length).toBeGreaterThan(2)
  const { requestId } = broken.body as { requestId: string }
  expect(lines.filter((line) => line.includes(requestId))).toHaveLength(1)
  for (const word of [
    'Jansen',
    'Pietersen',
    'pietersen',
    'PL1500',
    'Klacht',
    'geheim',
    world.officer.name,
    'Ada',
    'Dok',
    '.mp4',
  ]) {
    expect(lines.filter((line) => line.includes(word))).toEqual([])
  }
  expect(read).not.toMatch(/getuige_session|argon2|dock_/)
})
