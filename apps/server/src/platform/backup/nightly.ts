import type { Connection } from '../database/index.ts'
import type { Clock } from '../clock/index.ts'
import type { Job } from '../jobs/index.ts'
import type { Keystore } from '../keystore/index.ts'
import type { Log } from '../log/index.ts'
import { ageOfNewest, madeAtOf } from './layout.ts'
import { listBackups, writeBackup } from './write-backup.ts'

export type NightlyDeps = Readonly<{
  connection: Connection
  keystore: Keystore
  clock: Clock
  log: Log
  version: string
  settings: Readonly<{ folder: string; recipients: readonly string[]; keep: number }>
}>

const hourMs = 3_600_000
/** A night was missed: the machine was off, or the disk was not there. */
const missedMs = 26 * hourMs
const overdueMs = 48 * hourMs

/** A back-up every night, or as soon as can be after a missed one, and an alarm when the last is older than two days. */
export function backupJobs(deps: NightlyDeps): Job[] {
  const { settings, clock, log } = deps
  const timeZone = 'Europe/Brussels'

  async function make(signal: AbortSignal): Promise<void> {
    const { about, sizeBytes } = await writeBackup({
      ...deps,
      ...settings,
      async listSecrets() {
        const secrets = await Array.fromAsync(deps.keystore.undyingSecrets())
        return new Map(secrets.map(({ name, secret }) => [name, secret]))
      },
      signal,
    })
    log.info('backup/made', { madeAt: about.madeAt, sizeBytes, secrets: about.secrets.length })
  }
  const age = async () => ageOfNewest(await listBackups(settings.folder), clock) ?? Infinity

  return [
    {
      name: 'backup/nightly',
      schedule: { cron: '30 4 * * *', timeZone },
      timeoutSeconds: 6 * 3600,
      run: (_data, signal) => make(signal),
    },
    {
      name: 'backup/watch',
      schedule: { cron: '10 * * * *', timeZone },
      timeoutSeconds: 6 * 3600,
      async run(_data, signal) {
        try {
          if ((await age()) > missedMs) await make(signal)
        } finally {
          if ((await age()) > overdueMs) log.error('backup/overdue', new Error('no back-up for two days'))
        }
      },
    },
  ]
}

export type BackupStanding = Readonly<{ madeAt: Date | null; isOverdue: boolean }>

/** When the newest back-up in a folder was made. Overdue: none, or none for two days. */
export async function findBackupStanding(folder: string, clock: Clock): Promise<BackupStanding> {
  const names = await listBackups(folder)
  const isOverdue = (ageOfNewest(names, clock) ?? Infinity) > overdueMs
  return { madeAt: madeAtOf(names[0] ?? '') ?? null, isOverdue }
}
