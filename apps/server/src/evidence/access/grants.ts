import { type CorpsId, type GrantId, type JsonValue, newId, type PersonId, type RecordingId } from '@getuige/base'
import type { Grant } from '@getuige/law'
import { type Generated, sql, type SqlBool } from 'kysely'
import { tellTerms } from '#recordings'
import { type Reader, runPrepared, type Tx } from '#platform/database'

declare module '#platform/database' {
  interface Tables {
    access_grant: {
      id: string
      corps_id: string
      recording_id: string
      kind: string
      person_id: string | null
      purpose_id: string | null
      reference: string | null
      from_at: Date
      until_at: Date
      ended_at: Date | null
      made_at: Date
      made_by: string
      details: string
      copy_of: Generated<string | null>
    }
  }
}

type Made = Readonly<{
  corpsId: CorpsId
  recordingId: RecordingId
  /** Number of the file, decision or incident. */
  reference: string | null
  fromAt: Date
  untilAt: Date
  madeAt: Date
  madeBy: PersonId
  details?: Readonly<Record<string, JsonValue>>
  /** Of an original, where this is about a clip of it: ends with it. */
  copyOf?: GrantId
}>
export type NewGrant = Made &
  Readonly<
    | { kind: 'assignment'; personId: PersonId; purposeId: string }
    | { kind: 'mandate'; personId: null; purposeId: null }
    | { kind: 'emergency'; personId: PersonId; purposeId: null }
  >

/** Answers their ids, in the order given. The entry in the custody log is the caller's. */
export async function insertGrants(tx: Tx, grants: readonly NewGrant[]): Promise<GrantId[]> {
  if (grants.length === 0) return []
  const rows = grants.map((grant) => ({
    id: newId('grant', grant.madeAt),
    corps_id: grant.corpsId,
    recording_id: grant.recordingId,
    kind: grant.kind,
    person_id: grant.personId,
    purpose_id: grant.purposeId,
    reference: grant.reference,
    from_at: grant.fromAt,
    until_at: grant.untilAt,
    ended_at: null,
    made_at: grant.madeAt,
    made_by: grant.madeBy,
    details: JSON.stringify(grant.details ?? {}),
    copy_of: grant.copyOf ?? null,
  }))
  await tx.insertInto('access_grant').values(rows).execute()
  for (const [i, { recordingId, reference, purposeId }] of grants.entries()) {
    const id = rows[i]?.id ?? ''
    if (reference !== null) await tellTerms(tx, recordingId, 'file', id, [reference])
    if (purposeId !== null) await tellTerms(tx, recordingId, 'purpose', purposeId, [purposeId])
  }
  return rows.map(({ id }) => id)
}

/**
 * Withdraw them, and their copies about clips; those that were withdrawn before keep the moment. Viewings they opened
 * end with their next range.
 */
export async function endGrants(tx: Tx, ids: readonly GrantId[], at: Date): Promise<void> {
  await tx
    .updateTable('access_grant')
    .set({ ended_at: at })
    .where(sql<SqlBool>`(id = any(${ids}) or copy_of = any(${ids}))`)
    .where('ended_at', 'is', null)
    .execute()
}

/** A grant that was copied, and of what. */
export type CopiedGrant = Readonly<{ grantId: GrantId; copyOf: GrantId; kind: NewGrant['kind'] }>

/** Open a clip to those to whom its original is open, now or later, for as long. The entry is the caller's. */
export async function copyGrants(tx: Tx, from: RecordingId, to: RecordingId, at: Date): Promise<CopiedGrant[]> {
  const rows = await tx
    .selectFrom('access_grant')
    .selectAll()
    .where('recording_id', '=', from)
    .where('ended_at', 'is', null)
    .where('until_at', '>', at)
    .orderBy('id')
    .execute()
  const copies = rows.map((row): NewGrant & { copyOf: GrantId } => ({
    ...ofKind(row),
    corpsId: row.corps_id as CorpsId,
    recordingId: to,
    reference: row.reference,
    fromAt: row.from_at,
    untilAt: row.until_at,
    madeAt: at,
    madeBy: row.made_by as PersonId,
    copyOf: (row.copy_of ?? row.id) as GrantId,
  }))
  const ids = await insertGrants(tx, copies)
  return copies.flatMap(({ copyOf, kind }, i) => {
    const grantId = ids[i]
    return grantId === undefined ? [] : [{ grantId, copyOf, kind }]
  })
}

/** The table asks of each kind the columns that it needs. */
function ofKind(row: Readonly<{ kind: string; person_id: string | null; purpose_id: string | null }>) {
  const personId = (row.person_id ?? '') as PersonId
  if (row.kind === 'assignment') return { kind: 'assignment', personId, purposeId: row.purpose_id ?? '' } as const
  if (row.kind === 'emergency') return { kind: 'emergency', personId, purposeId: null } as const
  return { kind: 'mandate', personId: null, purposeId: null } as const
}

/** A grant as a decision needs it, and which one it is. */
export type KnownGrant = Grant & Readonly<{ id: GrantId; reference: string | null }>

/** The grants about each of these recordings that were not withdrawn, whether begun, over or neither. */
export async function findGrants(
  reader: Reader,
  recordingIds: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, readonly KnownGrant[]>> {
  if (recordingIds.length === 0) return new Map()
  const query = reader
    .selectFrom('access_grant')
    .select(['id', 'reference', 'recording_id', 'kind', 'person_id', 'purpose_id', 'from_at', 'until_at'])
    .where(sql<SqlBool>`recording_id = any(${recordingIds})`)
    .where('ended_at', 'is', null)
  const rows = await runPrepared(reader, query)
  const byRecording = Map.groupBy(rows, (row) => row.recording_id as RecordingId)
  return new Map([...byRecording].map(([id, ofOne]) => [id, ofOne.map((row) => toGrant(row))]))
}

type GrantRow = Readonly<{
  id: string
  reference: string | null
  kind: string
  person_id: string | null
  purpose_id: string | null
  from_at: Date
  until_at: Date
}>

function toGrant(row: GrantRow): KnownGrant {
  const within = { id: row.id as GrantId, reference: row.reference, fromAt: row.from_at, untilAt: row.until_at }
  // The table asks of each kind the columns that it needs.
  const personId = row.person_id ?? ''
  if (row.kind === 'assignment') return { kind: 'assignment', personId, purposeId: row.purpose_id ?? '', ...within }
  if (row.kind === 'emergency') return { kind: 'emergency', personId, ...within }
  return { kind: 'mandate', ...within }
}
