import type { CorpsId, JsonValue, PersonActor } from '@getuige/base'
import { corpsSettings } from '@getuige/contract'
import { type Law, resolveLaw } from '@getuige/law'
import { z } from 'zod'
import type { ApprovedRequest, Performer } from '#approvals'
import type { Reader } from '#platform/database'
import { AppError } from '#platform/errors'
import { type Candidate, requireCandidate } from './candidate.ts'
import type { DeploymentsDeps } from './deps.ts'
import { decideAdoption } from './rules.ts'

export type AdoptLaw = Candidate & Readonly<{ inForceFrom: Date | null; alsoExisting: boolean; reason: string }>

const payloadSchema = z.object({
  packId: z.string(),
  settings: corpsSettings,
  inForceFrom: z.iso.datetime().nullable(),
  alsoExisting: z.boolean(),
})

/** Ask a second person to approve that the corps takes a law. Throws as `requireAdoption`. */
export async function askAdoption(
  deps: DeploymentsDeps,
  actor: PersonActor,
  { packId, settings, inForceFrom, alsoExisting, reason }: AdoptLaw,
): Promise<{ approvalId: string; expiresAt: Date }> {
  const { law, before } = await requireAdoption(deps, deps.db.of(actor.corpsId), actor.corpsId, {
    packId,
    settings,
    inForceFrom,
    alsoExisting,
  })
  const from = inForceFrom?.toISOString() ?? null
  return deps.ask(actor, {
    act: 'adopt-law',
    recordingId: null,
    shown: { law: law.key, label: law.label, lawBefore: before.key, inForceFrom: from, alsoExisting },
    payload: { packId, settings: settings as JsonValue, inForceFrom: from, alsoExisting },
    reason,
  })
}

/**
 * What approving does: the law holds from its instant on, for what is recorded then. A law that came to be within other
 * bounds meanwhile, or whose instant has passed, is refused again. Custody: `law-adopted`.
 */
export function adoptApproved(deps: DeploymentsDeps): Performer {
  return async (tx, record, { approvalId, approver, asker, corpsId, payload, reason }: ApprovedRequest) => {
    const asked = payloadSchema.parse(payload)
    const inForceFrom = asked.inForceFrom === null ? null : new Date(asked.inForceFrom)
    const { law, before, from } = await requireAdoption(deps, tx, corpsId, { ...asked, inForceFrom })
    const { alsoExisting } = asked
    await deps.insertAdoption(tx, corpsId, {
      law: law.key,
      inForceFrom: from,
      adoptedAt: deps.clock.now(),
      adoptedBy: asker.id,
      approvedBy: approver.id,
      reason,
      alsoExisting,
    })
    await record({
      type: 'law-adopted',
      recordingId: null,
      details: {
        law: law.key,
        lawBefore: before.key,
        inForceFrom: from.toISOString(),
        alsoExisting,
        askedBy: { id: asker.id, name: asker.name, title: asker.title },
        approvalId,
        reason,
      },
    })
  }
}

async function requireAdoption(
  deps: DeploymentsDeps,
  reader: Reader,
  corpsId: CorpsId,
  { inForceFrom, alsoExisting, ...candidate }: Omit<AdoptLaw, 'reason'>,
): Promise<{ law: Law; before: Law; from: Date }> {
  const law = requireCandidate(candidate)
  const now = deps.clock.now()
  const from = inForceFrom ?? now
  const before = resolveLaw(await deps.lawKeyAt(corpsId, from, reader))
  const refusal = decideAdoption({ law, before, from, now, alsoExisting })
  if (refusal !== null) throw new AppError(`law/${refusal}`)
  return { law, before, from }
}
