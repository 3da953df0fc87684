import type { Job } from '#platform/jobs'
import type { Log } from '#platform/log'
import type { DraftRef, Vault } from './index.ts'

type JobsDeps = Readonly<{
  vault: Vault
  log: Log
  /** The recordings that are being received, whoever receives them. */
  listDrafts(): Promise<readonly DraftRef[]>
}>

/** The end of keys that wrap nothing any more, and every night of all that a crash left behind. */
export function vaultJobs({ vault, log, listDrafts }: JobsDeps): Job[] {
  return [
    ...vault.jobs,
    {
      name: 'vault/sweep',
      schedule: { cron: '50 3 * * *', timeZone: 'Europe/Brussels' },
      timeoutSeconds: 3600,
      async run(_data, signal) {
        const swept = await vault.sweep(() => listDrafts(), signal)
        log.info('vault/swept', {
          objects: swept.object,
          copies: swept.copy,
          staged: swept.staged,
          draftKeys: swept['draft-key'],
          bucketKeys: swept['bucket-key'],
        })
      },
    },
  ]
}
