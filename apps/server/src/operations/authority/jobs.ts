import type { CorpsId } from '@getuige/base'
import type { Job } from '#platform/jobs'
import type { Authority } from './index.ts'

/** Follows the establishing of a corps. */
export function authorityJobs(authority: Authority): Job<{ corpsId?: CorpsId }>[] {
  return [
    {
      name: 'authority/prepare',
      async run({ corpsId }) {
        if (corpsId !== undefined) await authority.prepare(corpsId)
      },
    },
  ]
}
