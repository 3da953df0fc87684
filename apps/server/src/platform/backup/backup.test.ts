import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newIdentity } from '@getuige/proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyDatabase } from '../../../../../tests/setup/database.ts'
import { findTool, reportMissingTool } from '../../../../../tests/outside-tools.ts'
import { createWorld, type World } from '../../testing/world.ts'
import { systemClock, turnableClock } from '../clock/index.ts'
import { type Connection, listMigrations, migrate, migrationTable, openDatabase, runSql } from '../database/index.ts'
import { quietLog } from '../log/index.ts'
import { backupJobs, checkBackup, findBackupStanding, listBackups, restoreDatabase, writeBackup } from './index.ts'
import { connectForCopy, listSequences, listTables, readContents } from './tables.ts'

const [mine, other] = [newIdentity(Buffer.alloc(32, 1)), newIdentity(Buffer.alloc(32, 2))]
const secrets = new Map([['signer/corp_1', new Uint8Array(32).fill(7)]])

const noMark = () => Promise.resolve()
const noKeys = () => Promise.resolve()

let world: World
let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-backup-'))
  for (const name of ['made', 'during', 'changed', 'kept', 'nightly', 'older']) await mkdir(join(folder, name))
  world = await createWorld()
  await world.viewableRecording()
  await world.storedRecording()
  const later = `insert into pgboss.job (name, data, start_after)
    values ('media/prepare', '{"recordingId": "a \\"quoted\\" \\\\ id"}', now() + interval '1 day')`
  await runSql(world.server.db.everyCorps, later)
  path = await backUp()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function backUp(change: Partial<Parameters<typeof writeBackup>[0]> = {}): Promise<string> {
  const made = await writeBackup({
    connection: world.settings.connection,
    clock: systemClock,
    version: '0.0.0',
    folder: join(folder, 'made'),
    recipients: [mine.recipient, other.recipient],
    keep: 3,
    listSecrets: async () => secrets,
    signal: new AbortController().signal,
    ...change,
  })
  return made.path
}

async function readAll(connection: Connection) {
  await using client = await connectForCopy(connection)
  const tables = await listTables(client)
  const contents: unknown[] = []
  for (const table of tables) contents.push([table, await readContents(client, table)])
  return { contents, sequences: await listSequences(client) }
}

test('a back-up restored into an empty database is the same database, its waiting jobs included', async () => {
  const backup = await checkBackup(path, [other.identity])
  expect(backup.secrets).toEqual(secrets)
  await using database = await createEmptyDatabase()

  await restoreDatabase(database.connection, backup, noMark, noKeys)

  expect(await readAll(database.connection)).toEqual(await readAll(world.settings.connection))
  const db = openDatabase(database.connection)
  try {
    expect(await migrate(db)).toEqual({ applied: [] })
    const waiting = await runSql(db.everyCorps, `select name, data from pgboss.job`)
    expect(waiting).toEqual([{ name: 'media/prepare', data: { recordingId: 'a "quoted" \\ id' } }])
    // Rules between tables are in force again.
    await expect(
      runSql(
        db.everyCorps,
        `update vault_object set recording_id = 'rec_none' where object_key = (select max(object_key) from vault_object)`,
      ),
    ).rejects.toThrow(/violates foreign key/)
    // And what is there is never written over.
    await expect(restoreDatabase(database.connection, backup, noMark, noKeys)).rejects.toThrow(
      'The database is not empty',
    )
  } finally {
    await db.destroy()
  }
})

