import type { CorpsId, JsonValue, PersonActor, PersonId, RecordingId, ApprovalId } from '@getuige/base'
import type { ApprovedAct, Law, LawKey } from '@getuige/law'
import type { Custody, RecordEntry } from '#custody'
import type { Recordings, RegisteredRecording } from '#recordings'
import type { Clock } from '#platform/clock'
import type { Database, Reader, Tx } from '#platform/database'

/** What was asked and is approved now: who, what, and all that the asker gave with it. */
export type ApprovedRequest = Readonly<{
  approvalId: ApprovalId
  corpsId: CorpsId
  recordingId: RecordingId | null
  asker: PersonActor
  approver: PersonActor
  reason: string
  payload: JsonValue
}>

/**
 * Does what was approved, in the transaction of the approval, as an act of the approver; the recording, if there is one,
 * is locked. Throws what stands in the way now: then nothing was approved either.
 */
export type Performer = (tx: Tx, record: RecordEntry, request: ApprovedRequest) => Promise<void>

export type ApprovalsDeps = Readonly<{
  db: Database
  clock: Clock
  custody: Custody
  recordings: Recordings
  /** The law in force for the corps, for what is about no recording. */
  lawKeyAt(corpsId: CorpsId, at: Date): Promise<LawKey>
  resolveLaw(key: LawKey): Law
  /** Undefined when they left the corps. */
  findPerson(reader: Reader, corpsId: CorpsId, personId: PersonId): Promise<PersonActor | undefined>
  /** Throws unless this person may do the act, now. `recording` is null where it is about none. */
  requireMay(
    tx: Tx,
    act: ApprovedAct,
    person: PersonActor,
    recording: RegisteredRecording | null,
    purposeId: string | undefined,
  ): Promise<void>
  performers: Readonly<Record<ApprovedAct, Performer>>
}>
