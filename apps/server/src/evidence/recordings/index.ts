import type { CorpsId, Day, RecordingId } from '@getuige/base'
import type { Database, Reader } from '#platform/database'
import type { ChooseWay } from './find.ts'
import { countByShow, type CountOptions, listChoices, listRecordings } from './list.ts'
import { tellPlaces } from './places.ts'
import type { ListPosition, ListQuery } from './query.ts'
import {
  changeStates,
  countDueByDay,
  countRegister,
  findByDigest,
  findNames,
  findRecording,
  insertRecording,
  isKept,
  listByIds,
  listClipsOf,
  listDue,
  listKept,
  listSoundOf,
  listWithoutRendition,
  lockRecording,
  lockRecordings,
  type RegisteredRecording,
  updateActivation,
  updateIsHeld,
  updateLaw,
  updateMedia,
  updateRendition,
  updateScrub,
  updateStoryboard,
  updateTags,
} from './store.ts'
import { suggestTerms } from './suggest.ts'
import { tellTerms } from './terms.ts'
import { tellUntold } from './untold.ts'
import { chooseWay } from './way.ts'

export { forgetJob } from './forget-job.ts'
export { deleteOfGone, isGone, type Over } from './forget-rows.ts'
export { hasErasureBegun, lifecycle, type RecordingState } from './lifecycle.ts'
export { checkRegister, type RegisterCheck, type RegisterFinding } from './register-check.ts'
export type {
  ActivationStanding,
  Damage,
  KeptRecording,
  ListedRecording,
  NewRecording,
  ProbedMedia,
  RecordingFacts,
  RegisteredRecording,
  Rendition,
} from './store.ts'

export { longestMs, type ListPosition, type ListQuery } from './query.ts'
export type { Readable } from './sought.ts'
export { tellTerms } from './terms.ts'

export type Recordings = ReturnType<typeof openRecordings>

/** The register: which recordings there are, where each is in its life, and what other modules told about it. */
export function openRecordings({
  db,
  chooseWay: choose = chooseWay,
}: Readonly<{ db: Database; chooseWay?: ChooseWay }>) {
  return {
    find: (corpsId: CorpsId, recordingId: RecordingId, reader: Reader = db.of(corpsId)) =>
      findRecording(reader, corpsId, recordingId),
    findByDigest: (corpsId: CorpsId, sha256: Uint8Array, reader: Reader = db.of(corpsId)) =>
      findByDigest(reader, corpsId, sha256),
    list: (query: ListQuery, after: ListPosition | undefined, limit: number) =>
      listRecordings(db.of(query.corpsId), choose, query, { after, limit }),
    listByIds: (corpsId: CorpsId, visible: Parameters<typeof listByIds>[2], ids: readonly RecordingId[]) =>
      listByIds(db.of(corpsId), corpsId, visible, ids),
    countByShow: (query: ListQuery, options?: CountOptions) =>
      countByShow(db.of(query.corpsId), choose, query, options),
    suggestTerms: (query: Parameters<typeof suggestTerms>[1], text: string) =>
      suggestTerms(db.of(query.corpsId), query, text),
    choices: (corpsId: CorpsId, known: Parameters<typeof listChoices>[2]) =>
      listChoices(db.of(corpsId), corpsId, known),
    names: (recording: RegisteredRecording) => findNames(db.of(recording.corpsId), recording),
    figures: (corpsId: CorpsId, now: Date) => countRegister(db.of(corpsId), corpsId, now),
    dueByDay: (corpsId: CorpsId, from: Day) => countDueByDay(db.of(corpsId), corpsId, from),
    listDue: (now: Date, limit: number, afterId: string) => listDue(db.everyCorps, now, limit, afterId),
    listKept: (afterId: string, limit: number) => listKept(db.everyCorps, afterId, limit),
    isKept: (recordingId: RecordingId) => isKept(db.everyCorps, recordingId),
    lock: lockRecording,
    lockAll: lockRecordings,
    insert: insertRecording,
    changeStates,
    tellMedia: updateMedia,
    tellRendition: updateRendition,
    tellStoryboard: updateStoryboard,
    tellScrub: updateScrub,
    tellTags: updateTags,
    tellTerms,
    tellPlaces,
    /** Keep what was told before there was a search. May run twice or stop anywhere. */
    tellUntold: (signal?: AbortSignal) => tellUntold(db, signal),
    listSoundOf: (like: Pick<RegisteredRecording, 'corpsId' | 'cameraId' | 'recordedAt'>, limit: number) =>
      listSoundOf(db.of(like.corpsId), like, limit),
    /** Of every corps. */
    listWithoutRendition: (limit: number) => listWithoutRendition(db.everyCorps, limit),
    listClipsOf: ({ id, corpsId }: Pick<RegisteredRecording, 'id' | 'corpsId'>, reader: Reader = db.of(corpsId)) =>
      listClipsOf(reader, id),
    tellHeld: updateIsHeld,
    tellLaw: updateLaw,
    tellActivation: updateActivation,
  }
}
