import { addPeriod, type Day, type PersonActor, type RecordingId, startOfDay, toHex } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { z } from 'zod'
import type { StoredEntry } from '#custody'
import type { Clock } from '#platform/clock'
import { AppError } from '#platform/errors'
import { type Route, serve } from '#platform/http'
import type { ListedRecording, ListPosition, Recordings, RegisteredRecording, ShowCounts } from './index.ts'

/** What modules above tell about recordings, for the screens: until when kept, what may be done, what was warned. */
export type Descriptions = Readonly<{
  timeZone(actor: PersonActor): Promise<string>
  /** Throws `access/denied`: may this person list recordings at all? */
  requireList(actor: PersonActor, which: 'all' | 'own'): void
  /** Throws `recording/not-found`, so that nobody learns that it exists: may this person know of this recording? */
  requireKnow(actor: PersonActor, recording: RegisteredRecording): void
  keptUntil(
    recordings: readonly RegisteredRecording[],
  ): Promise<ReadonlyMap<RecordingId, z.input<typeof contract.keptUntil>>>
  /** Recordings of the corps whose stored bytes are not those received. */
  damaged(corpsId: PersonActor['corpsId']): Promise<ReadonlySet<RecordingId>>
  may(actor: PersonActor, recording: RegisteredRecording, isDamaged: boolean): z.input<typeof contract.recording>['may']
  purposes(actor: PersonActor, recording: RegisteredRecording): z.input<typeof contract.recording>['purposes']
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

export function recordingRoutes(deps: RoutesDeps): Route<PersonActor>[] {
  const { recordings, clock, describe } = deps

  async function toRows(
    listed: readonly ListedRecording[],
    damaged: ReadonlySet<RecordingId>,
  ): Promise<z.input<typeof contract.recordingRow>[]> {
    const kept = await describe.keptUntil(listed)
    return listed.map((recording) => toRow(recording, kept, damaged))
  }

  async function listPage(
    actor: PersonActor,
    filters: contract.RecordingFilters,
    page: { after?: string | undefined; limit: number },
    onlyOwn: boolean,
  ) {
    const timeZone = await describe.timeZone(actor)
    const damaged = await describe.damaged(actor.corpsId)
    const query = {
      corpsId: actor.corpsId,
      damagedIds: [...damaged],
      ...(onlyOwn ? { onlyWearerId: actor.id } : {}),
      filters,
      fromAt: filters.from === undefined ? undefined : startOfDay(filters.from, timeZone),
      untilAt: filters.to === undefined ? undefined : startOfDay(dayAfter(filters.to), timeZone),
      dueSoonBefore: addPeriod(clock.now(), { days: dueSoonDays }, timeZone),
    }
    const [listed, counts] = await Promise.all([
      recordings.list(query, parsePosition(page.after), page.limit + 1),
      recordings.countByShow(query),
    ])
    const shown = listed.slice(0, page.limit)
    const last = shown.at(-1)
    return {
      recordings: await toRows(shown, damaged),
      next: listed.length > page.limit && last !== undefined ? formatPosition(last) : null,
      counts,
      total: counts[filters.show ?? 'all'],
    } satisfies { counts: ShowCounts; [key: string]: unknown }
  }

  async function requireRecording(actor: PersonActor, recordingId: RecordingId): Promise<RegisteredRecording> {
    const recording = await recordings.find(actor.corpsId, recordingId)
    if (recording === undefined) throw new AppError('recording/not-found')
    describe.requireKnow(actor, recording)
    return recording
  }

  return [
    serve(contract.listRecordings, async ({ caller, query }) => {
      describe.requireList(caller, 'all')
      const { after, limit, ...filters } = query
      return {
        ...(await listPage(caller, filters, { after, limit }, false)),
        ...(await recordings.facets(caller.corpsId)),
      }
    }),

    serve(contract.listOwnRecordings, async ({ caller, query }) => {
      describe.requireList(caller, 'own')
      const { counts: _counts, ...page } = await listPage(caller, {}, query, true)
      return page
    }),

    serve(contract.getRecording, async ({ caller, params }) => {
      const recording = await requireRecording(caller, params.recordingId)
      const names = await recordings.names(recording)
      const kept = await describe.keptUntil([recording])
      const damaged = await describe.damaged(caller.corpsId)
      return {
        ...toRow({ ...recording, ...names }, kept, damaged),
        originalName: recording.originalName,
        sha256: toHex(recording.sha256),
        payloadSha256: toHex(recording.payloadSha256),
        facts: recording.facts,
        ...(await describe.activation(recording)),
        purposes: describe.purposes(caller, recording),
        may: describe.may(caller, recording, damaged.has(recording.id)),
      }
    }),

    serve(contract.getTrail, async ({ caller, params }) => {
      const recording = await requireRecording(caller, params.recordingId)
      const { entries, log } = await deps.trail(caller.corpsId, recording.id)
      return {
        entries: entries.map(toTrailEntry),
        checkpoint:
          log?.signedAt == null ? null : { origin: log.origin, size: log.size, signedAt: log.signedAt.toISOString() },
      }
    }),
  ]
}

function toRow(
  recording: ListedRecording,
  kept: ReadonlyMap<RecordingId, z.input<typeof contract.keptUntil>>,
  damaged: ReadonlySet<RecordingId>,
): z.input<typeof contract.recordingRow> {
  const keptUntil = kept.get(recording.id)
  if (keptUntil === undefined) throw new Error(`retention said nothing of ${recording.id}`)
  return {
    id: recording.id,
    state: recording.state,
    recordedAt: recording.recordedAt.toISOString(),
    recordedAtFrom: recording.recordedAtFrom,
    receivedAt: recording.receivedAt.toISOString(),
    sizeBytes: recording.sizeBytes,
    isDamaged: damaged.has(recording.id),
    camera: { id: recording.cameraId, label: recording.cameraLabel, serial: recording.cameraSerial },
    wearer:
      recording.wearerId === null || recording.wearerName === null
        ? null
        : { id: recording.wearerId, name: recording.wearerName },
    media: {
      durationMs: recording.durationMs,
      damage: recording.damage,
      playable: recording.playable,
      hasStoryboard: recording.hasStoryboard,
    },
    keptUntil,
    activation: recording.activation,
  }
}

function toTrailEntry(entry: StoredEntry): z.input<typeof contract.trailEntry> {
  return {
    id: entry.id,
    type: entry.type as z.input<typeof contract.trailEntry>['type'],
    at: entry.at.toISOString(),
    actor: entry.actor as z.input<typeof contract.trailEntry>['actor'],
    details: entry.details as Record<string, z.core.util.JSONType>,
    logIndex: entry.logIndex,
  }
}

function dayAfter(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
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
