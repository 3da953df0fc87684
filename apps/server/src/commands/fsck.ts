import { join } from 'node:path'
import { openCustody, openKeptHeads } from '#custody'
import { systemClock } from '#platform/clock'
import { StartError } from '#platform/errors'
import { type Connection, openDatabase } from '#platform/database'
import { openFileKeystore } from '#platform/keystore'
import { jsonLog } from '#platform/log'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '#platform/postgres'
import { ConfigError, readConfig } from '../config.ts'

process.exitCode = await run()

/**
 * `getuige fsck [--demo]`: derive every custody log again from its stored entries and say what is wrong. Works beside a
 * running server or without one. Exit code 0: all in order; 1: something is wrong; 2: could not check.
 */
async function run(): Promise<0 | 1 | 2> {
  try {
    const read = readConfig(process.env)
    const isDemo = process.argv.includes('--demo')
    const dataFolder = isDemo ? join(read.dataFolder, 'demo') : read.dataFolder
    const keysFolder = isDemo ? join(read.keysFolder, 'demo') : read.keysFolder
    await using stack = new AsyncDisposableStack()
    let connection: Connection
    if (read.databaseUrl === undefined) {
      const postgres = join(dataFolder, 'postgres')
      connection = stack.use(await startEmbeddedPostgres({ dataFolder: postgres, log: () => undefined })).connection
    } else connection = { url: read.databaseUrl }
    const db = openDatabase(connection)
    stack.defer(() => db.destroy())
    const custody = openCustody({
      db,
      clock: systemClock,
      keystore: await openFileKeystore(keysFolder),
      log: jsonLog(),
      originHost: read.originHost,
      heads: openKeptHeads(join(keysFolder, 'heads')),
      witnesses: [],
      react: () => Promise.resolve(),
    })
    const logs = await custody.check()
    if (logs.length === 0) say('There is no custody log yet.')
    for (const { origin, size, entries, findings } of logs) {
      say(`${findings.length === 0 ? 'ok    ' : 'WRONG '} ${origin}: ${entries} entries read, ${size} signed`)
      for (const { what, sentence } of findings) say(`       ${what}: ${sentence}`)
    }
    const wrong = logs.reduce((sum, { findings }) => sum + findings.length, 0)
    say(wrong === 0 ? 'Every log gives the root that its checkpoint signs.' : `${wrong} findings.`)
    return wrong === 0 ? 0 : 1
  } catch (error) {
    const isKnown =
      error instanceof ConfigError || error instanceof EmbeddedPostgresError || error instanceof StartError
    say(`Could not check: ${isKnown ? error.message : String(error)}`)
    return 2
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
