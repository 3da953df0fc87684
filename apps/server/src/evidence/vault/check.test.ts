import { rm, truncate, writeFile, readFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RecordingId } from '@getuige/base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { openFileStore } from '#platform/object-store'
import { createWorld, type World } from '../../testing/world.ts'
import { checkVault, listUnclaimedObjects, type VaultFinding } from './check.ts'

let world: World
const recordings: RecordingId[] = []
beforeAll(async () => {
  world = await createWorld()
  for (let n = 0; n < 7; n += 1) recordings.push(await world.storedRecording())
})
afterAll(() => world[Symbol.asyncDispose]())

async function check(isDeep: boolean) {
  const { db, modules } = world.server
  await using objects = await openObjects()
  const found: VaultFinding[] = []
  const total = await checkVault(
    { db, objects: objects.store, keystore: await world.keystore() },
    {
      listKept: modules.recordings.listKept,
      isKept: modules.recordings.isKept,
      isDeep,
      tell: (finding) => void found.push(finding),
      signal: new AbortController().signal,
    },
  )
  return { total, found: found.map(({ what, recordingId }) => ({ what, recordingId })) }
}

async function openObjects() {
  const store = await openFileStore(join(world.settings.dataFolder, 'vault'))
  return { store, [Symbol.asyncDispose]: () => store.close() }
}

async function fileOf(recordingId: RecordingId): Promise<string> {
  const rows = await runSql(world.server.db.everyCorps, 'select object_key from vault_object where recording_id = $1', [
    recordingId,
  ])
  return join(world.settings.dataFolder, 'vault', (rows as { object_key: string }[])[0]?.object_key ?? '')
}

test('each way in which objects, keys and rows can part is found, and named by its recording', async () => {
  expect(await check(true)).toEqual({ total: { recordings: 7, objects: 7, findings: 0 }, found: [] })

  const [missing, short, altered, lost, moved, unnamed, exchanged] = recordings as [
    RecordingId,
    RecordingId,
    RecordingId,
    RecordingId,
    RecordingId,
    RecordingId,
    RecordingId,
  ]
  const { db } = world.server
  await rm(await fileOf(missing))
  await truncate(await fileOf(short), 1000)
  const bytes = await readFile(await fileOf(altered))
  bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000)
  await writeFile(await fileOf(altered), bytes)
  await runSql(db.everyCorps, `update vault_key set bucket = 'bucket/gone/due-2020-01-01' where recording_id = $1`, [
    lost,
  ])
  await runSql(db.everyCorps, `update vault_key set wrapped_file_key = sealed_header where recording_id = $1`, [moved])
  await runSql(db.everyCorps, `delete from vault_object where recording_id = $1`, [unnamed])

  await runSql(db.everyCorps, `update vault_object set payload_sha256 = '\\xab' where recording_id = $1`, [exchanged])

  const shallow = [
    { what: 'object-missing', recordingId: missing },
    { what: 'object-truncated', recordingId: short },
    { what: 'key-missing', recordingId: lost },
    { what: 'key-altered', recordingId: moved },
    { what: 'rows-missing', recordingId: unnamed },
    { what: 'row-differs', recordingId: exchanged },
  ]
  const byRecording = (one: { recordingId: string }, other: { recordingId: string }) =>
    one.recordingId < other.recordingId ? -1 : 1
  const quick = await check(false)
  expect(quick.found).toEqual(shallow.toSorted(byRecording))
  expect(quick.total.findings).toBe(6)
  // Only reading every byte finds one that changed.
  const deep = [...shallow, ...[altered, exchanged].map((recordingId) => ({ what: 'object-altered', recordingId }))]
  expect((await check(true)).found).toEqual(deep.toSorted(byRecording))
})

test('an object that no row names is listed, and one whose recording was erased meanwhile is no finding', async () => {
  const [stray, erased] = ['corps_x/aa/rec_x/payload.age', await world.storedRecording()]
  const file = join(world.settings.dataFolder, 'vault', stray)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, 'x')
  await using objects = await openObjects()
  const listed = await Array.fromAsync(listUnclaimedObjects({ db: world.server.db, objects: objects.store }))
  expect(listed).toContain(stray)
  expect(listed).not.toContain((await fileOf(erased)).slice(join(world.settings.dataFolder, 'vault').length + 1))

  await rm(await fileOf(erased))
  expect((await check(false)).found.map(({ recordingId }) => recordingId)).toContain(erased)
  await runSql(world.server.db.everyCorps, `update recording set state = 'erasing' where id = $1`, [erased])
  expect((await check(false)).found.map(({ recordingId }) => recordingId)).not.toContain(erased)
})
