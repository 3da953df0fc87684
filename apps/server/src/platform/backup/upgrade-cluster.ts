import { access, realpath, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { claimDatabase, type Connection } from '../database/index.ts'
import { StartError } from '../errors/index.ts'
import {
  currentMajor,
  EmbeddedPostgresError,
  findMajor,
  formerMajor,
  isInUse,
  keptFolder,
  leftovers,
  startEmbeddedPostgres,
  swapUpgraded,
  upgradingFolder,
} from '../postgres/index.ts'
import { loadDatabase } from './load.ts'
import { readDatabase } from './source.ts'
import { connectForCopy, type Contents, readContents } from './tables.ts'

export type Upgraded = Readonly<{ tables: number; rows: number; kept: string }>

/**
 * Bring an embedded database from the major before ours to ours: every row by COPY from one running cluster to another,
 * read back and compared, then `check`, then the folders change places [Note: Swapping clusters]. The old folder stays.
 * Whatever stops it before leaves the old one in its place. Throws sentences while a server serves the database.
 */
export async function upgradeCluster(
  options: Readonly<{
    dataFolder: string
    log: (sentence: string) => void
    signal: AbortSignal
    /** Of the new database, before it takes the place of the old. Throws when it should not. */
    check(connection: Connection): Promise<void>
  }>,
): Promise<Upgraded> {
  const { log, signal } = options
  const dataFolder = await realpath(options.dataFolder).catch(() => options.dataFolder)
  const major = await findMajor(dataFolder)
  if (major === undefined) throw new StartError(`There is no database in ${dataFolder}.`)
  if (major === currentMajor) throw new StartError(`${dataFolder} is of PostgreSQL ${currentMajor} already.`)
  const kept = keptFolder(dataFolder)
  const isKeptThere = await access(kept).then(
    () => true,
    () => false,
  )
  if (isKeptThere) throw new StartError(`${kept} is there from an earlier upgrade: move it away or remove it first.`)

  const moved = await move()
  if (await isInUse(dataFolder)) {
    await clear()
    throw new StartError(`Another program uses ${dataFolder}: stop it, then upgrade again.`)
  }
  await swapUpgraded(dataFolder)
  await rm(`${upgradingFolder(dataFolder)}.libraries`, { recursive: true, force: true })
  return { ...moved, kept }

  async function move(): Promise<{ tables: number; rows: number }> {
    await using old = await startEmbeddedPostgres({ dataFolder, major: formerMajor, log, signal })
    await using _claim = await claimDatabase(old.connection)
    await clear()
    try {
      await using made = await startEmbeddedPostgres({ dataFolder: upgradingFolder(dataFolder), log, signal })
      await using client = await connectForCopy(old.connection)
      const { source, given } = await readDatabase(client)
      await loadDatabase(made.connection, source, async (loaded, into) => {
        for (const table of source.tables) {
          const contents = given.get(table.name)
          requireSame(table.name, contents, loaded.get(table.name))
          requireSame(table.name, contents, await readContents(into, table))
          signal.throwIfAborted()
        }
        requireSame('waiting jobs', given.get(''), loaded.get(''))
      })
      await options.check(made.connection)
      return { tables: given.size - 1, rows: [...given.values()].reduce((sum, { rows }) => sum + rows, 0) }
    } catch (error) {
      await clear()
      throw error
    }
  }

  /** What an upgrade left that did not come to its end. Its database ends with it, a moment later. */
  async function clear(): Promise<void> {
    for (const folder of leftovers(dataFolder)) {
      for (let tries = 0; await isInUse(folder); tries += 1) {
        if (tries === 300) throw new EmbeddedPostgresError(`A database still runs in ${folder}: stop it first.`)
        await delay(100, undefined, { signal })
      }
      await rm(folder, { recursive: true, force: true })
      await rm(`${folder}.libraries`, { recursive: true, force: true })
    }
  }
}

function requireSame(name: string, given: Contents | undefined, found: Contents | undefined): void {
  if (given !== undefined && found !== undefined && given.rows === found.rows && given.sha256 === found.sha256) return
  throw new StartError(`The rows of ${name} did not arrive as they were: the old database stays as it is.`)
}
