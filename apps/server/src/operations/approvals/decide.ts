import type { ApprovalId, CorpsId, PersonActor } from '@getuige/base'
import { nothingToRecord } from '#custody'
import type { RegisteredRecording } from '#recordings'
import type { Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import type { ApprovalsDeps } from './deps.ts'
import { type ApprovalFacts, decideDeciding, decideWithdrawing } from './rules.ts'
import { type AskedApproval, findApproval, lockApproval, updateEnded } from './store.ts'

/**
 * Approve, and do what was asked for in the same transaction: both are done, or neither. All is decided again, on what
 * is so now: who approves, whether it expired, whether the asker is still there and still may, and what state the
 * recording is in. Of two who decide at once, one does. Custody: `approval-given`, and what the performer enters.
 */
export async function approve(
  deps: ApprovalsDeps,
  approver: PersonActor,
  approvalId: ApprovalId,
  reason: string,
): Promise<void> {
  const { clock, custody } = deps
  await custody.act(approver, async (tx, record) => {
    const { asked, recording } = await lock(deps, tx, approver.corpsId, approvalId)
    const self = await requireStillHere(deps, tx, approver)
    refuseWhere(decideDeciding(factsOf(deps, asked), self, clock.now()))
    const asker = await deps.findPerson(tx, asked.corpsId, asked.askedById)
    if (asker === undefined) throw new AppError('approval/asker-may-not', { because: 'left' })
    try {
      await deps.requireMay(tx, asked.act, asker, recording, asked.purposeId ?? undefined)
    } catch (error) {
      if (!(error instanceof AppError) || !aboutTheAsker.has(error.code)) throw error
      throw new AppError('approval/asker-may-not', { because: 'refused' }, { cause: error })
    }

    const { act, corpsId, recordingId, payload } = asked
    await updateEnded(tx, approvalId, { as: 'given', at: clock.now(), by: approver, reason })
    await record({ type: 'approval-given', recordingId, details: { ...entered(deps, asked), reason } })
    await deps.performers[act](tx, record, {
      approvalId,
      corpsId,
      recordingId,
      asker,
      approver,
      reason: asked.reason,
      payload,
    })
  })
}

/** Custody: `approval-refused`. */
export async function refuse(
  deps: ApprovalsDeps,
  approver: PersonActor,
  approvalId: ApprovalId,
  reason: string,
): Promise<void> {
  const { clock, custody } = deps
  await custody.act(approver, async (tx, record) => {
    const { asked } = await lock(deps, tx, approver.corpsId, approvalId)
    const self = await requireStillHere(deps, tx, approver)
    refuseWhere(decideDeciding(factsOf(deps, asked), self, clock.now()))
    await updateEnded(tx, approvalId, { as: 'refused', at: clock.now(), by: approver, reason })
    const details = { ...entered(deps, asked), reason }
    await record({ type: 'approval-refused', recordingId: asked.recordingId, details })
  })
}

/** By the asker alone. Custody: `approval-withdrawn`. */
export async function withdraw(
  deps: ApprovalsDeps,
  actor: PersonActor,
  approvalId: ApprovalId,
  reason: string,
): Promise<void> {
  const { clock, custody } = deps
  await custody.act(actor, async (tx, record) => {
    const { asked } = await lock(deps, tx, actor.corpsId, approvalId)
    refuseWhere(decideWithdrawing(factsOf(deps, asked), actor, clock.now()))
    await updateEnded(tx, approvalId, { as: 'withdrawn', at: clock.now(), by: actor, reason })
    const details = { ...entered(deps, asked), reason }
    await record({ type: 'approval-withdrawn', recordingId: asked.recordingId, details })
  })
}

/** Enter that it expired. Does nothing when somebody decided it meanwhile. Custody: `approval-expired`. */
export async function expire(deps: ApprovalsDeps, corpsId: CorpsId, approvalId: ApprovalId): Promise<void> {
  const { clock, custody } = deps
  await custody.act({ kind: 'system', corpsId }, async (tx, record) => {
    const asked = await lockApproval(tx, corpsId, approvalId)
    if (asked === undefined || asked.endedAs !== null || clock.now() < asked.expiresAt) return nothingToRecord
    await updateEnded(tx, approvalId, { as: 'expired', at: clock.now(), by: null, reason: null })
    return record({ type: 'approval-expired', recordingId: asked.recordingId, details: entered(deps, asked) })
  })
}

/** Refusals that say something of the asker rather than of the recording. */
const aboutTheAsker: ReadonlySet<string> = new Set([
  'access/denied',
  'access/purpose-not-allowed',
  'recording/not-found',
])

/** The recording first, as every act on it does; then what was asked. */
async function lock(
  { recordings }: ApprovalsDeps,
  tx: Tx,
  corpsId: CorpsId,
  approvalId: ApprovalId,
): Promise<{ asked: AskedApproval; recording: RegisteredRecording | null }> {
  const known = await findApproval(tx, corpsId, approvalId)
  if (known === undefined) throw new AppError('approval/not-found')
  const recording = known.recordingId === null ? null : await recordings.lock(tx, corpsId, known.recordingId)
  const asked = await lockApproval(tx, corpsId, approvalId)
  if (asked === undefined) throw new AppError('approval/not-found')
  return { asked, recording }
}

/** Whoever decides, as they are now: a role that was taken away since they signed in approves nothing. */
async function requireStillHere(deps: ApprovalsDeps, tx: Tx, person: PersonActor): Promise<PersonActor> {
  const now = await deps.findPerson(tx, person.corpsId, person.id)
  if (now === undefined) throw new AppError('approval/not-found')
  return now
}

/** The rule that says who approves: of the recording's own law, or that under which it was asked. */
export function factsOf(deps: ApprovalsDeps, asked: AskedApproval): ApprovalFacts {
  return { ...asked, roles: deps.resolveLaw(asked.law).approvals[asked.act].roles }
}

function refuseWhere(code: ReturnType<typeof decideDeciding>): void {
  if (code !== null) throw new AppError(code)
}

function entered(deps: ApprovalsDeps, { id, act, askedById, asker, law }: AskedApproval) {
  const { ruleId } = deps.resolveLaw(law).approvals[act]
  return { approvalId: id, act, askedBy: { id: askedById, name: asker.name, title: asker.title }, ruleId }
}
