import { addPeriod, idPattern, type JsonValue, type PersonActor, type RecordingId, toHex } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { Expression, SqlBool } from 'kysely'
import type { z } from 'zod'
import type { StoredEntry } from '#custody'
import type { Clock } from '#platform/clock'
import { AppError } from '#platform/errors'
import { type Route, serve } from '#platform/http'
import type { ListedRecording, ListPosition, ListQuery, Readable, Recordings, RegisteredRecording } from './index.ts'
import { betweenMoments } from './query.ts'

/** What modules above tell about recordings, for the screens: until when kept, what may be done, what was warned. */
export type Descriptions = Readonly<{
  timeZone(actor: PersonActor): Promise<string>
  /** Throws `access/denied`: may this person list recordings at all? */
  requireList(actor: PersonActor, which: 'all' | 'own'): Promise<void>
  /** The recordings that the person may know of, as a condition on their rows. */
  listFilter(actor: PersonActor): Promise<Expression<SqlBool>>
  /** Of which of them the person may know what they serve, and what was noted on them. */
  listReadable(actor: PersonActor): Promise<Readable>
  /** Throws `recording/not-found`, so that nobody learns that it exists: may this person know of this recording? */
  requireKnow(actor: PersonActor, recording: RegisteredRecording): Promise<void>
  /** Those of them whose pictures the person may be shown. */
  mayPreview(actor: PersonActor, listed: readonly RegisteredRecording[]): Promise<ReadonlySet<RecordingId>>
  /** Whether what people noted while they viewed it is for this person's eyes now. */
  mayReadNotes(actor: PersonActor, recording: RegisteredRecording): Promise<boolean>
  /** Those that the person knows of as their wearer alone. */
  knownAsWearer(actor: PersonActor, listed: readonly RegisteredRecording[]): Promise<ReadonlySet<RecordingId>>
  keptUntil(
    recordings: readonly RegisteredRecording[],
    knownAsWearer: ReadonlySet<RecordingId>,
  ): Promise<ReadonlyMap<RecordingId, z.input<typeof contract.keptUntil>>>
  /** Recordings of the corps whose stored bytes are not those received. */
  damaged(corpsId: PersonActor['corpsId']): Promise<ReadonlySet<RecordingId>>
  may(
    actor: PersonActor,
    recording: RegisteredRecording,
    isDamaged: boolean,
  ): Promise<z.input<typeof contract.recording>['may']>
  purposes(actor: PersonActor, recording: RegisteredRecording): Promise<z.input<typeof contract.recording>['purposes']>
  assignments(
    actor: PersonActor,
    recording: RegisteredRecording,
  ): Promise<z.input<typeof contract.recording>['assignments']>
  sidecars(recording: RegisteredRecording): Promise<z.input<typeof contract.recording>['sidecars']>
  activation(
    recording: RegisteredRecording,
  ): Promise<Pick<z.input<typeof contract.recording>, 'activationRecord' | 'activationChoices'>>
}>

type RoutesDeps = Readonly<{
  recordings: Recordings
  clock: Clock
  describe: Descriptions
  trail(
    corpsId: PersonActor['corpsId'],
    recordingId: RecordingId,
  ): Promise<{
    entries: readonly StoredEntry[]
    log: { origin: string; size: number; signedAt: Date | null } | null
  }>
}>

const dueSoonDays = 7
/** What wearers see of the trail of their own recording: what became of it, not who looked at it or why. */
const forWearers: ReadonlySet<string> = new Set<(typeof contract.trailEntryTypes)[number]>([
  'recording-received',
  'recording-probed',
  'proxy-made',
  'activation-completed',
  'recording-damaged',
  'recording-restored',
  'law-changed',
  'erasure-begun',
  'recording-erased',
])

