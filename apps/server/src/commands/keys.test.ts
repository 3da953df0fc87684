import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSql } from '#platform/database'
import { createWorld, type World } from '../testing/world.ts'

let world: World
let folder: string
beforeAll(async () => {
  world = await createWorld()
  folder = await mkdtemp(join(tmpdir(), 'getuige-keys-commands-'))
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** The command as an administrator runs it, beside the server of the world. */
const run = (command: 'keys' | 'escrow', ...args: readonly string[]) => runIn(world.settings, command, ...args)

async function runIn(
  { dataFolder, keysFolder }: Pick<World['settings'], 'dataFolder' | 'keysFolder'>,
  command: 'keys' | 'escrow',
  ...args: readonly string[]
) {
  const { connection, originHost } = world.settings
  const child = spawn(process.execPath, [join(import.meta.dirname, `${command}.ts`), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: urlOf(connection),
      GETUIGE_DATA: dataFolder,
      GETUIGE_KEYS: keysFolder,
      GETUIGE_ORIGIN: originHost,
    },
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, said, errors }
}

function urlOf(connection: World['settings']['connection']): string {
  if ('url' in connection) return connection.url
  const { host, port, user, database } = connection
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`
}

test('an administrator puts new keys in place beside a running server, and recovers what came in before and after', async () => {
  const clips = [await world.clip(), await world.clip()] as const
  const first = await world.receive(clips[0])
  const root = await readFile(join(world.settings.keysFolder, 'root.key'), 'utf8')

  expect(await run('keys', 'rotate-root')).toMatchObject({ code: 0, errors: '' })
  expect(await readFile(join(world.settings.keysFolder, 'root.key'), 'utf8')).not.toBe(root)
  expect(await run('keys', 'rotate-escrow')).toMatchObject({ code: 0, errors: '' })
  const second = await world.receive(clips[1])

  const keyFile = join(folder, 'escrow.key')
  expect(await run('escrow', 'identity', keyFile)).toMatchObject({ code: 0, errors: '' })
  expect((await stat(keyFile)).mode & 0o077).toBe(0)
  const out = join(folder, 'out')
  const exported = await run('escrow', 'export', out, '--open', '--identity', keyFile)
  expect(exported).toMatchObject({ code: 0, errors: '' })
  for (const [n, id] of [first, second].entries()) {
    expect(Buffer.compare(await readFile(join(out, `${id}.mp4`)), clips[n] ?? Buffer.of())).toBe(0)
  }

  const entered = await runSql(
    world.server.db.everyCorps,
    `select type, actor->>'kind' as kind from custody_entry where type ~ '^(root|recipients|escrow)' order by serial`,
  )
  const types = [
    'root-key-rotated',
    'recipients-changed',
    'recipients-retired',
    'escrow-identity-written',
    'escrow-exported',
  ]
  expect(entered).toEqual(types.map((type) => ({ type, kind: 'system' })))

  // The demonstration is an installation of its own, below the folders of this one.
  const [data, keys] = [join(folder, 'data'), join(folder, 'keys')]
  for (const above of [data, keys]) await mkdir(above)
  await symlink(world.settings.dataFolder, join(data, 'demo'))
  await symlink(world.settings.keysFolder, join(keys, 'demo'))
  const above = { dataFolder: data, keysFolder: keys }
  const ofDemo = await runIn(above, 'keys', 'recipients', '--demo')
  expect(ofDemo).toMatchObject({ code: 0, said: expect.stringContaining('Recipients number 2') as string })

  // What cannot be done is said, and leaves nothing.
  const refused = await run('keys', 'recipients', 'add', 'age1nobody', '--label', 'x')
  expect(refused).toMatchObject({ code: 2, errors: expect.stringContaining('not an age recipient') as string })
  expect(await runSql(world.server.db.everyCorps, 'select current_set from vault_recipients')).toEqual([
    { current_set: 2 },
  ])
})
