import { addPeriod, type Day, dayOf } from '@getuige/base'
import type { Law } from '@getuige/law'

export type Due = Readonly<{ dueAt: Date; dueOn: Day }>

/** Until when a law keeps what was recorded at that moment: a calendar period later, at the same local time. */
export function dueUnder(law: Law, recordedAt: Date): Due {
  const dueAt = addPeriod(recordedAt, law.retention.keepFor.value, law.timeZone)
  return { dueAt, dueOn: dayOf(dueAt, law.timeZone) }
}

/**
 * As `dueUnder`, for one that is here already. Where the period of this law was over when it was received, the clock of
 * the camera is not believed, and the period runs from receipt: a wrong clock never erases (docs/decisions/0006).
 */
export function dueAgain(law: Law, recordedAt: Date, receivedAt: Date): Due {
  const due = dueUnder(law, recordedAt)
  return due.dueAt <= receivedAt ? dueUnder(law, receivedAt) : due
}
