import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPostmaster, worksFor } from './postmaster.ts'
import { startEmbeddedPostgres, type PostgresConnection } from './index.ts'

let folder: string
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'getuige-test-')))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const quiet = (): undefined => undefined

async function query(connection: PostgresConnection, sql: string): Promise<unknown[]> {
  const client = new pg.Client(connection)
  client.on('error', quiet) // the database is killed under it
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Start the database from another process, as the server does. Resolves when it is ready. */
async function startElsewhere(dataFolder: string): Promise<ChildProcessByStdio<null, Readable, null>> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
    await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)}, log() {} })
    console.log('ready')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('the embedded database', () => {
  test('keeps every committed row when the server and the database are both killed', async () => {
    const dataFolder = join(folder, 'killed with both')
    const server = await startElsewhere(dataFolder)
    const postmaster = await readPostmaster(dataFolder)
    if (postmaster === null) throw new Error('the database runs but left no postmaster.pid')
    const connection = { host: postmaster.socketFolder, port: 5432, user: 'getuige', database: 'getuige' }
    await query(connection, `create table act (name text); insert into act values ('stored')`)

    server.kill('SIGKILL')
    process.kill(postmaster.pid, 'SIGKILL')
    await using again = await startEmbeddedPostgres({ dataFolder, log: quiet })

    expect(await query(again.connection, 'select name from act')).toEqual([{ name: 'stored' }])
  })

  test('starts again after its server alone was killed, whether the old one is still there or not', async () => {
    const dataFolder = join(folder, 'killed server')
    const server = await startElsewhere(dataFolder)
    server.kill('SIGKILL')

    await using again = await startEmbeddedPostgres({ dataFolder, log: quiet })
    expect(await query(again.connection, 'select 1 as one')).toEqual([{ one: 1 }])
    // On Linux the old one goes away with its server, so it must not be adopted in its last moments.
    expect(again.adopted).toBe(process.platform !== 'linux')
  })

  test('is adopted by a second start, whose end leaves it to the first; its role is bound by row-level security', async () => {
    const dataFolder = join(folder, 'adopted')
    await using first = await startEmbeddedPostgres({ dataFolder, log: quiet })
    const second = await startEmbeddedPostgres({ dataFolder, log: quiet })

    expect([first.adopted, second.adopted]).toEqual([false, true])
    expect(second.connection).toEqual(first.connection)
    await second.stop()
    const settings = `
      select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
             current_setting('data_checksums') as checksums, current_setting('listen_addresses') as addresses,
             current_setting('server_encoding') as encoding, rolsuper or rolbypassrls as "aboveTheRules"
      from pg_roles where rolname = current_user`
    expect(await query(first.connection, settings)).toEqual([
      { fsync: 'on', commit: 'on', checksums: 'on', addresses: '', encoding: 'UTF8', aboveTheRules: false },
    ])
    expect((await stat(first.connection.host)).mode & 0o777).toBe(0o700)
  })

  test('listens in a short folder when its own path is too long for a socket, and removes that folder', async () => {
    const dataFolder = join(folder, 'a path that is long '.repeat(6))
    const database = await startEmbeddedPostgres({ dataFolder, log: quiet })
    expect(await query(database.connection, 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await stat(database.connection.host)).mode & 0o777).toBe(0o700)

    await database.stop()
    await expect(stat(database.connection.host)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('starts when the number of its killed predecessor belongs to a stranger by now', async () => {
    const dataFolder = join(folder, 'stranger')
    await using first = await startEmbeddedPostgres({ dataFolder, log: quiet })
    await first.stop()
    const stranger = spawn('sleep', ['60'])
    await once(stranger, 'spawn')
    const text = `${stranger.pid}\n${dataFolder}\n1700000000\n5432\n${dataFolder}/socket\n\n  1 1\nready   \n`
    await writeFile(join(dataFolder, 'postmaster.pid'), text, { mode: 0o600 })

    try {
      await using again = await startEmbeddedPostgres({ dataFolder, log: quiet })
      expect(again.adopted).toBe(false)
    } finally {
      stranger.kill()
    }
  })

  test('made after a start that was killed half-way leaves nothing of that one behind', async () => {
    const dataFolder = join(folder, 'half-way')
    const ended = spawn('true')
    await once(ended, 'close')
    await mkdir(`${dataFolder}.draft-${ended.pid}-x`)
    await using _database = await startEmbeddedPostgres({ dataFolder, log: quiet })
    expect((await readdir(folder)).filter((name) => name.startsWith('half-way'))).toEqual(['half-way'])
  })

  test('made by two starts at once is one database', async () => {
    const dataFolder = join(folder, 'twice')
    const starts = [1, 2].map(() => startEmbeddedPostgres({ dataFolder, log: quiet }))
    const [one, two] = await Promise.all(starts)
    expect(one?.connection).toEqual(two?.connection)
    expect(one?.adopted).not.toBe(two?.adopted)
    await Promise.all([one?.stop(), two?.stop()])
    const postmaster = await readPostmaster(dataFolder)
    expect(postmaster !== null && (await worksFor(dataFolder, postmaster.pid))).toBe(false)
  })
})

describe('a folder that cannot be used is refused with a sentence', () => {
  test.each([
    ['of another major version', 'PG_VERSION', '17\n', /made by PostgreSQL 17, .* brings PostgreSQL 18/],
    ['that holds something else', 'holiday.jpg', '', /holds files but no database/],
  ])('a folder %s', async (name, file, text, sentence) => {
    const dataFolder = join(folder, name)
    await mkdir(dataFolder)
    await writeFile(join(dataFolder, file), text)
    await expect(startEmbeddedPostgres({ dataFolder, log: quiet })).rejects.toThrow(sentence)
  })

  test('a path that is a file', async () => {
    const dataFolder = join(folder, 'file')
    await writeFile(dataFolder, '')
    await expect(startEmbeddedPostgres({ dataFolder, log: quiet })).rejects.toThrow(
      /cannot be used: it is not a folder/,
    )
  })

  test('a folder of somebody else', async () => {
    const dataFolder = join(folder, 'closed')
    await mkdir(dataFolder, { mode: 0o000 })
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534) // nothing is closed to root
    try {
      await expect(startEmbeddedPostgres({ dataFolder, log: quiet })).rejects.toThrow(
        /this user may not read and write/,
      )
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })
})
