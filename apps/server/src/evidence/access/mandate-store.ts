import type {
  CorpsId,
  Day,
  DocumentId,
  GrantId,
  MandateId,
  PersonActor,
  PersonId,
  RecordingId,
  RequestId,
} from '@getuige/base'
import { type Selectable, sql, type SqlBool } from 'kysely'
import type { Reader, Tx } from '#platform/database'
import type { DocumentKind } from './documents.ts'

export type Somebody = Readonly<{ name: string; title: string }>

type RequestTable = {
  id: string
  corps_id: string
  purpose_id: string
  reference: string
  reason: string
  asked_by: string
  asker: unknown
  asked_at: Date
  ended_at: Date | null
  ended_as: string | null
  ended_by: string | null
  ender: unknown
  end_reason: string | null
  refusal_number: string | null
}
type MandateTable = {
  id: string
  corps_id: string
  request_id: string | null
  number: string
  magistrate_name: string
  magistrate_title: string
  decided_on: string
  purpose_id: string
  until_on: string
  ends_at: Date
  reasoning: string
  document_id: string
  is_on_paper: boolean
  recorded_by: string
  recorder: unknown
  recorded_at: Date
  confirmed_by: string | null
  confirmer: unknown
  confirmed_as: string | null
  confirmed_at: Date | null
  ended_at: Date | null
  ended_as: string | null
  ended_by: string | null
  ender: unknown
  end_reason: string | null
}

declare module '#platform/database' {
  interface Tables {
    mandate_request: RequestTable
    mandate_request_recording: { request_id: string; recording_id: string; corps_id: string }
    mandate: MandateTable
    mandate_recording: { mandate_id: string; recording_id: string; corps_id: string; grant_id: string | null }
  }
}

export type MandateRequestRow = Readonly<{
  id: RequestId
  corpsId: CorpsId
  purposeId: string
  reference: string
  reason: string
  askedById: PersonId
  asker: Somebody
  askedAt: Date
  endedAs: 'granted' | 'refused' | 'withdrawn' | null
  ended: Readonly<{ at: Date; by: Somebody; reason: string | null; number: string | null }> | null
}>

function toRequest(row: Selectable<RequestTable>): MandateRequestRow {
  return {
    id: row.id as RequestId,
    corpsId: row.corps_id as CorpsId,
    purposeId: row.purpose_id,
    reference: row.reference,
    reason: row.reason,
    askedById: row.asked_by as PersonId,
    asker: row.asker as Somebody,
    askedAt: row.asked_at,
    endedAs: row.ended_as as MandateRequestRow['endedAs'],
    ended:
      row.ended_at === null
        ? null
        : { at: row.ended_at, by: row.ender as Somebody, reason: row.end_reason, number: row.refusal_number },
  }
}

export type MandateRow = Readonly<{
  id: MandateId
  corpsId: CorpsId
  requestId: RequestId | null
  number: string
  magistrate: Somebody
  decidedOn: Day
  purposeId: string
  untilOn: Day
  endsAt: Date
  reasoning: string
  documentId: DocumentId
  isOnPaper: boolean
  recordedById: PersonId
  recorder: Somebody
  recordedAt: Date
  confirmed: Readonly<{ at: Date; by: Somebody; as: 'prosecutor' | 'second-person' }> | null
  endedAs: 'withdrawn' | 'rejected' | null
  ended: Readonly<{ at: Date; by: Somebody; reason: string | null }> | null
}>

function toMandate(row: Selectable<MandateTable>): MandateRow {
  return {
    id: row.id as MandateId,
    corpsId: row.corps_id as CorpsId,
    requestId: row.request_id as RequestId | null,
    number: row.number,
    magistrate: { name: row.magistrate_name, title: row.magistrate_title },
    decidedOn: row.decided_on,
    purposeId: row.purpose_id,
    untilOn: row.until_on,
    endsAt: row.ends_at,
    reasoning: row.reasoning,
    documentId: row.document_id as DocumentId,
    isOnPaper: row.is_on_paper,
    recordedById: row.recorded_by as PersonId,
    recorder: row.recorder as Somebody,
    recordedAt: row.recorded_at,
    confirmed:
      row.confirmed_at === null
        ? null
        : {
            at: row.confirmed_at,
            by: row.confirmer as Somebody,
            as: row.confirmed_as === 'prosecutor' ? 'prosecutor' : 'second-person',
          },
    endedAs: row.ended_as as MandateRow['endedAs'],
    ended: row.ended_at === null ? null : { at: row.ended_at, by: row.ender as Somebody, reason: row.end_reason },
  }
}

/** A person as they are now, to be kept as they were then. */
export const somebody = ({ name, title }: PersonActor): Somebody => ({ name, title })

