import type { Connection } from '../database/index.ts'
import { loadDatabase } from './load.ts'
import { BackupError, type CheckedBackup } from './read-backup.ts'
import type { Table } from './tables.ts'
import type { Member } from './tar.ts'

/**
 * Fill an empty database from a checked back-up, in one transaction. Migrations that came after it are left to `migrate`.
 * Throws `BackupError` or `StartError`, and then nothing was written.
 *
 * @param mark statements about where the rows come from, in the same transaction
 * @param putKeys the last thing before the commit: keys without rows harm nobody, rows without keys do
 */
export async function restoreDatabase(
  connection: Connection,
  backup: CheckedBackup,
  mark: (run: (statement: string) => Promise<unknown>) => Promise<void>,
  putKeys: (secrets: CheckedBackup['secrets']) => Promise<void>,
): Promise<void> {
  const { about } = backup
  await using reading = backup.members()
  const members = cursorOver(reading)
  const source = {
    migrations: about.migrations,
    tables: about.tables,
    parts: ({ name }: Table) => members.thoseIn(`tables/${name}/`),
    waitingJobs: () => members.thoseIn('waiting-jobs/'),
    sequences: async () => about.sequences,
  }
  await loadDatabase(connection, source, async (loaded, client) => {
    // To the end of the file, so that it is known to be the one that was checked.
    await members.drain()
    for (const { name, rows, sha256 } of [...about.tables, { name: '', ...about.waitingJobs }]) {
      const found = loaded.get(name)
      if (found?.rows !== rows || found.sha256 !== sha256)
        throw new BackupError(
          `The back-up names ${rows} rows of ${name || 'waiting jobs'}, and ${found?.rows ?? 0} were loaded.`,
        )
    }
    await mark((statement) => client.query(statement))
    await putKeys(backup.secrets)
  })
}

/** The members are asked for in the order in which they lie. */
function cursorOver(members: AsyncGenerator<Member>) {
  let current: IteratorResult<Member, void> | undefined
  const advance = async () => (current = await members.next())
  return {
    async *thoseIn(folder: string): AsyncGenerator<Uint8Array> {
      current ??= await advance()
      while (current.done !== true && !current.value.name.startsWith(folder) && isBeforeTables(current.value))
        await advance()
      while (current.done !== true && current.value.name.startsWith(folder)) {
        yield current.value.bytes
        await advance()
      }
    },
    async drain(): Promise<void> {
      while (current?.done !== true) await advance()
    },
  }
}

const isBeforeTables = ({ name }: Member): boolean => !/^(tables|waiting-jobs)\//.test(name)