export function recordingRoutes(deps: RoutesDeps): Route<PersonActor>[] {
  const { recordings, clock, describe } = deps

  const toRows = openRows(describe)

  async function toQuery(
    actor: PersonActor,
    visible: Expression<SqlBool>,
    filters: contract.RecordingFilters,
    damaged: ReadonlySet<RecordingId>,
  ): Promise<ListQuery> {
    const timeZone = await describe.timeZone(actor)
    return {
      corpsId: actor.corpsId,
      damagedIds: [...damaged],
      visible,
      readable: await describe.listReadable(actor),
      filters,
      between: betweenMoments(filters, timeZone),
      dueSoonBefore: addPeriod(clock.now(), { days: dueSoonDays }, timeZone),
    }
  }

  async function listPage(
    actor: PersonActor,
    visible: Expression<SqlBool>,
    filters: contract.RecordingFilters,
    page: { after?: string | undefined; limit: number },
  ) {
    const damaged = await describe.damaged(actor.corpsId)
    const query = await toQuery(actor, visible, filters, damaged)
    const listed = await recordings.list(query, parsePosition(page.after), page.limit + 1)
    const shown = listed.slice(0, page.limit)
    const last = shown.at(-1)
    return {
      recordings: await toRows(actor, shown, damaged),
      next: listed.length > page.limit && last !== undefined ? formatPosition(last) : null,
    }
  }

  async function requireRecording(actor: PersonActor, recordingId: RecordingId): Promise<RegisteredRecording> {
    const recording = await recordings.find(actor.corpsId, recordingId)
    if (recording === undefined) throw new AppError('recording/not-found')
    await describe.requireKnow(actor, recording)
    return recording
  }

  /** Those of these ids by which the person may know a recording. */
  async function listKnown(actor: PersonActor, ids: readonly RecordingId[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const listed = await recordings.listByIds(actor.corpsId, await describe.listFilter(actor), ids)
    return new Set(listed.map(({ id }) => id))
  }

  return [
    serve(contract.listRecordings, async ({ caller, query }) => {
      await describe.requireList(caller, 'all')
      const { after, limit, ...filters } = query
      const visible = await describe.listFilter(caller)
      return listPage(caller, visible, filters, { after, limit })
    }),

    serve(contract.listRecordingChoices, async ({ caller }) => {
      await describe.requireList(caller, 'all')
      const { onlyWornBy } = await describe.listReadable(caller)
      return recordings.choices(caller.corpsId, { visible: await describe.listFilter(caller), onlyWornBy })
    }),

    serve(contract.countRecordings, async ({ caller, query: { only, ...filters } }) => {
      await describe.requireList(caller, 'all')
      const visible = await describe.listFilter(caller)
      const query = await toQuery(caller, visible, filters, await describe.damaged(caller.corpsId))
      return { counts: await recordings.countByShow(query, { which: only && [filters.show ?? 'all'] }) }
    }),

    serve(contract.listOwnRecordings, async ({ caller, query }) => {
      await describe.requireList(caller, 'own')
      return listPage(caller, await describe.listFilter(caller), { wearerId: caller.id }, query)
    }),

    serve(contract.getRecording, async ({ caller, params }) => {
      const recording = await requireRecording(caller, params.recordingId)
      const names = await recordings.names(recording)
      const knownAsWearer = await describe.knownAsWearer(caller, [recording])
      const kept = await describe.keptUntil([recording], knownAsWearer)
      const damaged = await describe.damaged(caller.corpsId)
      const mayPreview = await describe.mayPreview(caller, [recording])
      const { clipOf } = recording
      const clips = await recordings.listClipsOf(recording)
      const related = [...clips.map(({ id }) => id), ...(clipOf === null ? [] : [clipOf.recordingId])]
      const known = await listKnown(caller, related)
      return {
        ...toRow({ ...recording, ...names }, { kept, damaged, mayPreview }),
        originalName: recording.originalName,
        sha256: toHex(recording.sha256),
        payloadSha256: toHex(recording.payloadSha256),
        facts: recording.facts,
        damages: [...recording.damages],
        proxy: recording.proxy,
        clipOf: clipOf && {
          ...clipOf,
          recordingId: known.has(clipOf.recordingId) ? clipOf.recordingId : null,
          reason: knownAsWearer.has(recording.id) ? null : clipOf.reason,
        },
        clips: clips.filter(({ id }) => known.has(id)),
        sidecars: await describe.sidecars(recording),
        ...(await describe.activation(recording)),
        purposes: await describe.purposes(caller, recording),
        assignments: await describe.assignments(caller, recording),
        may: await describe.may(caller, recording, damaged.has(recording.id)),
      }
    }),

    serve(contract.getTrail, async ({ caller, params }) => {
      const recording = await requireRecording(caller, params.recordingId)
      const { entries, log } = await deps.trail(caller.corpsId, recording.id)
      const isWearer = (await describe.knownAsWearer(caller, [recording])).has(recording.id)
      const shown = entries.filter(({ type }) => !isWearer || forWearers.has(type))
      const named = shown.flatMap(({ details }) => Object.values(details).filter(isRecordingId))
      const told = {
        known: await listKnown(caller, [...new Set(named)]),
        mayReadNotes: await describe.mayReadNotes(caller, recording),
        self: recording.id,
      }
      return {
        entries: shown.map((entry) => toTrailEntry({ ...entry, details: tellable(entry.details, told) })),
        checkpoint:
          log?.signedAt == null ? null : { origin: log.origin, size: log.size, signedAt: log.signedAt.toISOString() },
      }
    }),
  ]
}

/** Rows as screens list them, in the same order. Without `damaged` it is asked which are. */
export function openRows(describe: Descriptions) {
  return async (
    actor: PersonActor,
    listed: readonly ListedRecording[],
    damaged?: ReadonlySet<RecordingId>,
  ): Promise<z.input<typeof contract.recordingRow>[]> => {
    const told = {
      kept: await describe.keptUntil(listed, await describe.knownAsWearer(actor, listed)),
      mayPreview: await describe.mayPreview(actor, listed),
      damaged: damaged ?? (await describe.damaged(actor.corpsId)),
    }
    return listed.map((recording) => toRow(recording, told))
  }
}

type Told = Readonly<{
  kept: ReadonlyMap<RecordingId, z.input<typeof contract.keptUntil>>
  damaged: ReadonlySet<RecordingId>
  mayPreview: ReadonlySet<RecordingId>
}>

function toRow(recording: ListedRecording, told: Told): z.input<typeof contract.recordingRow> {
  const keptUntil = told.kept.get(recording.id)
  if (keptUntil === undefined) throw new Error(`retention said nothing of ${recording.id}`)
  return {
    id: recording.id,
    state: recording.state,
    recordedAt: recording.recordedAt.toISOString(),
    recordedAtFrom: recording.recordedAtFrom,
    receivedAt: recording.receivedAt.toISOString(),
    sizeBytes: recording.sizeBytes,
    isDamaged: told.damaged.has(recording.id),
    mayPreview: told.mayPreview.has(recording.id),
    camera: { id: recording.cameraId, label: recording.cameraLabel, serial: recording.cameraSerial },
    wearer:
      recording.wearerId === null || recording.wearerName === null
        ? null
        : { id: recording.wearerId, name: recording.wearerName },
    media: {
      durationMs: recording.durationMs,
      isTimedByProxy: recording.proxy?.givesTimes === true,
      damage: recording.damage,
      playable: recording.playable,
      hasStoryboard: recording.hasStoryboard,
      rendition: recording.rendition,
      scrub: recording.scrub,
      hasTrack: recording.hasTrack,
      isClip: recording.clipOf !== null,
    },
    keptUntil,
    activation: recording.activation,
    tags: [...recording.tags],
  }
}

const isRecordingId = (value: JsonValue): value is RecordingId =>
  typeof value === 'string' && idPattern('recording').test(value)
const notes: ReadonlySet<string> = new Set(['note', 'noteBefore'])

/** Without other recordings that whoever asks may not know of, and without notes that are not for them. */
function tellable(
  details: StoredEntry['details'],
  { known, mayReadNotes, self }: Readonly<{ known: ReadonlySet<string>; mayReadNotes: boolean; self: RecordingId }>,
): StoredEntry['details'] {
  const kept = Object.entries(details).filter(([name, value]) =>
    isRecordingId(value) ? value === self || known.has(value) : mayReadNotes || !notes.has(name),
  )
  return Object.fromEntries(kept)
}

function toTrailEntry(entry: StoredEntry): z.input<typeof contract.trailEntry> {
  return {
    id: entry.id,
    type: entry.type as z.input<typeof contract.trailEntry>['type'],
    at: entry.at.toISOString(),
    actor:
      entry.salt.length === 0 ? { kind: 'forgotten' } : (entry.actor as z.input<typeof contract.trailEntry>['actor']),
    details: entry.details as Record<string, z.core.util.JSONType>,
    logIndex: entry.logIndex,
  }
}

function formatPosition(recording: ListPosition): string {
  return `${recording.recordedAt.toISOString()}.${recording.id}`
}

function parsePosition(text: string | undefined): ListPosition | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\.(rec_\w+)$/.exec(text)
  const recordedAt = new Date(match?.[1] ?? '')
  if (match?.[2] === undefined || Number.isNaN(recordedAt.getTime())) throw new AppError('request/invalid')
  return { recordedAt, id: match[2] }
}
