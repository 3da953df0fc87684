import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { access, chmod, constants, mkdir, mkdtemp, open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { currentMajor, findPostgresBinaries, type PostgresBinaries, type PostgresMajor } from './binaries.ts'
import { cannotUse, databaseName, hasCluster, makeCluster, makeParentFolder, roleName } from './cluster.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { finishUpgrade } from './upgraded-folders.ts'
import { chooseLauncher, type Launcher } from './launcher.ts'
import { exists, isInUse, parentOf, readPostmaster, worksFor, type Postmaster } from './postmaster.ts'

/** Where the database listens. `host` is the folder of its unix socket, as `pg` understands it; there is no password. */
export type PostgresConnection = Readonly<{ host: string; port: number; user: string; database: string }>

export type EmbeddedPostgresOptions = Readonly<{
  /** The cluster's own folder, made on first use; its parent is made too. */
  dataFolder: string
  /** The major of the cluster, where it is not ours: to bring it over. */
  major?: PostgresMajor
  /** Stops the wait for the start. A database that already runs is not touched by it. */
  signal?: AbortSignal
  /** Takes a sentence for the operator. */
  log: (message: string) => void
  /** For tests alone. `durable: false` forgets what was committed when the machine, not the process, stops. */
  forTests?: Readonly<{ durable: boolean; mayCreateDatabases: boolean }>
}>

export type EmbeddedPostgres = AsyncDisposable &
  Readonly<{
    connection: PostgresConnection
    /** Whether it ran already when we came. */
    adopted: boolean
    /** Stop it after open transactions were rolled back, and wait until it is gone. Leaves alone one that another
     * living process started. May be called twice. */
    stop(): Promise<void>
  }>

const port = 5432
/** The system takes at most 107 bytes for the path of a socket, and PostgreSQL appends its own name. */
const longestSocketFolder = 107 - `/.s.PGSQL.${port}`.length
const socketFolderPrefix = 'getuige-postgres-'
const retryMs = 10
const patienceMs = 60_000
/** A fast stop takes as long as its last checkpoint; after this it is cut short, which the next start repairs. */
const stopPatienceMs = 30_000

/**
 * Start the database of a data folder and return when it accepts connections; make it first if there is none. A database
 * of this folder that runs already is adopted. After a crash of the database, of this process or of both, a start finds
 * every committed row.
 *
 * @throws EmbeddedPostgresError with a sentence for the operator
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, signal = new AbortController().signal } = options
  const settings = options.forTests ?? { durable: true, mayCreateDatabases: false }
  refuseWindows()
  const given = resolve(options.dataFolder)
  const parent = await makeParentFolder(given)
  // Its real path: the kernel knows processes by that one.
  const dataFolder = await realpath(given).catch(async () => join(await realpath(parent), basename(given)))

  const major = options.major ?? currentMajor
  await finishUpgrade(dataFolder)
  const isMade = await hasCluster(dataFolder, major)
  const binaries = await findPostgresBinaries(
    `${dataFolder}.libraries${major === currentMajor ? '' : `-${major}`}`,
    major,
  )
  const launcher = await chooseLauncher(binaries, isMade ? dataFolder : parent)
  if (!isMade) {
    await refuseUnwritable(parent)
    log(`Making a database in ${dataFolder}.`)
    await makeCluster(dataFolder, binaries, launcher, settings)
  }
  await refuseUnwritable(dataFolder)
  return adoptOrStart({ dataFolder, major, binaries, launcher, log, signal, durable: settings.durable })
}

type Start = Readonly<{
  dataFolder: string
  major: PostgresMajor
  binaries: PostgresBinaries
  launcher: Launcher
  log: (message: string) => void
  signal: AbortSignal
  durable: boolean
}>

async function adoptOrStart(start: Start): Promise<EmbeddedPostgres> {
  const { dataFolder, log, signal } = start
  const patience = AbortSignal.timeout(patienceMs)
  for (;;) {
    signal.throwIfAborted()
    if (patience.aborted) throw new EmbeddedPostgresError(`Another database keeps ${dataFolder} busy: stop it first.`)

    const found = await readPostmaster(dataFolder)
    if (found !== null && (await worksFor(dataFolder, found.pid))) {
      const fate = found.status === 'ready' ? await fateOf(dataFolder, found) : 'about-to-stop'
      if (fate !== 'about-to-stop') {
        log('Adopted the database that was already running.')
        return running(start, found, { isOurs: fate === 'left-alone', adopted: true })
      }
    } else if (!(await isInUse(dataFolder))) {
      await removeTracesOf(dataFolder, found)
      const postmaster = await launch(start)
      if (postmaster !== 'folder-taken') return running(start, postmaster, { isOurs: true, adopted: false })
    }
    await delay(retryMs, undefined, { signal })
  }
}

function running(
  { dataFolder, log }: Start,
  postmaster: Postmaster,
  { isOurs, adopted }: { isOurs: boolean; adopted: boolean },
): EmbeddedPostgres {
  const stop = async () => {
    if (!isOurs) return
    await stopPostmaster(dataFolder, postmaster, log)
    await removeSocketFolder(postmaster.socketFolder)
  }
  let stopping: Promise<void> | null = null
  const stopOnce = () => (stopping ??= stop())
  return {
    connection: { host: postmaster.socketFolder, port: postmaster.port, user: roleName, database: databaseName },
    adopted,
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  }
}

/** Start the postmaster and wait until it accepts connections, which after a crash includes its own repair. */
async function launch(start: Start): Promise<Postmaster | 'folder-taken'> {
  const { dataFolder, major, launcher, binaries, durable, signal, log } = start
  await launcher.own(dataFolder)
  const socketFolder = await makeSocketFolder(dataFolder, launcher)
  const logFile = join(dataFolder, 'postgres.log')
  // Its own until it is ready: another start at the same moment must not write over what went wrong with this one.
  const draftLogFile = join(dataFolder, `postgres-${randomUUID()}.log`)
  await using output = await open(draftLogFile, 'w', 0o600)
  const settings = [
    ...settingsFor({ durable, major }),
    `getuige.supervisor=${process.pid}`,
    `getuige.dies_with_supervisor=${launcher.diesWithParent ? 'on' : 'off'}`,
  ]
  const args = ['-D', dataFolder, '-k', socketFolder, ...settings.flatMap((line) => ['-c', line])]
  const child = launcher.launch(binaries.postgres, args, ['ignore', output.fd, output.fd])
  child.unref()

  try {
    for (;;) {
      signal.throwIfAborted()
      const found = await readPostmaster(dataFolder)
      if (found?.status === 'ready' && found.pid === child.pid) {
        await rename(draftLogFile, logFile)
        child.once('exit', (code, by) => {
          if (by !== 'SIGINT' && code !== 0) log(`The database ended by itself (${by ?? code}); see ${logFile}.`)
        })
        return found
      }
      if (hasEnded(child)) {
        await removeSocketFolder(socketFolder)
        const lines = (await readFile(draftLogFile, 'utf8')).trim().split('\n')
        if (lines.some((line) => folderTaken.test(line))) return 'folder-taken'
        await rename(draftLogFile, logFile)
        throw didNotStart(lines, logFile)
      }
      await delay(retryMs, undefined, { signal })
    }
  } catch (error) {
    child.kill('SIGQUIT')
    await removeSocketFolder(socketFolder)
    throw error
  } finally {
    await rm(draftLogFile, { force: true })
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** Another start was quicker, or what was killed a moment ago is not gone yet. */
const folderTaken = /lock file "postmaster\.pid" already exists|is still in use/

function didNotStart(lines: readonly string[], logFile: string): EmbeddedPostgresError {
  const reason = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? ''
  const words = reason.replace(/^.*?(FATAL|PANIC):\s*/, '')
  return new EmbeddedPostgresError(`The database did not start: ${words} (all of it in ${logFile}).`)
}

function settingsFor({ durable, major }: Pick<Start, 'durable' | 'major'>): string[] {
  return [
    'listen_addresses=', // a socket alone: the OpenSSL that comes with these binaries is out of support
    'unix_socket_permissions=0700',
    `fsync=${durable ? 'on' : 'off'}`,
    `synchronous_commit=${durable ? 'on' : 'off'}`,
    `full_page_writes=${durable ? 'on' : 'off'}`,
    'max_connections=100',
    'shared_buffers=64MB',
    'work_mem=8MB',
    'max_wal_size=512MB',
    'max_worker_processes=4',
    ...(major === '17' ? [] : ['io_method=sync']), // new in 18
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_checkpoints=off',
    // Statements and their details hold names; the log must not.
    'log_min_error_statement=panic',
    'log_error_verbosity=terse',
  ]
}

async function stopPostmaster(dataFolder: string, postmaster: Postmaster, log: Start['log']): Promise<void> {
  if (!(await worksFor(dataFolder, postmaster.pid))) return
  process.kill(postmaster.pid, 'SIGINT')
  const patience = AbortSignal.timeout(stopPatienceMs)
  let isCutShort = false
  while (await worksFor(dataFolder, postmaster.pid)) {
    if (patience.aborted && !isCutShort) {
      log('The database takes long to stop; stopping it at once. It repairs itself at the next start.')
      process.kill(postmaster.pid, 'SIGQUIT')
      isCutShort = true
    }
    await delay(retryMs)
  }
}

/**
 * Remove what PostgreSQL would take for a running database: a `postmaster.pid` whose number now belongs to a stranger,
 * or to a process that ended and was not collected, and the lock of a socket that only this cluster uses. A
 * `postmaster.pid` whose process is gone it recognises itself, and only its own check is safe against another start.
 */
async function removeTracesOf(dataFolder: string, dead: Postmaster | null): Promise<void> {
  await rm(join(socketFolderIn(dataFolder), `.s.PGSQL.${port}.lock`), { force: true })
  if (dead === null) return
  if (process.platform === 'linux' && exists(dead.pid)) await rm(join(dataFolder, 'postmaster.pid'), { force: true })
  await removeSocketFolder(dead.socketFolder)
}

const socketFolderIn = (dataFolder: string): string => join(dataFolder, 'socket')

/** A folder only we can open: in the cluster when its path is short enough for a socket, else in the temporary folder. */
async function makeSocketFolder(dataFolder: string, launcher: Launcher): Promise<string> {
  const inside = socketFolderIn(dataFolder)
  const isShort = Buffer.byteLength(inside) <= longestSocketFolder && !inside.includes(',')
  const folder = isShort ? inside : await mkdtemp(join(tmpdir(), socketFolderPrefix))
  if (isShort) await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  await launcher.own(folder)
  return folder
}

/** Folders in the temporary folder alone: the one in the cluster serves whoever runs next. */
async function removeSocketFolder(folder: string): Promise<void> {
  const isTemporary = dirname(folder) === tmpdir() && basename(folder).startsWith(socketFolderPrefix)
  if (isTemporary) await rm(folder, { recursive: true, force: true })
}

/** What becomes of a postmaster that we found running. */
type Fate = 'watched' | 'left-alone' | 'about-to-stop'

/** The postmaster keeps its own command line in `postmaster.opts`, so what stands there cannot be another's. */
async function fateOf(dataFolder: string, { pid }: Postmaster): Promise<Fate> {
  const command = await readFile(join(dataFolder, 'postmaster.opts'), 'utf8').catch(() => '')
  const supervisor = /getuige\.supervisor=(\d+)/.exec(command)?.[1]
  if (supervisor === undefined) return 'watched' // not started by us, so not ours to stop
  const parent = await parentOf(pid)
  // A child is handed to another parent when its own dies, so this holds even when the number was given out again.
  const isWatched = parent === null ? exists(Number(supervisor)) : parent === Number(supervisor)
  if (isWatched) return 'watched'
  return command.includes('getuige.dies_with_supervisor=on') ? 'about-to-stop' : 'left-alone'
}

async function refuseUnwritable(folder: string): Promise<void> {
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw cannotUse(folder, error)
  })
}

function refuseWindows(): void {
  if (process.platform !== 'win32') return
  throw new EmbeddedPostgresError(
    'On Windows there is no embedded database yet: install PostgreSQL and set DATABASE_URL.',
  )
}