test('a back-up from before every row had its corps is restored, and each row gets its own', async () => {
  await using before = await createEmptyDatabase()
  const older = openDatabase(before.connection)
  try {
    await runSql(older.everyCorps, migrationTable)
    for (const { name, sha256, text } of (await listMigrations()).filter((one) => one.name < '0010')) {
      await runSql(older.everyCorps, text)
      await runSql(older.everyCorps, 'insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256])
    }
    for (const corps of ['corps_a', 'corps_b']) {
      const recording = `rec_${corps}`
      await runSql(older.everyCorps, `insert into corps values ($1, 'Naam', 'nl-boa', 'Europe/Brussels', now())`, [
        corps,
      ])
      await runSql(older.everyCorps, `insert into camera values ($1, $1, 'Camera', 'CAM', now())`, [corps])
      await runSql(
        older.everyCorps,
        `insert into recording (id, corps_id, state, camera_id, recorded_at, recorded_at_from, received_at, size_bytes,
          sha256, payload_sha256, original_name, law_pack_id, due_at, due_on, activation)
        values ($1, $2, 'stored', $2, now(), 'file', now(), 1, '', '', '', 'nl-boa', now(), now(), 'warned')`,
        [recording, corps],
      )
      await runSql(older.everyCorps, `insert into vault_key values ($1, 1, 'bucket', '', '', 1)`, [recording])
      await runSql(older.everyCorps, `insert into vault_copy values ($1, 'file:second', null)`, [
        `${corps}/00/${recording}`,
      ])
    }
  } finally {
    await older.destroy()
  }
  const file = await backUp({ connection: before.connection, folder: join(folder, 'older') })
  await using database = await createEmptyDatabase()
  await restoreDatabase(database.connection, await checkBackup(file, [mine.identity]), noMark, noKeys)
  const db = openDatabase(database.connection)
  try {
    await migrate(db)
    for (const table of ['vault_key', 'vault_copy', 'recording']) {
      for (const corps of ['corps_a', 'corps_b'])
        expect(await runSql(db.of(corps), `select corps_id from ${table}`)).toEqual([{ corps_id: corps }])
    }
  } finally {
    await db.destroy()
  }
})

test('rows that a policy of somebody else hides are never left out of a back-up unnoticed', async () => {
  await using database = await createEmptyDatabase()
  const db = openDatabase(database.connection)
  try {
    await migrate(db)
    await runSql(db.everyCorps, 'create policy other on hold as restrictive using (false)')
    const failing = backUp({ connection: database.connection, folder: join(folder, 'older') })
    await expect(failing).rejects.toThrow('Rows of hold may be hidden')
  } finally {
    await db.destroy()
  }
})

test('what is committed while a back-up is made is in it whole or not at all, and the server goes on', async () => {
  let during = ''
  const made = await backUp({
    folder: join(folder, 'during'),
    // Asked between the snapshot and the end.
    listSecrets: async () => {
      during = await world.storedRecording()
      return secrets
    },
  })
  await using database = await createEmptyDatabase()
  await restoreDatabase(database.connection, await checkBackup(made, [mine.identity]), noMark, noKeys)
  const db = openDatabase(database.connection)
  try {
    expect(during).toMatch(/^rec_/)
    expect(await runSql(db.everyCorps, 'select 1 from recording where id = $1', [during])).toEqual([])
    expect(await runSql(db.everyCorps, 'select 1 from custody_entry where recording_id = $1', [during])).toEqual([])
  } finally {
    await db.destroy()
  }
})

test('a file that is cut off, altered, or for somebody else is refused before anything is written', async () => {
  const whole = await readFile(path)
  const altered = Buffer.from(whole)
  altered.writeUInt8(altered.readUInt8(whole.length >> 1) ^ 1, whole.length >> 1)
  const stranger = newIdentity(Buffer.alloc(32, 3))
  const file = join(folder, 'broken')
  for (const [bytes, identity, sentence] of [
    [altered, mine.identity, /was altered or cut off/],
    [whole.subarray(0, whole.length - 1), mine.identity, /was altered or cut off/],
    [whole.subarray(0, whole.length - 70_000), mine.identity, /was altered or cut off/],
    [whole.subarray(0, 300), mine.identity, /cut off/],
    [Buffer.from('nothing of ours'), mine.identity, /not an age file/],
    [whole, stranger.identity, /not for this identity/],
    [whole, 'AGE-SECRET-KEY-1X', /does not open with this identity/],
  ] as const) {
    await writeFile(file, bytes)
    await expect(checkBackup(file, [identity])).rejects.toThrow(sentence)
  }
})

test('a file that changes between being checked and being loaded leaves the database empty', async () => {
  const file = join(folder, 'changing')
  await copyFile(path, file)
  const backup = await checkBackup(file, [mine.identity])
  await copyFile(await backUp({ folder: join(folder, 'changed') }), file)
  await using database = await createEmptyDatabase()

  await expect(restoreDatabase(database.connection, backup, noMark, noKeys)).rejects.toThrow(
    'changed while it was read',
  )
  const db = openDatabase(database.connection)
  try {
    const left = `select nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname in ('public', 'pgboss')`
    expect(await runSql(db.everyCorps, left)).toEqual([])
  } finally {
    await db.destroy()
  }
})

test('what fails half-way leaves no file, and a folder keeps the last few', async () => {
  const kept = join(folder, 'kept')
  const clock = turnableClock(new Date('2026-11-22T04:30:00Z'))
  const failing = backUp({ folder: kept, clock, listSecrets: () => Promise.reject(new Error('no keys')) })
  await expect(failing).rejects.toThrow('no keys')
  expect(await readdir(kept)).toEqual([])
  // A disk that is not mounted: on the one beneath it nothing is made.
  await expect(backUp({ folder: join(folder, 'unmounted') })).rejects.toThrow('mount its disk')
  expect(await readdir(folder)).not.toContain('unmounted')
  await expect(backUp({ recipients: [] })).rejects.toThrow('always encrypted')
  await expect(backUp({ recipients: ['age1nonsense'] })).rejects.toThrow(/bech32/)

  // One that was killed, and files of others.
  await writeFile(join(kept, 'getuige-20261120T043000Z.tar.age.partial'), '')
  await writeFile(join(kept, 'notes.txt'), '')
  for (let night = 0; night < 4; night += 1) {
    await backUp({ folder: kept, clock, keep: 2 })
    clock.advance(86_400_000)
  }
  expect((await readdir(kept)).toSorted()).toEqual([
    'getuige-20261124T043000Z.tar.age',
    'getuige-20261125T043000Z.tar.age',
    'notes.txt',
  ])
  expect(await listBackups(kept)).toHaveLength(2)
})

test('a missed night is made up for, and an alarm is raised when there was none for two days', async () => {
  const nightly = join(folder, 'nightly')
  const clock = turnableClock(new Date('2026-11-22T04:30:00Z'))
  const alarms: string[] = []
  const { connection } = world.settings
  const jobs = (recipients: readonly string[]) => {
    const settings = { folder: nightly, recipients, keep: 3 }
    const log = { ...quietLog(), error: (event: string) => void alarms.push(event) }
    return backupJobs({ connection, keystore: world.server.keystore, clock, log, version: '0.0.0', settings })
  }
  const watch = (recipients = [mine.recipient]) => jobs(recipients)[1]?.run({}, new AbortController().signal)

  await watch()
  await watch()
  expect(await listBackups(nightly)).toEqual(['getuige-20261122T043000Z.tar.age'])
  const [made = ''] = await listBackups(nightly)
  const { secrets: held } = await checkBackup(join(nightly, made), [mine.identity])
  expect([...held.keys()]).toContain('escrow/identity')
  expect([...held.keys()].filter((name) => /^(bucket|draft)/.test(name))).toEqual([])

  clock.advance(47 * 3_600_000)
  await expect(watch(['age1broken'])).rejects.toThrow(/bech32/)
  expect(alarms).toEqual([])
  expect(await findBackupStanding(nightly, clock)).toMatchObject({ isOverdue: false })
  clock.advance(2 * 3_600_000)
  await expect(watch(['age1broken'])).rejects.toThrow(/bech32/)
  expect(alarms).toEqual(['backup/overdue'])
  expect(await findBackupStanding(nightly, clock)).toMatchObject({ isOverdue: true })
  await watch()
  expect(await listBackups(nightly)).toHaveLength(2)
  expect(alarms).toEqual(['backup/overdue'])
})

test('age, tar and sha256sum read a back-up without any of our code', async () => {
  const age = findTool('age')
  if (age === undefined) return reportMissingTool('age', 'that a back-up opens with age and tar')
  const out = join(folder, 'out')
  await mkdir(out)
  await writeFile(join(folder, 'identity'), `# a comment\n${other.identity}\n`, { mode: 0o600 })
  const tar = execFileSync(age, ['-d', '-i', join(folder, 'identity'), path], { maxBuffer: 2 ** 28 })
  execFileSync('tar', ['-x', '-C', out], { input: tar })
  expect(execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: out }).toString()).toBe('')
  const recordings = (await readFile(join(out, 'tables/recording/000001.copy'), 'utf8')).trim().split('\n')
  expect(recordings).toHaveLength(2)
  expect((await readFile(join(out, 'keys/signer/corp_1'), 'utf8')).trim()).toBe(Buffer.alloc(32, 7).toString('hex'))
  // And an archive that others made, or cut at a member, is told apart.
  await writeFile(join(out, 'tables/recording/000001.copy'), recordings.join('\n').toLowerCase())
  expect(() => execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: out, stdio: 'pipe' })).toThrow()
})