export async function insertRequest(
  tx: Tx,
  request: Omit<MandateRequestRow, 'endedAs' | 'ended'>,
  recordingIds: readonly RecordingId[],
): Promise<void> {
  const { id, corpsId } = request
  await tx
    .insertInto('mandate_request')
    .values({
      id,
      corps_id: corpsId,
      purpose_id: request.purposeId,
      reference: request.reference,
      reason: request.reason,
      asked_by: request.askedById,
      asker: JSON.stringify(request.asker),
      asked_at: request.askedAt,
      ended_at: null,
      ended_as: null,
      ended_by: null,
      ender: null,
      end_reason: null,
      refusal_number: null,
    })
    .execute()
  await tx
    .insertInto('mandate_request_recording')
    .values(recordingIds.map((recordingId) => ({ request_id: id, recording_id: recordingId, corps_id: corpsId })))
    .execute()
}

/** Of two that decide at once, the second sees what the first decided. Lock its recordings before. */
export async function lockRequest(tx: Tx, corpsId: CorpsId, id: RequestId): Promise<MandateRequestRow | undefined> {
  const row = await tx
    .selectFrom('mandate_request')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : toRequest(row)
}

export async function updateRequestEnded(
  tx: Tx,
  id: RequestId,
  ended: Readonly<{
    as: 'granted' | 'refused' | 'withdrawn'
    at: Date
    by: PersonActor
    reason: string | null
    number?: string | null
  }>,
): Promise<void> {
  await tx
    .updateTable('mandate_request')
    .set({
      ended_as: ended.as,
      ended_at: ended.at,
      ended_by: ended.by.id,
      ender: JSON.stringify(somebody(ended.by)),
      end_reason: ended.reason,
      refusal_number: ended.number ?? null,
    })
    .where('id', '=', id)
    .execute()
}

/** In the order of their ids: the order in which recordings are locked. */
export async function listRequested(db: Reader, id: RequestId): Promise<RecordingId[]> {
  const rows = await db
    .selectFrom('mandate_request_recording')
    .select('recording_id')
    .where('request_id', '=', id)
    .orderBy('recording_id')
    .execute()
  return rows.map((row) => row.recording_id as RecordingId)
}

/** Open ones first, then newest first. */
export async function listRequests(db: Reader, corpsId: CorpsId, limit: number): Promise<MandateRequestRow[]> {
  const rows = await db
    .selectFrom('mandate_request')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .orderBy(sql`ended_at is not null`)
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toRequest)
}

export async function insertMandate(
  tx: Tx,
  mandate: Omit<MandateRow, 'confirmed' | 'endedAs' | 'ended'>,
  recordings: readonly Readonly<{ recordingId: RecordingId; grantId: GrantId | null }>[],
): Promise<void> {
  const { id, corpsId } = mandate
  await tx
    .insertInto('mandate')
    .values({
      id,
      corps_id: corpsId,
      request_id: mandate.requestId,
      number: mandate.number,
      magistrate_name: mandate.magistrate.name,
      magistrate_title: mandate.magistrate.title,
      decided_on: mandate.decidedOn,
      purpose_id: mandate.purposeId,
      until_on: mandate.untilOn,
      ends_at: mandate.endsAt,
      reasoning: mandate.reasoning,
      document_id: mandate.documentId,
      is_on_paper: mandate.isOnPaper,
      recorded_by: mandate.recordedById,
      recorder: JSON.stringify(mandate.recorder),
      recorded_at: mandate.recordedAt,
      confirmed_by: null,
      confirmer: null,
      confirmed_as: null,
      confirmed_at: null,
      ended_at: null,
      ended_as: null,
      ended_by: null,
      ender: null,
      end_reason: null,
    })
    .execute()
  await tx
    .insertInto('mandate_recording')
    .values(
      recordings.map(({ recordingId, grantId }) => ({
        mandate_id: id,
        recording_id: recordingId,
        corps_id: corpsId,
        grant_id: grantId,
      })),
    )
    .execute()
}

/** Lock its recordings before. */
export async function lockMandate(tx: Tx, corpsId: CorpsId, id: MandateId): Promise<MandateRow | undefined> {
  const row = await tx
    .selectFrom('mandate')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : toMandate(row)
}

export async function findMandateByDocument(
  db: Reader,
  corpsId: CorpsId,
  documentId: DocumentId,
): Promise<MandateRow | undefined> {
  const row = await db
    .selectFrom('mandate')
    .selectAll()
    .where('corps_id', '=', corpsId)
    .where('document_id', '=', documentId)
    .executeTakeFirst()
  return row === undefined ? undefined : toMandate(row)
}

/** In the order of their recordings. */
export async function listNamed(
  db: Reader,
  id: MandateId,
): Promise<readonly Readonly<{ recordingId: RecordingId; grantId: GrantId | null }>[]> {
  const rows = await db
    .selectFrom('mandate_recording')
    .select(['recording_id', 'grant_id'])
    .where('mandate_id', '=', id)
    .orderBy('recording_id')
    .execute()
  return rows.map((row) => ({ recordingId: row.recording_id as RecordingId, grantId: row.grant_id as GrantId | null }))
}

