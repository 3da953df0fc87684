import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import type { z } from 'zod'
import type { Access, Viewer } from '#access'
import type { ListedRecording } from '#recordings'
import { type Route, serve } from '#platform/http'
import type { Beside, Correction, Together } from './index.ts'

type Deps = Readonly<{
  together: Together
  access: Access
  /** As the list of recordings shows them, in the same order. */
  toRows(
    actor: PersonActor,
    listed: readonly ListedRecording[],
  ): Promise<readonly z.input<typeof contract.recordingRow>[]>
  /** The operator gave a map of their own. */
  hasMapTiles: boolean
}>

export function togetherRoutes({ together, access, toRows, hasMapTiles }: Deps): Route<Viewer>[] {
  async function describe(actor: PersonActor, besides: readonly Beside[]) {
    const rows = await toRows(
      actor,
      besides.map(({ recording }) => recording),
    )
    return rows.flatMap((row, at) => {
      const beside = besides[at]
      if (beside === undefined) return []
      const { recording, correction } = beside
      const { durationMs, facts } = recording
      const beginsAt = recording.recordedAt.getTime() + (correction?.offsetMs ?? 0)
      return {
        ...row,
        correction: correction === null ? null : describeCorrection(correction),
        endsAt: durationMs === null ? null : new Date(beginsAt + durationMs).toISOString(),
        place: facts?.location ?? null,
      }
    })
  }

  return [
    serve<typeof contract.listCompanions, Viewer>(contract.listCompanions, async ({ caller, params }) => {
      const { self, companions } = await together.companions(caller, params.recordingId)
      const [first, ...rest] = await describe(caller, [self, ...companions])
      if (first === undefined) throw new Error(`${params.recordingId} was not described`)
      return { self: first, companions: rest }
    }),
    serve<typeof contract.listPieces, Viewer>(contract.listPieces, async ({ caller, params }) => {
      const pieces = await together.pieces(caller, params.recordingId)
      return {
        pieces: pieces.map(({ id, recordedAt, durationMs, gapMs, rendition }) => ({
          id,
          recordedAt: recordedAt.toISOString(),
          durationMs,
          gapMs,
          rendition: rendition ?? ('none' as const),
        })),
      }
    }),
    serve<typeof contract.listCorrections, Viewer>(contract.listCorrections, async ({ caller, params }) => ({
      corrections: (await together.corrections(caller, params.recordingId)).map(describeCorrection),
    })),
    serve<typeof contract.correctClock, Viewer>(contract.correctClock, async ({ caller, params, body }) => ({
      correction: describeCorrection(await together.correct(caller, params.viewingId, body)),
    })),
    serve<typeof contract.startViewingTogether, Viewer>(contract.startViewingTogether, async ({ caller, body }) => {
      const { recordingIds, ...stated } = body
      const viewings = await access.startViewingTogether(caller, recordingIds, stated)
      return {
        viewings: viewings.map(({ id, recordingId, expiresAt, idleMinutes }) => ({
          recordingId,
          viewingId: id,
          mediaUrl: contract.viewingMediaPath(id),
          expiresAt: expiresAt.toISOString(),
          idleMinutes,
        })),
      }
    }),
    serve<typeof contract.getShift, Viewer>(contract.getShift, async ({ caller, params }) => {
      const shift = await together.shift(caller, params.personId, params.on)
      return {
        wearer: shift.wearer,
        from: shift.from.toISOString(),
        until: shift.until.toISOString(),
        recordings: await describe(caller, shift.recordings),
        warnings: shift.warnings.map((warning) => ({ ...warning, at: warning.at.toISOString() })),
        cameras: shift.cameras.map(({ label, from, until }) => ({
          label,
          from: from.toISOString(),
          until: until?.toISOString() ?? null,
        })),
      }
    }),
    serve<typeof contract.describeMap, Viewer>(contract.describeMap, async ({ caller }) => ({
      tilesUrl: hasMapTiles ? contract.mapTilesPath : null,
      around: await together.surroundings(caller),
    })),
  ]
}

function describeCorrection({ id, offsetMs, againstId, reason, madeBy, madeAt }: Correction) {
  return { id, offsetMs, againstId, reason, madeBy, madeAt: madeAt.toISOString() }
}
