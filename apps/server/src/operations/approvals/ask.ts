import { addPeriod, type ApprovalId, type JsonValue, newId, type PersonActor, type RecordingId } from '@getuige/base'
import type { ApprovedAct } from '@getuige/law'
import type { ApprovalsDeps } from './deps.ts'
import { digestOfPayload, insertApproval, somebody } from './store.ts'

export type Ask = Readonly<{
  act: ApprovedAct
  recordingId: RecordingId | null
  /** What the approver judges by: texts, numbers, or words in every language. Goes into the entry. */
  shown: Readonly<Record<string, JsonValue>>
  /** What the performer needs. */
  payload: JsonValue
  reason: string
  /** For acts that have a purpose: decided now, and again when it is approved. */
  purposeId?: string
}>

/**
 * Ask for a second person. Throws as the act itself would for somebody who may not do it; nothing is done yet.
 * Custody: `approval-asked`.
 */
export function askApproval(
  deps: ApprovalsDeps,
  actor: PersonActor,
  request: Ask,
): Promise<{ approvalId: ApprovalId; expiresAt: Date }> {
  const { clock, custody, recordings } = deps
  const { act, recordingId, shown, payload, reason, purposeId } = request
  return custody.act(actor, async (tx, record) => {
    const recording = recordingId === null ? null : await recordings.lock(tx, actor.corpsId, recordingId)
    await deps.requireMay(tx, act, actor, recording, purposeId)
    const askedAt = clock.now()
    const law = deps.resolveLaw(recording?.law ?? (await deps.lawKeyAt(actor.corpsId, askedAt)))
    const { expiresAfter, ruleId } = law.approvals[act]
    const expiresAt = addPeriod(askedAt, expiresAfter, law.timeZone)
    const approvalId = newId('approval', askedAt)
    await insertApproval(tx, {
      id: approvalId,
      corpsId: actor.corpsId,
      act,
      recordingId,
      law: law.key,
      purposeId: purposeId ?? null,
      askedById: actor.id,
      asker: somebody(actor),
      askedAt,
      expiresAt,
      reason,
      shown,
      payload,
    })
    await record({
      type: 'approval-asked',
      recordingId,
      details: {
        approvalId,
        act,
        shown,
        payloadSha256: digestOfPayload(payload),
        reason,
        expiresAt: expiresAt.toISOString(),
        ruleId,
      },
    })
    return { approvalId, expiresAt }
  })
}
