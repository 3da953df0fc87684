import { createHash } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '@getuige/base'
import { createAgeFile } from '../age/index.ts'
import type { Clock } from '../clock/index.ts'
import { type Connection, listMigrations, migrationTable, requireKnown } from '../database/index.ts'
import { StartError } from '../errors/index.ts'
import { ifMissing, syncFolder } from '../files/index.ts'
import {
  type About,
  aboutName,
  backupName,
  format,
  jobsPart,
  madeAtOf,
  readme,
  readmeName,
  schemaName,
  secretName,
  sumsName,
  tablePart,
} from './layout.ts'
import { readDatabase } from './source.ts'
import { connectForCopy } from './tables.ts'
import { tarEnd, tarMember } from './tar.ts'

export type BackupOptions = Readonly<{
  connection: Connection
  clock: Clock
  /** Of this program. */
  version: string
  folder: string
  /** age recipients (age1…), one at least. */
  recipients: readonly string[]
  /** How many of the newest stay in the folder; those before go once this one is whole. */
  keep: number
  /** The secrets that outlive every recording. Asked once the snapshot of the database is taken. */
  listSecrets(): Promise<ReadonlyMap<string, Uint8Array>>
  signal: AbortSignal
}>

export type BackupMade = Readonly<{ path: string; sizeBytes: number; about: About; removed: readonly string[] }>

const partial = '.partial'
const noRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * Write a back-up of database and lasting secrets, while the server runs. It has its name only once every byte is on
 * disk; whatever stops it before leaves nothing, or, when killed, a file that the next one removes.
 *
 * The snapshot is taken before the secrets are listed: a key is made before the row that relies on it, so every row of
 * the snapshot finds its key. The other order could miss the key of a corps established in between.
 */
export async function writeBackup(options: BackupOptions): Promise<BackupMade> {
  const { clock, folder, recipients, keep } = options
  if (recipients.length === 0) throw new StartError('A back-up is always encrypted: name an age recipient.')
  if (!(keep >= 1)) throw new StartError('At least one back-up is kept.')
  // Not made here: beneath a disk that is not mounted it would be a folder of the wrong disk.
  if ((await stat(folder).catch(ifMissing)) === undefined)
    throw new StartError(`The folder ${folder} for back-ups is not there: make it, or mount its disk.`)
  await using client = await connectForCopy(options.connection)
  await refuseAnother()
  const madeAt = clock.now()
  const name = backupName(madeAt)
  const path = join(folder, name)
  if ((await stat(path).catch(ifMissing)) !== undefined) throw new StartError(`${path} is there already.`)
  for (const left of await readdir(folder)) {
    // Nobody else backs this database up now, so this is of one that was killed.
    if (left.endsWith(partial) && madeAtOf(left.slice(0, -partial.length)) !== undefined) await rm(join(folder, left))
  }

  const draft = path + partial
  let made: Pick<BackupMade, 'sizeBytes' | 'about'>
  try {
    made = await writeDraft()
    await rename(draft, path)
    await syncFolder(folder)
  } catch (error) {
    await rm(draft, { force: true })
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (typeof code !== 'string' || !noRoom.has(code)) throw error
    throw new StartError(`There is no room for the back-up in ${folder}.`, { cause: error })
  }
  const removed = (await listBackups(folder)).filter((other) => other !== name).slice(keep - 1)
  for (const old of removed) await rm(join(folder, old))
  return { path, removed, ...made }

  async function refuseAnother(): Promise<void> {
    const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(hashtext('getuige/backup')) got`)
    if (rows[0]?.got !== true) throw new StartError('Another back-up of this database is under way.')
  }

  async function writeDraft(): Promise<Pick<BackupMade, 'sizeBytes' | 'about'>> {
    const migrations = await listMigrations()
    await using file = await createAgeFile(draft, recipients)
    const sums: string[] = []
    const put = async (member: string, bytes: Uint8Array) => {
      options.signal.throwIfAborted()
      sums.push(`${createHash('sha256').update(bytes).digest('hex')}  ${member}\n`)
      await file.write(tarMember(member, bytes, madeAt))
    }
    const putText = (member: string, text: string) => put(member, Buffer.from(text))
    const { source, given } = await readDatabase(client)
    await putText(readmeName, readme)
    await putText(schemaName('0000-migrations.sql'), `${migrationTable};\n`)
    for (const { name: migration, text } of requireKnown(migrations, source.migrations))
      await putText(schemaName(migration), text)
    const putParts = async (key: string, parts: AsyncIterable<Uint8Array>, partName: (part: number) => string) => {
      let part = 0
      for await (const bytes of parts) await put(partName((part += 1)), bytes)
      const contents = given.get(key)
      if (contents === undefined) throw new Error(`${key} was not read to its end`)
      return contents
    }
    const tables: About['tables'] = []
    for (const table of source.tables) {
      const contents = await putParts(table.name, source.parts(table), (part) => tablePart(table.name, part))
      tables.push({ name: table.name, columns: [...table.columns], ...contents })
    }
    const waitingJobs = await putParts('', source.waitingJobs(), jobsPart)
    const sequences = await source.sequences()
    const { rows: servers } = await client.query<{ server_version: string }>('show server_version')
    await client.query('commit')

    const secrets = await options.listSecrets()
    for (const [secret, bytes] of secrets) await putText(secretName(secret), `${toHex(bytes)}\n`)
    const about: About = {
      format,
      version: options.version,
      postgres: servers[0]?.server_version ?? '',
      madeAt: madeAt.toISOString(),
      migrations: source.migrations,
      tables,
      sequences: [...sequences],
      waitingJobs,
      secrets: [...secrets.keys()],
    }
    await putText(aboutName, `${JSON.stringify(about, null, 2)}\n`)
    await file.write(tarMember(sumsName, Buffer.from(sums.join('')), madeAt))
    await file.write(tarEnd)
    return { sizeBytes: await file.finish(), about }
  }
}

/** Names of the back-ups in a folder, the newest first. */
export async function listBackups(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(ifMissing)) ?? []
  return names
    .filter((name) => madeAtOf(name) !== undefined)
    .toSorted()
    .toReversed()
}
