import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { upgradeCluster } from '#platform/backup'
import { type Connection, migrate } from '#platform/database'
import { StartError } from '#platform/errors'
import { currentMajor, findMajor, formerMajor, keptFolder } from '#platform/postgres'
import type { Config } from '../config.ts'
import { openReached, readStoredConfig, sentenceOf } from './stored.ts'

const usage = `Usage: npx getuige upgrade-database [--remove-old] [--demo]

Brings the embedded database from PostgreSQL ${formerMajor} to ${currentMajor}: copies every row into a new one, compares what arrived,
checks the custody logs, and puts the new one in the place of the old, which is kept beside it. Stop the server first.
It needs as much room again as the database takes.

  --remove-old  after the server has run well on the new one: remove the old one

Exit code 0: done; 1: done, and a custody log is not in order; 2: not done, and the old database is in its place.
`

process.exitCode = await run()

async function run(): Promise<0 | 1 | 2> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  try {
    const { values } = parseArgs({
      options: {
        'remove-old': { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(usage)
      return 0
    }
    const config = readStoredConfig(values.demo)
    if (config.databaseUrl !== undefined)
      throw new StartError('The database of DATABASE_URL is upgraded where it runs, such as with pg_upgradecluster.')
    const dataFolder = join(config.dataFolder, 'postgres')
    if (values['remove-old']) await removeOld(dataFolder)
    else {
      let findings: string[] = []
      const { kept, rows, tables } = await upgradeCluster({
        dataFolder,
        log: () => undefined,
        signal: stopping.signal,
        check: async (connection) => {
          findings = await checkLogs(config, connection)
        },
      })
      say(`${rows} rows of ${tables} tables are in PostgreSQL ${currentMajor} now, each as it was.`)
      for (const sentence of findings) say(`WRONG, as in the old database: ${sentence}`)
      if (findings.length === 0) say('Every custody log gives the root that its checkpoint signs.')
      say(`The old database is in ${kept}. Once all is well: npx getuige upgrade-database --remove-old`)
      if (findings.length > 0) return 1
    }
    return 0
  } catch (error) {
    process.stderr.write(`Not done: ${sentenceOf(error)}\n`)
    return 2
  }
}

async function removeOld(dataFolder: string): Promise<void> {
  if ((await findMajor(dataFolder)) !== currentMajor)
    throw new StartError(`${dataFolder} is not of PostgreSQL ${currentMajor}: the old database stays.`)
  await rm(keptFolder(dataFolder), { recursive: true, force: true })
  say(`${keptFolder(dataFolder)} is gone.`)
}

/** The schema is brought up to date first: it may be of an earlier Getuige. */
async function checkLogs(config: Config, connection: Connection): Promise<string[]> {
  await using stored = await openReached(config, connection)
  await migrate(stored.db)
  return (await stored.custody.check()).flatMap(({ findings }) => findings.map(({ sentence }) => sentence))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
