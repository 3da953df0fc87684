import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from '../files/index.ts'
import { currentMajor, formerMajor, type PostgresBinaries, type PostgresMajor } from './binaries.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { run, type Launcher } from './launcher.ts'
import { exists } from './postmaster.ts'
import { codeOf } from './system-error.ts'

/** The database, and the role that owns it: no superuser, so that row-level security binds it. */
export const databaseName = 'getuige'
export const roleName = 'getuige'

/** Whether the folder holds a cluster of this major. Throws a sentence when it holds something else. */
export async function hasCluster(dataFolder: string, wanted: PostgresMajor): Promise<boolean> {
  const major = await findMajor(dataFolder)
  if (major === undefined || major === wanted) return major !== undefined
  throw new EmbeddedPostgresError(
    major === formerMajor
      ? `${dataFolder} was made by PostgreSQL ${major}, and this version of Getuige brings PostgreSQL ${currentMajor}: run "npx getuige upgrade-database", which keeps the old folder too.`
      : `${dataFolder} was made by PostgreSQL ${major}, and this version of Getuige brings PostgreSQL ${currentMajor}: go back to the version of Getuige that made it, or set DATABASE_URL to a PostgreSQL ${major} that serves it.`,
  )
}

/** The major that made the cluster; undefined when there is none yet. Throws a sentence for anything but a cluster. */
export async function findMajor(dataFolder: string): Promise<string | undefined> {
  const names: string[] = await readdir(dataFolder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [] as string[]
    throw cannotUse(dataFolder, error)
  })
  if (names.length === 0) return undefined
  if (!names.includes('PG_VERSION')) {
    throw new EmbeddedPostgresError(
      `${dataFolder} holds files but no database: choose an empty folder, or bring back the missing files.`,
    )
  }
  const major = await readFile(join(dataFolder, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    throw cannotUse(dataFolder, error)
  })
  return major.trim()
}

/**
 * Make a cluster with an empty database. It is prepared under another name and renamed when complete and on disk, so a
 * crash leaves nothing that looks like a cluster. When two starts do this at once, one cluster stays.
 */
export async function makeCluster(
  dataFolder: string,
  binaries: PostgresBinaries,
  launcher: Launcher,
  options: Readonly<{ durable: boolean; mayCreateDatabases: boolean }>,
): Promise<void> {
  const parent = dirname(dataFolder)
  await removeAbandonedDrafts(dataFolder)
  const draft = await mkdtemp(`${dataFolder}.draft-${process.pid}-`)
  try {
    await launcher.own(draft)
    const initArguments = [
      ['-D', draft, '-U', 'postgres', '--encoding=UTF8', '--no-locale'],
      // The builtin provider sorts the same on every machine and after every upgrade of the operating system.
      ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums'],
      ['--auth-local=trust', '--auth-host=reject', '--no-instructions'],
      options.durable ? [] : ['--no-sync'],
    ].flat()
    const refusal = await run(launcher.launch(binaries.initdb, initArguments, ['ignore', 'ignore', 'pipe']))
    if (refusal !== null) throw new EmbeddedPostgresError(`The database could not be made in ${parent}: ${refusal}`)

    const single = ['--single', '-D', draft, '-c', `fsync=${options.durable ? 'on' : 'off'}`, 'postgres']
    const statements = [
      `CREATE ROLE ${roleName} LOGIN ${options.mayCreateDatabases ? 'CREATEDB' : ''};`,
      `CREATE DATABASE ${databaseName} OWNER ${roleName};`,
    ]
    const failure = await run(
      launcher.launch(binaries.postgres, single, ['pipe', 'ignore', 'pipe']),
      `${statements.join('\n')}\n`,
    )
    if (failure !== null) throw new EmbeddedPostgresError(`The database could not be made in ${parent}: ${failure}`)

    await rename(draft, dataFolder).catch((error: unknown) => {
      const another = codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST'
      if (!another) throw error
    })
    await syncFolder(parent)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** A start that was killed while it made a cluster leaves its draft behind. */
async function removeAbandonedDrafts(dataFolder: string): Promise<void> {
  for (const name of await readdir(dirname(dataFolder))) {
    const [start, pid] = name.split('.draft-')
    if (start !== basename(dataFolder) || pid === undefined || exists(Number.parseInt(pid, 10))) continue
    await rm(join(dirname(dataFolder), name), { recursive: true, force: true })
  }
}

/** Make the folders above the cluster. Throws a sentence when that is refused. */
export async function makeParentFolder(dataFolder: string): Promise<string> {
  const parent = dirname(dataFolder)
  await mkdir(parent, { recursive: true, mode: 0o755 }).catch((error: unknown) => {
    throw cannotUse(parent, error)
  })
  return parent
}

/** The sentence for a folder that the system does not let us use. */
export function cannotUse(folder: string, error: unknown): EmbeddedPostgresError {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'this user may not read and write it; start as the user who owns it',
    EPERM: 'this user may not read and write it; start as the user who owns it',
    ENOTDIR: 'it is not a folder, or one above it is not',
    EEXIST: 'it is not a folder',
    EROFS: 'that disk is read-only',
    ENOSPC: 'that disk is full',
  }
  const code = codeOf(error)
  const reason = (code === null ? undefined : reasons[code]) ?? (error instanceof Error ? error.message : String(error))
  return new EmbeddedPostgresError(`The database folder ${folder} cannot be used: ${reason}.`)
}
