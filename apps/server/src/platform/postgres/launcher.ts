import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { chown, lchown, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PostgresBinaries } from './binaries.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** How programs of PostgreSQL are started on this machine. It refuses to run as root, so root needs a detour. */
export type Launcher = Readonly<{
  launch(program: string, args: readonly string[], stdio: StdioOptions): ChildProcess
  /** The system sends the postmaster a stop signal when this process dies, however it dies. */
  diesWithParent: boolean
  /** Make this folder and all in it belong to the user under whom the programs run. */
  own(folder: string): Promise<void>
}>

const nobody = 65_534
const inOwnNamespace = ['unshare', '-U', `--map-user=${nobody}`, `--map-group=${nobody}`]
const signalledOnParentsDeath = ['setpriv', '--pdeathsig', 'INT', '--']

type Candidate = Readonly<{ prefix: readonly string[]; runAs: number | null; diesWithParent: boolean }>

/**
 * Choose the first way of starting that works here. As root: a user namespace in which root is an ordinary user, which
 * creates no user and changes no owner; else, as the owner of the data folder or `nobody`, who must be able to reach
 * both the binaries and the folder.
 *
 * @param folder the cluster's folder, or the nearest folder above it that exists
 */
export async function chooseLauncher(binaries: PostgresBinaries, folder: string): Promise<Launcher> {
  const isRoot = process.getuid?.() === 0
  const owner = (await stat(folder)).uid
  const candidates = isRoot ? candidatesForRoot(owner) : withAndWithoutSignal({ prefix: [], runAs: null })
  const failures: string[] = []

  for (const candidate of candidates) {
    const failure = await tryOut(candidate, binaries, folder)
    if (failure === null) return launcherOf(candidate, binaries)
    failures.push(failure)
  }
  const [reason = 'no reason given'] = failures.filter((failure) => failure !== '').toReversed()
  throw new EmbeddedPostgresError(
    isRoot
      ? `PostgreSQL does not run as root, and this machine allows neither a user namespace nor starting it as another user (${reason}). Start as an ordinary user, or set DATABASE_URL.`
      : `The embedded PostgreSQL does not run on this machine (${reason}). Install PostgreSQL 15 or later and set DATABASE_URL.`,
  )
}

function candidatesForRoot(owner: number): Candidate[] {
  const namespaced = withAndWithoutSignal({ prefix: inOwnNamespace, runAs: null })
  const asOther = withAndWithoutSignal({ prefix: [], runAs: owner === 0 ? nobody : owner })
  // A cluster that an ordinary user made stays theirs, so that they can start it again without root.
  return owner === 0 ? [...namespaced, ...asOther] : [...asOther, ...namespaced]
}

function withAndWithoutSignal({ prefix, runAs }: Pick<Candidate, 'prefix' | 'runAs'>): Candidate[] {
  const plain = { prefix, runAs, diesWithParent: false }
  if (process.platform !== 'linux') return [plain]
  return [{ prefix: [...prefix, ...signalledOnParentsDeath], runAs, diesWithParent: true }, plain]
}

/** The reason why it does not work, or null when it does. */
async function tryOut(candidate: Candidate, binaries: PostgresBinaries, folder: string): Promise<string | null> {
  const launcher = launcherOf(candidate, binaries)
  const failure = await run(launcher.launch(binaries.postgres, ['--version'], ['ignore', 'ignore', 'pipe']))
  if (failure !== null || candidate.runAs === null) return failure
  return run(launcher.launch('/bin/sh', ['-c', 'cd "$0"', folder], ['ignore', 'ignore', 'pipe']))
}

function launcherOf({ prefix, runAs, diesWithParent }: Candidate, binaries: PostgresBinaries): Launcher {
  return {
    diesWithParent,
    launch(program, args, stdio) {
      const [command = program, ...rest] = [...prefix, program, ...args]
      return spawn(command, rest, {
        stdio,
        env: environmentFor(binaries),
        // A session of its own: Ctrl-C in the terminal reaches the server, which then stops the database last.
        detached: true,
        ...(runAs === null ? {} : { uid: runAs, gid: runAs }),
      })
    },
    async own(folder) {
      if (process.getuid?.() !== 0) return
      const uid = runAs ?? 0
      if ((await stat(folder)).uid !== uid) await chownAll(folder, uid)
    },
  }
}

function environmentFor({ libraryPath }: PostgresBinaries): NodeJS.ProcessEnv {
  // Nothing of the caller's environment reaches the database: PGDATA, LC_ALL and the like would change its behaviour.
  const environment: NodeJS.ProcessEnv = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  if (libraryPath !== null) environment['LD_LIBRARY_PATH'] = libraryPath
  return environment
}

async function chownAll(folder: string, uid: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    await (entry.isDirectory() ? chownAll(path, uid) : lchown(path, uid, uid))
  }
  await chown(folder, uid, uid)
}

/** Wait until a program ends. Null when it succeeded without an error, else the last line it complained with. */
export async function run(child: ChildProcess, input?: string): Promise<string | null> {
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4000)))
  child.stdin?.on('error', () => undefined).end(input) // a program that ended early is told by its exit code
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    // In single-user mode PostgreSQL ends with 0 even when a statement failed.
    if (code === 0 && !/\b(ERROR|FATAL|PANIC):/.test(complaint)) return null
    return complaint.trim().split('\n').at(-1) || `ended with ${signal ?? code}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
