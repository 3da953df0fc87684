import {
  type Day,
  dayAfter,
  dayOf,
  type GrantId,
  type PersonActor,
  type PersonId,
  type RecordingId,
  startOfDay,
} from '@getuige/base'
import { type Law, type Purpose, resolveLaw } from '@getuige/law'
import { nothingToRecord } from '#custody'
import type { RegisteredRecording } from '#recordings'
import type { Reader } from '#platform/database'
import { AppError } from '#platform/errors'
import type { AccessDeps, Colleague } from './deps.ts'
import type { Decisions } from './decisions.ts'
import { endGrants, insertGrants } from './grants.ts'

export type NewAssignment = Readonly<{
  personId: PersonId
  purpose: string
  /** Number of the report, complaint or file that the recording is theirs for. */
  reference: string
  /** The last day, where the law of the recording applies. */
  untilOn: Day
}>

/** A recording that is in somebody's file. */
export type Assignment = Readonly<{
  id: GrantId
  person: Readonly<{ id: PersonId; name: string }>
  purpose: string
  reference: string
  fromAt: Date
  untilAt: Date
  assignedBy: string
}>

const dayMs = 86_400_000
/** Longer than any file needs before it is looked at anew. */
const mostDays = 366

/** Somebody's own file: who handles a report, a complaint or a training sees the recordings of it, and no others. */
export function openAssignments({ decisions, ...deps }: AccessDeps & Readonly<{ decisions: Decisions }>) {
  const { db, clock, custody, recordings } = deps

  async function requireRecording(
    reader: Reader,
    actor: PersonActor,
    recordingId: RecordingId,
  ): Promise<RegisteredRecording> {
    const recording = await recordings.find(actor.corpsId, recordingId, reader)
    if (recording === undefined) throw new AppError('recording/not-found')
    await decisions.require(reader, 'assign', actor, recording)
    return recording
  }

  return {
    /** Custody: `recording-assigned`. */
    assign: (actor: PersonActor, recordingId: RecordingId, request: NewAssignment): Promise<GrantId> => {
      return custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        await decisions.require(tx, 'assign', actor, recording)
        const law = resolveLaw(recording.law)
        const person = await deps.findColleague(actor.corpsId, request.personId)
        if (person === undefined) throw new AppError('person/not-found')
        if (!purposesOf(person, law).some(({ id }) => id === request.purpose)) {
          throw new AppError('assignment/person-unsuited')
        }
        const fromAt = clock.now()
        const untilAt = startOfDay(dayAfter(request.untilOn), law.timeZone)
        const isTooLong = untilAt.getTime() - fromAt.getTime() > mostDays * dayMs
        if (request.untilOn < dayOf(fromAt, law.timeZone) || isTooLong) throw new AppError('assignment/day-unsuited')

        const { personId, purpose, reference } = request
        const [grantId] = await insertGrants(tx, [
          {
            kind: 'assignment',
            corpsId: actor.corpsId,
            recordingId,
            personId,
            purposeId: purpose,
            reference,
            fromAt,
            untilAt,
            madeAt: fromAt,
            madeBy: actor.id,
          },
        ])
        if (grantId === undefined) throw new Error('the assignment was not inserted')
        const details = { grantId, personId, name: person.name, purpose, reference, untilOn: request.untilOn }
        await record({ type: 'recording-assigned', recordingId, details })
        return grantId
      })
    },

    /** Withdraw it before its day; a viewing that it opened ends with its next range. Custody: `assignment-ended`. */
    end: async (actor: PersonActor, recordingId: RecordingId, grantId: GrantId): Promise<void> => {
      await custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        await decisions.require(tx, 'assign', actor, recording)
        const one = (await listAssignments(tx, recordingId, clock.now())).find(({ id }) => id === grantId)
        if (one === undefined) return nothingToRecord
        await endGrants(tx, [grantId], clock.now())
        const { person, purpose, reference } = one
        const details = { grantId, personId: person.id, name: person.name, purpose, reference }
        return record({ type: 'assignment-ended', recordingId, details })
      })
    },

    /** Those in force: all for whoever assigns, and of others their own. Soonest over first. */
    listOn: async (actor: PersonActor, recording: RegisteredRecording): Promise<Assignment[]> => {
      const reader = db.of(actor.corpsId)
      const all = await listAssignments(reader, recording.id, clock.now())
      if (all.length === 0) return all
      const mayAssign = (await decisions.decide(reader, 'assign', actor, recording)).allowed
      return mayAssign ? all : all.filter(({ person }) => person.id === actor.id)
    },

    /** To whom the recording can be assigned, and for what. */
    listAssignees: async (
      actor: PersonActor,
      recordingId: RecordingId,
    ): Promise<(Colleague & Readonly<{ purposes: readonly Purpose[] }>)[]> => {
      const recording = await requireRecording(db.of(actor.corpsId), actor, recordingId)
      const law = resolveLaw(recording.law)
      return (await deps.listColleagues(actor.corpsId))
        .map((person) => ({ ...person, purposes: purposesOf(person, law) }))
        .filter(({ purposes }) => purposes.length > 0)
    },
  }
}

/** What somebody may have a recording in their file for: by a role that reaches what was assigned to it. */
function purposesOf({ roles }: Colleague, law: Law): readonly Purpose[] {
  return law.purposes.filter((purpose) =>
    purpose.acts.some((act) =>
      law.acts[act].allowances.some(
        ({ role, reach }) => reach === 'assigned' && roles.includes(role) && purpose.roles.includes(role),
      ),
    ),
  )
}

async function listAssignments(reader: Reader, recordingId: RecordingId, now: Date): Promise<Assignment[]> {
  const rows = await reader
    .selectFrom('access_grant as g')
    .innerJoin('person as theirs', 'theirs.id', 'g.person_id')
    .innerJoin('person as maker', 'maker.id', 'g.made_by')
    .select(['g.id', 'g.person_id', 'theirs.name', 'g.purpose_id', 'g.reference', 'g.from_at', 'g.until_at'])
    .select('maker.name as maker_name')
    .where('g.recording_id', '=', recordingId)
    .where('g.kind', '=', 'assignment')
    .where('g.ended_at', 'is', null)
    .where('g.until_at', '>', now)
    .orderBy('g.until_at')
    .orderBy('g.id')
    .execute()
  return rows.map((row) => ({
    id: row.id as GrantId,
    person: { id: row.person_id as PersonId, name: row.name },
    purpose: row.purpose_id ?? '',
    reference: row.reference ?? '',
    fromAt: row.from_at,
    untilAt: row.until_at,
    assignedBy: row.maker_name,
  }))
}
