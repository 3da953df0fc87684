import { once } from 'node:events'
import { join } from 'node:path'
import { systemClock } from '#platform/clock'
import { jsonLog } from '#platform/log'
import { EmbeddedPostgresError } from '#platform/postgres'
import { StartError } from '#platform/errors'
import { type Config, ConfigError, readConfig } from './config.ts'
import { seedDemo } from './demo/seed.ts'
import { start } from './start.ts'

/** What the network and PostgreSQL say when nobody answers there, or not to this role, or not with this database. */
const unusableDatabase = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '28000', '28P01', '3D000'])

process.exitCode = await run()

/** Start, wait for a signal, stop. Exit code 0: stopped as asked; 1: could not start or broke, with a sentence. */
async function run(): Promise<0 | 1> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const log = jsonLog()
  try {
    const isDemo = process.argv.includes('--demo')
    const read = readConfig(process.env)
    const config = isDemo ? besideRealData(read) : read
    let isArriving = isDemo
    const rests = () => isArriving
    await using running = await start(config, { clock: systemClock, log, say, signal: stopping.signal, rests })
    say(`\nGetuige is ready at ${running.address}\n`)
    if (isDemo) {
      await using seeding = await seedDemo(running, config, log, say)
      void seeding.arrived.then(() => (isArriving = false))
      await untilAborted(stopping.signal)
    } else {
      const token = await running.server.modules.corps.offerSetup()
      if (token !== undefined) say(`Set it up, once, at ${running.address}/setup/${token}\n`)
      await untilAborted(stopping.signal)
    }
    say('Stopping: what is being written is finished first.')
    return 0
  } catch (error) {
    if (stopping.signal.aborted) return 0
    const sentence = sentenceFor(error)
    if (sentence === undefined) log.error('main/failed', error)
    else say(sentence)
    return 1
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** The demonstration has a folder of its own: it never mixes with recordings of real people. */
function besideRealData(config: Config): Config {
  const [dataFolder, keysFolder] = [join(config.dataFolder, 'demo'), join(config.keysFolder, 'demo')]
  return {
    ...config,
    dataFolder,
    keysFolder,
    keystore: { root: { driver: 'file' } },
    storage: {},
    asksSecondFactor: false,
    backup: { ...config.backup, folder: undefined },
  }
}

function sentenceFor(error: unknown): string | undefined {
  if (error instanceof ConfigError) return `A setting is wrong.\n${error.message}`
  if (error instanceof EmbeddedPostgresError || error instanceof StartError) return error.message
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return 'Another program listens on this port already. Choose another one, such as PORT=8081.'
  if (code === 'EADDRNOTAVAIL') return 'This machine has no such address to listen on: set HOST to one of its own.'
  if (code === 'ENOSPC') return `The disk is full: ${(error as Error).message}`
  if (code === 'EACCES' || code === 'EROFS')
    return `A file or port may not be used by this user: ${(error as Error).message}`
  // Node says ENOENT for a folder that cannot be made on a file system that is read-only.
  const isUnmade = code === 'ENOENT' && (error as NodeJS.ErrnoException).syscall === 'mkdir'
  if (code === 'ENOTDIR' || code === 'EEXIST' || isUnmade)
    return `What a setting names as a folder is none, and cannot be made: ${(error as Error).message}`
  if (typeof code === 'string' && unusableDatabase.has(code)) {
    return `The database of DATABASE_URL cannot be used: ${(error as Error).message}`
  }
  return undefined
}
