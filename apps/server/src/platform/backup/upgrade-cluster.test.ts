import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCustody, openKeptHeads } from '#custody'
import { createWorld, type World } from '../../testing/world.ts'
import { claimDatabase, type Connection, openDatabase } from '../database/index.ts'
import { currentMajor, formerMajor, startEmbeddedPostgres } from '../postgres/index.ts'
import { upgradeCluster } from './index.ts'
import { loadDatabase } from './load.ts'
import { readDatabase } from './source.ts'
import { connectForCopy, listSequences, listTables, readContents } from './tables.ts'

const quiet = (): undefined => undefined

let world: World
let folder: string
let dataFolder: string
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'getuige-upgrade-')))
  dataFolder = join(folder, 'postgres')
  world = await createWorld()
  await world.viewableRecording()
  await world.storedRecording()
  await world.server.modules.custody.sequence()
  await using old = await startEmbeddedPostgres({
    dataFolder,
    major: formerMajor,
    log: quiet,
    forTests: { durable: false, mayCreateDatabases: false },
  })
  await using client = await connectForCopy(world.settings.connection)
  await loadDatabase(old.connection, (await readDatabase(client)).source, async () => undefined)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function readAll(connection: Connection) {
  await using client = await connectForCopy(connection)
  const contents: unknown[] = []
  for (const table of await listTables(client)) contents.push([table, await readContents(client, table)])
  const { rows } = await client.query<{ server_version: string }>('show server_version')
  return { contents, sequences: await listSequences(client), major: rows[0]?.server_version.split('.')[0] }
}

async function checkLog(connection: Connection): Promise<void> {
  const db = openDatabase(connection)
  try {
    const { settings } = world
    const keystore = await world.keystore()
    const heads = openKeptHeads(join(settings.keysFolder, 'heads'))
    const custody = openCustody({ ...settings, db, keystore, heads, witnesses: [], react: async () => undefined })
    expect(await custody.check()).toEqual([expect.objectContaining({ findings: [] })])
  } finally {
    await db.destroy()
  }
}

const upgrade = (check = checkLog) =>
  upgradeCluster({ dataFolder, log: quiet, signal: new AbortController().signal, check })

test('a start on the folder of the major before says which command to run', async () => {
  await expect(startEmbeddedPostgres({ dataFolder, log: quiet })).rejects.toThrow(
    /made by PostgreSQL 17.*run "npx getuige upgrade-database"/,
  )
})

// Clusters are made and synced here: on a busy disk that takes its time.
test('an upgrade that is refused or killed leaves the old database in its place, and the next one clears up', async () => {
  await expect(upgrade(() => Promise.reject(new Error('the log is not in order')))).rejects.toThrow('not in order')
  expect(await readdir(folder)).toEqual(['postgres'])

  {
    await using served = await startEmbeddedPostgres({ dataFolder, major: formerMajor, log: quiet })
    await using _server = await claimDatabase(served.connection)
    await expect(upgrade()).rejects.toThrow('Another Getuige already serves')
  }

  const program = `
    import { upgradeCluster } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
    await upgradeCluster({ dataFolder: ${JSON.stringify(dataFolder)}, log() {}, signal: new AbortController().signal,
      check: () => new Promise(() => { console.log('copied'); setInterval(() => {}, 1000) }) })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  expect(await readdir(folder)).toEqual(['postgres', 'postgres.upgrading'])

  await using old = await startEmbeddedPostgres({ dataFolder, major: formerMajor, log: quiet })
  expect(await readAll(old.connection)).toEqual({ ...(await readAll(world.settings.connection)), major: '17' })
})

test('an upgraded database holds the same rows and an intact log, and the old folder is kept', async () => {
  const { kept, tables, rows } = await upgrade()

  expect(kept).toBe(`${dataFolder}.17`)
  expect((await readdir(folder)).toSorted()).toEqual(['postgres', 'postgres.17'])
  expect((await readFile(join(kept, 'PG_VERSION'), 'utf8')).trim()).toBe(formerMajor)
  {
    await using made = await startEmbeddedPostgres({ dataFolder, log: quiet })
    const there = await readAll(made.connection)
    expect(there).toEqual({ ...(await readAll(world.settings.connection)), major: currentMajor })
    expect(tables).toBe(there.contents.length)
    expect(rows).toBeGreaterThan(20)
    await checkLog(made.connection)
  }
  await expect(upgrade()).rejects.toThrow('is of PostgreSQL 18 already')
})

test('a start after a stop between the renames puts the new database in its place, and never makes an empty one', async () => {
  await rename(dataFolder, `${dataFolder}.upgraded`)
  {
    await using made = await startEmbeddedPostgres({ dataFolder, log: quiet })
    await checkLog(made.connection)
  }
  await rename(dataFolder, `${dataFolder}.elsewhere`)
  await expect(startEmbeddedPostgres({ dataFolder, log: quiet })).rejects.toThrow(/postgres is missing/)
  await expect(access(dataFolder)).rejects.toThrow()
})