export async function updateConfirmed(
  tx: Tx,
  id: MandateId,
  confirmed: Readonly<{ at: Date; by: PersonActor; as: 'prosecutor' | 'second-person' }>,
): Promise<void> {
  await tx
    .updateTable('mandate')
    .set({
      confirmed_at: confirmed.at,
      confirmed_by: confirmed.by.id,
      confirmer: JSON.stringify(somebody(confirmed.by)),
      confirmed_as: confirmed.as,
    })
    .where('id', '=', id)
    .execute()
}

export async function updateGrant(tx: Tx, id: MandateId, recordingId: RecordingId, grantId: GrantId): Promise<void> {
  await tx
    .updateTable('mandate_recording')
    .set({ grant_id: grantId })
    .where('mandate_id', '=', id)
    .where('recording_id', '=', recordingId)
    .execute()
}

export async function updateMandateEnded(
  tx: Tx,
  id: MandateId,
  ended: Readonly<{ as: 'withdrawn' | 'rejected'; at: Date; by: PersonActor; reason: string }>,
): Promise<void> {
  await tx
    .updateTable('mandate')
    .set({
      ended_as: ended.as,
      ended_at: ended.at,
      ended_by: ended.by.id,
      ender: JSON.stringify(somebody(ended.by)),
      end_reason: ended.reason,
    })
    .where('id', '=', id)
    .execute()
}

export type ListedMandate = MandateRow &
  Readonly<{ document: Readonly<{ kind: DocumentKind; sizeBytes: number; sha256: Uint8Array }> }>

/** Newest first. */
export async function listMandates(db: Reader, corpsId: CorpsId, limit: number): Promise<ListedMandate[]> {
  const rows = await db
    .selectFrom('mandate as m')
    .innerJoin('mandate_document as d', 'd.id', 'm.document_id')
    .selectAll('m')
    .select(['d.kind as document_kind', 'd.size_bytes as document_bytes', 'd.sha256 as document_sha256'])
    .where('m.corps_id', '=', corpsId)
    .orderBy('m.recorded_at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ document_kind: kind, document_bytes: sizeBytes, document_sha256: sha256, ...row }) => ({
    ...toMandate(row),
    document: { kind: kind as DocumentKind, sizeBytes, sha256 },
  }))
}

export type NamedRecordingRow = Readonly<{
  of: string
  recordingId: RecordingId
  recordedAt: Date
  durationMs: number | null
  cameraLabel: string
  wearerName: string | null
  location: Readonly<{ latitude: number; longitude: number }> | null
  isErased: boolean
}>

/** What requests and decisions name, oldest recording first. */
export async function listNamedRecordings(
  db: Reader,
  requestIds: readonly RequestId[],
  mandateIds: readonly MandateId[],
): Promise<NamedRecordingRow[]> {
  const named = db
    .selectFrom('mandate_request_recording')
    .select(['request_id as of', 'recording_id'])
    .where(sql<SqlBool>`request_id = any(${requestIds})`)
    .unionAll(
      db
        .selectFrom('mandate_recording')
        .select(['mandate_id as of', 'recording_id'])
        .where(sql<SqlBool>`mandate_id = any(${mandateIds})`),
    )
  const rows = await db
    .selectFrom(named.as('n'))
    .innerJoin('recording as r', 'r.id', 'n.recording_id')
    .innerJoin('camera as c', 'c.id', 'r.camera_id')
    .leftJoin('person as p', 'p.id', 'r.wearer_id')
    .select(['n.of', 'r.id', 'r.recorded_at', 'r.duration_ms', 'r.state', 'r.facts', 'c.label', 'p.name'])
    .orderBy('r.recorded_at')
    .orderBy('r.id')
    .execute()
  return rows.map((row) => ({
    of: row.of,
    recordingId: row.id as RecordingId,
    recordedAt: row.recorded_at,
    durationMs: row.duration_ms,
    cameraLabel: row.label,
    wearerName: row.name,
    location: row.facts?.location ?? null,
    isErased: row.state === 'erasing' || row.state === 'erased',
  }))
}

export async function countToDecide(db: Reader, corpsId: CorpsId): Promise<number> {
  const row = await db
    .selectFrom('mandate_request')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('corps_id', '=', corpsId)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow()
  return row.count
}

/** Decisions on paper that wait for a second person; not those that this person recorded. */
export async function countToConfirm(db: Reader, person: PersonActor): Promise<number> {
  const row = await db
    .selectFrom('mandate')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('corps_id', '=', person.corpsId)
    .where('is_on_paper', '=', true)
    .where('confirmed_at', 'is', null)
    .where('ended_at', 'is', null)
    .where('recorded_by', '<>', person.id)
    .executeTakeFirstOrThrow()
  return row.count
}
