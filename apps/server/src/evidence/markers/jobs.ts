import type { Job } from '#platform/jobs'
import { forgetJob } from '#recordings'
import type { Markers } from './index.ts'

export function markerJobs(markers: Markers): Job[] {
  return [forgetJob('markers/forget', markers.forget)]
}
