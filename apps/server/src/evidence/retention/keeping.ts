import { dayOf, type PersonActor, type RecordingId } from '@getuige/base'
import type { getKeeping, KeptUntil } from '@getuige/contract'
import { requireRule, resolveLaw } from '@getuige/law'
import type { z } from 'zod'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { RetentionDeps } from './deps.ts'
import { findNextRun } from './nightly.ts'
import { decideIfLifted } from './rules.ts'
import { findOrders, type Hold, listHoldsInForce } from './store.ts'

const dayMs = 86_400_000

/** Until when a recording is kept, and because of what: the line that every list and page shows. */
export function describeKeptUntil(
  recording: RegisteredRecording,
  holds: readonly Hold[],
  now: Date,
  tellsHolds: boolean,
): KeptUntil {
  const law = resolveLaw(recording.law)
  const { id, label, source } = requireRule(law, law.retention.keepFor.ruleId)
  const firstDay = dayOf(recording.recordedAt, law.timeZone)
  return {
    because: becauseOf(recording, holds, now),
    dueAt: recording.dueAt.toISOString(),
    dueOn: recording.dueOn,
    daysLeft: daysBetween(dayOf(now, law.timeZone), recording.dueOn),
    periodDays: daysBetween(firstDay, recording.dueOn),
    rule: { id, label, source, status: law.status },
    holds: tellsHolds ? holds.map(describeHold) : [],
    erasedAt: recording.erasedAt?.toISOString() ?? null,
  }
}

function becauseOf(recording: RegisteredRecording, holds: readonly Hold[], now: Date): KeptUntil['because'] {
  if (recording.state === 'erasing' || recording.state === 'erased') return 'erased'
  if (holds.length > 0) return 'held'
  return recording.dueAt <= now ? 'period-over' : 'within-period'
}

export function describeHold({ id, kind, number, reason, placedAt, placedBy }: Hold) {
  return { id, kind, number, reason, placedAt: placedAt.toISOString(), placedBy }
}

/** Why it is still here, or why it is not. Throws `recording/not-found` where the person may not know of it. */
export async function explainKeeping(
  { db: everything, clock, recordings, access }: RetentionDeps,
  actor: PersonActor,
  recordingId: RecordingId,
): Promise<z.input<typeof getKeeping.returns>> {
  const db = everything.of(actor.corpsId)
  const recording = await recordings.find(actor.corpsId, recordingId, db)
  if (recording === undefined) throw new AppError('recording/not-found')
  await access.require(db, 'know', actor, recording)
  const law = resolveLaw(recording.law)
  const { keepFor } = law.retention
  const now = clock.now()
  const holds = await listHoldsInForce(db, [recordingId])
  const isWearer = (await access.listKnownAsWearer(db, actor, [recording])).has(recordingId)
  const order = isWearer ? undefined : (await findOrders(db, [recordingId])).get(recordingId)
  const { dueAt, dueOn, erasedAt } = recording
  const hasOrder = order !== undefined
  const { 'erase-early': eraseEarly } = await access.permissions(db, ['erase-early'], actor, recording)
  const isGone = recording.state === 'erasing' || recording.state === 'erased'
  return {
    because: becauseOf(recording, holds, now),
    law: { key: law.key, label: law.label, status: law.status },
    period: keepFor.value,
    rule: { ...requireRule(law, keepFor.ruleId) },
    holdKinds: law.holdKinds.map(({ id, label }) => ({ id, label })),
    recordedAt: recording.recordedAt.toISOString(),
    recordedAtFrom: recording.recordedAtFrom,
    dueAt: dueAt.toISOString(),
    dueOn,
    erasedByRunAt: isGone ? null : findNextRun(hasOrder || dueAt < now ? now : dueAt).toISOString(),
    holds: (isWearer ? [] : holds).map((hold) => ({
      ...describeHold(hold),
      ifLifted: decideIfLifted({ dueAt, dueOn, holds: holds.length, hasOrder }, findNextRun(now)),
    })),
    order:
      order === undefined
        ? null
        : {
            number: order.number,
            court: order.court,
            decidedOn: order.decidedOn,
            orderedAt: order.orderedAt.toISOString(),
          },
    erasedAt: erasedAt?.toISOString() ?? null,
    may: { eraseEarly },
  }
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)
}
