import { dayOf, type PersonActor, type RequestId, type MandateId, toHex } from '@getuige/base'
import type { Mandate, MandateRequest, NamedRecording } from '@getuige/contract'
import type { Law } from '@getuige/law'
import type { Reader } from '#platform/database'
import {
  type ListedMandate,
  listMandates,
  listNamedRecordings,
  listRequests,
  type MandateRequestRow,
} from './mandate-store.ts'
import { mandateRoles } from './mandate-roles.ts'

const mostListed = 200

/**
 * Requests and decisions that a person may know of: those who decide, ask or oversee, all of the corps; anybody else none
 * but their own, from when they asked.
 */
export async function describeMandates(reader: Reader, person: PersonActor, law: Law, now: Date) {
  const roles = mandateRoles(person, law)
  const seesAll = roles.decides || roles.requests || roles.oversees
  const requests = (await listRequests(reader, person.corpsId, mostListed)).filter(
    ({ askedById }) => seesAll || askedById === person.id,
  )
  const mandates = seesAll ? await listMandates(reader, person.corpsId, mostListed) : []
  const named = Map.groupBy(
    await listNamedRecordings(
      reader,
      requests.map(({ id }) => id),
      mandates.map(({ id }) => id),
    ),
    ({ of }) => of,
  )
  const namedIn = (id: RequestId | MandateId): NamedRecording[] =>
    (named.get(id) ?? []).map(({ of: _of, recordedAt, ...rest }) => ({
      ...rest,
      recordedAt: recordedAt.toISOString(),
      // Where it was is gone with the recording.
      location: rest.isErased ? null : rest.location,
    }))

  const describeRequest = (row: MandateRequestRow): MandateRequest => ({
    id: row.id,
    askedBy: row.asker,
    askedAt: row.askedAt.toISOString(),
    purpose: purposeOf(law, row.purposeId),
    reference: row.reference,
    reason: row.reason,
    recordings: namedIn(row.id),
    state: row.endedAs ?? 'open',
    ended: row.ended === null ? null : { ...row.ended, at: row.ended.at.toISOString() },
    may: {
      decide: roles.decides && row.endedAs === null && row.askedById !== person.id,
      withdraw: row.endedAs === null && row.askedById === person.id,
    },
  })

  const describeMandate = (row: ListedMandate): Mandate => {
    const state = stateOf(row, now)
    const hasHand = roles.decides || roles.requests
    return {
      id: row.id,
      requestId: row.requestId,
      number: row.number,
      magistrate: row.magistrate,
      decidedOn: row.decidedOn,
      purpose: purposeOf(law, row.purposeId),
      untilOn: row.untilOn,
      endsAt: row.endsAt.toISOString(),
      reasoning: row.reasoning,
      document: {
        id: row.documentId,
        kind: row.document.kind,
        sizeBytes: row.document.sizeBytes,
        sha256: toHex(row.document.sha256),
      },
      recordings: namedIn(row.id),
      isOnPaper: row.isOnPaper,
      recordedBy: row.recorder,
      recordedAt: row.recordedAt.toISOString(),
      confirmed: row.confirmed === null ? null : { ...row.confirmed, at: row.confirmed.at.toISOString() },
      state,
      ended: row.ended === null ? null : { ...row.ended, at: row.ended.at.toISOString() },
      may: {
        confirm: state === 'to-confirm' && hasHand && row.recordedById !== person.id,
        withdraw:
          (state === 'in-force' || state === 'to-confirm') && (roles.decides || (row.isOnPaper && roles.requests)),
        readDocument: seesAll,
      },
    }
  }

  return {
    requests: requests.map(describeRequest),
    mandates: mandates.map(describeMandate),
    may: { decide: roles.decides, record: roles.requests },
    purposes: law.purposes
      .filter(({ window }) => window?.afterwards === 'mandate')
      .map(({ id, label }) => ({ id, label })),
    today: dayOf(now, law.timeZone),
  }
}

function stateOf({ isOnPaper, confirmed, endedAs, endsAt }: ListedMandate, now: Date): Mandate['state'] {
  if (endedAs !== null) return endedAs
  if (endsAt <= now) return 'over'
  return isOnPaper && confirmed === null ? 'to-confirm' : 'in-force'
}

/** In the words of the law of today; one that it has no more, under the name that it had. */
function purposeOf(law: Law, id: string): MandateRequest['purpose'] {
  const label = law.purposes.find((purpose) => purpose.id === id)?.label
  return { id, label: label ?? { nl: id, fr: id, de: id, en: id } }
}
