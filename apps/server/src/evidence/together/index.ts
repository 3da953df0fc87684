import {
  type CorpsId,
  type Day,
  dayAfter,
  newId,
  type PersonActor,
  type PersonId,
  type RecordingId,
  startOfDay,
  type ViewingId,
} from '@getuige/base'
import type { Viewer } from '#access'
import { hasErasureBegun, type ListedRecording, type RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { Carried, TogetherDeps, Warning } from './deps.ts'
import { chainPieces, type Piece } from './rules.ts'
import {
  type Correction,
  deleteCorrectionsOf,
  findSurroundings,
  insertCorrection,
  isWearerOfVisible,
  listCorrections,
  listOfCamera,
  listWithin,
  type OfCamera,
} from './store.ts'

export type { Correction } from './store.ts'
export type Together = ReturnType<typeof openTogether>

/** A recording and the last correction of its clock; null: none, or not for the eyes of whoever asks. */
export type Beside = Readonly<{ recording: ListedRecording; correction: Correction | null }>

export type Shift = Readonly<{
  wearer: Readonly<{ id: PersonId; name: string }>
  from: Date
  until: Date
  recordings: readonly Beside[]
  warnings: readonly Warning[]
  cameras: readonly Carried[]
}>

const mostCompanions = 20
/** A day of a camera that is cut every half minute stays whole. */
const mostOfDay = 3_000

/**
 * Recordings beside one another in time: those of one event, the pieces of one, those of a shift; and what people said
 * about their clocks. A correction changes nothing of a recording; it stands beside it, with who made it.
 */
export function openTogether(deps: TogetherDeps) {
  const { access, clock, custody, db, recordings } = deps

  async function requireKnown(actor: PersonActor, recordingId: RecordingId): Promise<RegisteredRecording> {
    const recording = await recordings.find(actor.corpsId, recordingId)
    if (recording === undefined) throw new AppError('recording/not-found')
    await access.require(db.of(actor.corpsId), 'know', actor, recording)
    return recording
  }

  /**
   * Whoever knows of it as its wearer alone is not told who looked at it, so not who corrected its clock either. What it
   * was held against is named to whoever may know of that.
   */
  async function correctionsFor(
    actor: PersonActor,
    listed: readonly RegisteredRecording[],
  ): Promise<ReadonlyMap<RecordingId, Correction[]>> {
    const reader = db.of(actor.corpsId)
    const asWearer = await access.listKnownAsWearer(reader, actor, listed)
    const ids = listed.flatMap(({ id }) => (asWearer.has(id) ? [] : [id]))
    const corrections = await listCorrections(reader, ids)
    const against = [...new Set(corrections.flatMap(({ againstId }) => againstId ?? []))]
    const visible = against.length > 0 && (await access.listFilter(actor, 'know'))
    const known = new Set(
      visible === false ? [] : (await recordings.listByIds(actor.corpsId, visible, against)).map(({ id }) => id),
    )
    const tellable = corrections.map((each) =>
      each.againstId === null || known.has(each.againstId) ? each : { ...each, againstId: null },
    )
    return Map.groupBy(tellable, ({ recordingId }) => recordingId)
  }

  /** Where, by the same rule, recordings lie in time: an order by a clock that nobody is told of would tell of it. */
  async function requireTimes(actor: PersonActor) {
    const [visible, { files: corrected }] = await Promise.all([
      access.listFilter(actor, 'know'),
      access.listReadable(actor),
    ])
    return { corpsId: actor.corpsId, visible, corrected }
  }

  async function besides(
    actor: PersonActor,
    ids: readonly RecordingId[],
    visible: Awaited<ReturnType<typeof access.listFilter>>,
  ): Promise<Beside[]> {
    const listed = await recordings.listByIds(actor.corpsId, visible, ids)
    const corrections = await correctionsFor(actor, listed)
    return listed.map((recording) => ({ recording, correction: corrections.get(recording.id)?.[0] ?? null }))
  }

  return {
    /** Recordings of other cameras that overlap it by the clocks that the person may know of, nearest first. */
    async companions(
      actor: PersonActor,
      recordingId: RecordingId,
    ): Promise<{ self: Beside; companions: readonly Beside[] }> {
      const recording = await requireKnown(actor, recordingId)
      const { corpsId, cameraId } = recording
      const [correction = null] = (await correctionsFor(actor, [recording])).get(recording.id) ?? []
      const self = { recording: { ...recording, ...(await recordings.names(recording)) }, correction }
      const { from, until } = spanOf(self)
      const times = await requireTimes(actor)
      const ids = hasErasureBegun(recording.state)
        ? []
        : await listWithin(db.of(corpsId), { ...times, from, until }, { notCamera: cameraId }, mostCompanions)
      const found = new Map((await besides(actor, ids, times.visible)).map((each) => [each.recording.id, each]))
      return { self, companions: ids.flatMap((id) => found.get(id) ?? []) }
    },

    /** Where the newest recordings that the person may know of were made, out to a tenth of a degree; null where none tells. */
    surroundings: async (actor: PersonActor) => {
      const { corpsId } = actor
      return findSurroundings(db.of(corpsId), { corpsId, visible: await access.listFilter(actor, 'know') })
    },

    /** The files of one recording that its camera cut, in order, as far as the person may know of them. */
    async pieces(actor: PersonActor, recordingId: RecordingId): Promise<readonly Piece<OfCamera>[]> {
      const recording = await requireKnown(actor, recordingId)
      const { corpsId, cameraId, clipOf, recordedAt, durationMs, rendition } = recording
      const isTimeOfReceipt = recording.recordedAtFrom === 'receipt' || clipOf !== null
      const visible = await access.listFilter(actor, 'know')
      const ofCamera = await listOfCamera(db.of(corpsId), { corpsId, visible }, cameraId, recordedAt)
      return chainPieces({ id: recording.id, recordedAt, durationMs, isTimeOfReceipt, rendition }, ofCamera)
    },

    /** Newest first. */
    async corrections(actor: PersonActor, recordingId: RecordingId): Promise<readonly Correction[]> {
      const recording = await requireKnown(actor, recordingId)
      return (await correctionsFor(actor, [recording])).get(recordingId) ?? []
    },

    /** Custody: `clock-corrected`, with what was in force before. The time in the register stays as it is. */
    async correct(
      actor: Viewer,
      viewingId: ViewingId,
      { offsetMs, againstId, reason }: Pick<Correction, 'offsetMs' | 'againstId' | 'reason'>,
    ): Promise<Correction> {
      const viewed = await access.requireViewing(actor, viewingId)
      const recordingId = viewed.recording.id
      if (againstId === recordingId) throw new AppError('recording/not-found')
      if (againstId !== null) await requireKnown(actor, againstId)
      return custody.act(actor, async (tx, record) => {
        // Erasure takes the same lock.
        const { state } = await recordings.lock(tx, actor.corpsId, recordingId)
        if (hasErasureBegun(state)) throw new AppError('viewing/ended')
        const [before] = await listCorrections(tx, [recordingId])
        const madeAt = clock.now()
        const made: Correction = {
          id: newId('correction', madeAt),
          recordingId,
          offsetMs,
          againstId,
          reason,
          madeById: actor.id,
          madeBy: actor.name,
          madeAt,
        }
        await insertCorrection(tx, actor.corpsId, made)
        const beforeMs = before?.offsetMs ?? 0
        const details = { correctionId: made.id, viewingId, offsetMs, beforeMs, againstId, reason }
        await record({ type: 'clock-corrected', recordingId, details })
        return made
      })
    },

    /**
     * What a person recorded on a day, by the time zone of the corps. Of somebody else only whoever may list, and of
     * whose recordings they may know none, it is not told that there is such a person.
     */
    async shift(actor: PersonActor, personId: PersonId, on: Day): Promise<Shift> {
      await access.requireList(actor, actor.id === personId && !(await mayListAll(actor)) ? 'own' : 'all')
      const { corpsId } = actor
      const reader = db.of(corpsId)
      const times = await requireTimes(actor)
      const { visible } = times
      const wearer = await deps.findPerson(corpsId, personId)
      const isKnown = actor.id === personId || (await isWearerOfVisible(reader, { corpsId, visible }, personId))
      if (wearer === undefined || !isKnown) throw new AppError('person/not-found')

      const timeZone = await deps.timeZoneOf(corpsId)
      const from = startOfDay(on, timeZone)
      const until = startOfDay(dayAfter(on), timeZone)
      const ids = await listWithin(reader, { ...times, from, until }, { wearer: personId }, mostOfDay)
      const worn = (await besides(actor, ids, visible)).toSorted(
        (a, b) => spanOf(a).from.getTime() - spanOf(b).from.getTime(),
      )
      const [warnings, cameras] = await Promise.all([
        deps.listWarnings(corpsId, ids),
        // Where nothing is known that somebody recorded that day, neither is it told what they carried.
        actor.id === personId || worn.length > 0 ? deps.listCarried(corpsId, personId, from, until) : [],
      ])
      const { id, name } = wearer
      return { wearer: { id, name }, from, until, recordings: worn, warnings, cameras }
    },

    /** Of a recording that is erased: nothing of what was said about its clock stays here. May run twice. */
    forget: (corpsId: CorpsId, recordingId: RecordingId): Promise<void> =>
      deleteCorrectionsOf(db.of(corpsId), recordingId),
  }

  async function mayListAll(actor: PersonActor): Promise<boolean> {
    return access.requireList(actor, 'all').then(
      () => true,
      () => false,
    )
  }
}

/** From when to when, by its corrected clock. One of which it is not known how long it lasts takes no time. */
function spanOf({ recording, correction }: Beside): { from: Date; until: Date } {
  const from = recording.recordedAt.getTime() + (correction?.offsetMs ?? 0)
  return { from: new Date(from), until: new Date(from + Math.max(1, recording.durationMs ?? 0)) }
}
