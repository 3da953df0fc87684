import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { RecordingId } from '@getuige/base'
import { newIdentity } from '@getuige/proof'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyDatabase, type EmptyDatabase } from '../../../../tests/setup/database.ts'
import { claimDatabase, openDatabase, runSql } from '#platform/database'
import { openFileKeystore } from '#platform/keystore'
import { createWorld, type World } from '../testing/world.ts'

const { identity, recipient } = newIdentity(Buffer.alloc(32, 5))

let folder: string
let world: World
let file: string
/** Received before the back-up; erased after it; received after it. */
let kept: RecordingId
let erased: RecordingId
let later: RecordingId

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'getuige-restore-'))
  await writeFile(join(folder, 'identity'), `# created: today\n${identity}\n`)
  world = await createWorld()
  const mirror = join(folder, 'mirror')
  await world.restart({ keystore: { root: { driver: 'file' }, mirror } })
  kept = await world.receive(await world.clip())
  erased = await world.receive(await world.clip({ recordedOn: '2026-10-28' }))
  await world.server.modules.custody.sequence()

  await mkdir(join(folder, 'made'), { recursive: true })
  const made = await run('backup', ['--to', join(folder, 'made'), '--recipient', recipient], here())
  expect(made).toMatchObject({ code: 0, errors: '' })
  const [name = ''] = await readdir(join(folder, 'made'))
  file = join(folder, 'made', name)

  const { modules, db } = world.server
  later = await world.receive(await world.clip())
  const [key] = (await runSql(db.everyCorps, 'select bucket from vault_key where recording_id = $1', [erased])) as {
    bucket: string
  }[]
  world.clock.advance(4 * 86_400_000)
  await modules.retention.eraseDue((corpsId) => ({ kind: 'system', corpsId }))
  await modules.vault.jobs[0]?.run({ bucket: key?.bucket }, new AbortController().signal)
  await modules.custody.sequence()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** The machine that was lost: its objects were copied elsewhere, its keys have a mirror. */
const here = () => ({
  DATABASE_URL: urlOf(world.settings.connection),
  GETUIGE_DATA: world.settings.dataFolder,
  GETUIGE_KEYS: world.settings.keysFolder,
  GETUIGE_ORIGIN: 'getuige.test',
})

async function newMachine(name: string, database: EmptyDatabase) {
  const data = join(folder, name)
  await cp(join(world.settings.dataFolder, 'vault'), join(data, 'vault'), { recursive: true })
  return {
    DATABASE_URL: urlOf(database.connection),
    GETUIGE_DATA: data,
    GETUIGE_KEYS: join(data, 'keys'),
    GETUIGE_ORIGIN: 'getuige.test',
  }
}

function urlOf(connection: object): string {
  const { host, port, user, database, password } = connection as Record<string, string>
  const who = `${user}${password === undefined ? '' : `:${encodeURIComponent(password)}`}`
  return `postgres://${who}@localhost/${database}?host=${encodeURIComponent(host ?? '')}&port=${port}`
}

async function run(
  command: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
  shell = 'exec "$0" "$@"',
) {
  const script = join(import.meta.dirname, `${command}.ts`)
  const child = spawn('/bin/sh', ['-c', shell, process.execPath, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...settings },
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, said, errors }
}

function expectRefusal({ code, errors }: Awaited<ReturnType<typeof run>>, sentence: RegExp): void {
  expect(errors).toMatch(sentence)
  expect(code).toBe(2)
}

const withKeys = () => [file, '--identity', join(folder, 'identity'), '--keys', join(folder, 'mirror')]

// Each command is a process of its own, and a busy machine starts them slowly.
test('a machine that was lost comes back from back-up, mirror and objects, and hears what is missing', async () => {
  await using database = await createEmptyDatabase()
  const settings = await newMachine('new machine', database)

  const { code, said, errors } = await run('restore', withKeys(), settings)

  expect(errors).toBe('')
  expect(said).toContain('1 of 2 recordings have their objects and keys')
  expect(said).not.toContain(`recording ${kept}`)
  expect(said).toMatch(new RegExp(`recording ${erased}: the key bucket/\\S+ is not in the keystore`))
  expect(said).toMatch(new RegExp(`Objects that no row names.*\\n.*${later}`))
  expect(said).toContain('npx getuige log continue --restored')
  expect(code).toBe(1)

  // Even where the kept heads are lost with the machine, or came back with it: a server started now signs nothing.
  const restored = openDatabase(database.connection)
  try {
    const marked = await runSql(
      restored.everyCorps,
      `select count(*)::int as logs from custody_log where restored_at is not null`,
    )
    expect(marked).toEqual([{ logs: 1 }])
  } finally {
    await restored.destroy()
  }
  // The log goes on as another one, and is whole; the recording that was kept opens as it was.
  const going = await run('log-continue', ['--restored', '--reason', 'restored'], settings)
  expect(going).toMatchObject({ code: 0, errors: '' })
  const checked = await run('fsck', [], settings)
  expect(checked.said.match(/^ok {5}getuige\.test/gm)).toHaveLength(2)
  expect(checked.said).toContain('1 of 2 recordings have their objects and keys')
  expect(checked.code).toBe(1)
  const db = openDatabase(database.connection)
  try {
    const [row] = (await runSql(db.everyCorps, `select count(*)::int as logs from custody_log`)) as { logs: number }[]
    expect(row).toEqual({ logs: 2 })
  } finally {
    await db.destroy()
  }
})

test('nothing is written over what is there, beside a server, or among the keys of others', async () => {
  await using database = await createEmptyDatabase()
  const settings = await newMachine('second machine', database)

  expectRefusal(await run('restore', withKeys(), here()), /The database is not empty/)
  {
    await using _server = await claimDatabase(database.connection)
    const beside = await run('restore', withKeys(), settings)
    expectRefusal(beside, /Another Getuige already serves/)
  }
  // Keys of another installation.
  const others = join(folder, 'others')
  await (await openFileKeystore(others)).demand('escrow/identity')
  const mixed = await run('restore', withKeys().slice(0, 3), { ...settings, GETUIGE_KEYS: others })
  expectRefusal(mixed, /of another installation/)

  const db = openDatabase(database.connection)
  try {
    expect(
      await runSql(db.everyCorps, `select relname from pg_class where relnamespace = 'public'::regnamespace`),
    ).toEqual([])
  } finally {
    await db.destroy()
  }
  expect(await readdir(join(folder, 'second machine'))).toEqual(['vault'])
})

test('a back-up for which there is no room is not made, and leaves nothing', async () => {
  const full = join(folder, 'full')
  await mkdir(full)
  // No file may grow beyond 8 KB: writes fail as they do on a full disk.
  const limited = 'ulimit -f 16; exec "$0" "$@"'
  const refused = await run('backup', ['--to', full, '--recipient', recipient], here(), limited)
  expectRefusal(refused, /no room for the back-up/)
  expect(await readdir(full)).toEqual([])
})
