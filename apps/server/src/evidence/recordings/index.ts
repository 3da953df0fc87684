import type { CorpsId, Day, RecordingId } from '@getuige/base'
import type { Database, Reader } from '#platform/database'
import {
  changeStates,
  countByShow,
  countDueByDay,
  countRegister,
  findByDigest,
  findNames,
  findRecording,
  insertRecording,
  isKept,
  listDue,
  listFacets,
  listKept,
  type ListPosition,
  type ListQuery,
  listRecordings,
  lockRecording,
  lockRecordings,
  type RegisteredRecording,
  updateActivation,
  updateIsHeld,
  updateMedia,
} from './store.ts'

export { hasErasureBegun, lifecycle, type RecordingState } from './lifecycle.ts'
export { checkRegister, type RegisterCheck, type RegisterFinding } from './register-check.ts'
export type {
  ActivationStanding,
  Damage,
  KeptRecording,
  ListedRecording,
  ListPosition,
  NewRecording,
  ProbedMedia,
  RecordingFacts,
  RegisteredRecording,
  ShowCounts,
} from './store.ts'

export type Recordings = ReturnType<typeof openRecordings>

/** The register: which recordings there are, where each is in its life, and what other modules told about it. */
export function openRecordings({ db }: Readonly<{ db: Database }>) {
  return {
    find: (corpsId: CorpsId, recordingId: RecordingId, reader: Reader = db) =>
      findRecording(reader, corpsId, recordingId),
    findByDigest: (corpsId: CorpsId, sha256: Uint8Array, reader: Reader = db) => findByDigest(reader, corpsId, sha256),
    list: (query: ListQuery, after: ListPosition | undefined, limit: number) => listRecordings(db, query, after, limit),
    countByShow: (query: ListQuery) => countByShow(db, query),
    facets: (corpsId: CorpsId) => listFacets(db, corpsId),
    names: (recording: RegisteredRecording) => findNames(db, recording),
    figures: (corpsId: CorpsId, now: Date) => countRegister(db, corpsId, now),
    dueByDay: (corpsId: CorpsId, from: Day) => countDueByDay(db, corpsId, from),
    listDue: (now: Date, limit: number, afterId: string) => listDue(db, now, limit, afterId),
    listKept: (afterId: string, limit: number) => listKept(db, afterId, limit),
    isKept: (recordingId: RecordingId) => isKept(db, recordingId),
    lock: lockRecording,
    lockAll: lockRecordings,
    insert: insertRecording,
    changeStates,
    tellMedia: updateMedia,
    tellHeld: updateIsHeld,
    tellActivation: updateActivation,
  }
}
