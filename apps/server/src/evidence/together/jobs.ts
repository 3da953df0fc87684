import type { Job } from '#platform/jobs'
import { forgetJob } from '#recordings'
import type { Together } from './index.ts'

export function togetherJobs(together: Together): Job[] {
  return [forgetJob('together/forget', together.forget)]
}
