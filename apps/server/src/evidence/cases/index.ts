import { Readable } from 'node:stream'
import { newId, type PackageId, type PersonActor, type RecordingId, toHex } from '@getuige/base'
import type { StatedPurpose } from '#access'
import { hasErasureBegun } from '#recordings'
import type { PlainSource } from '#vault'
import { AppError } from '#platform/errors'
import type { CasesDeps } from './deps.ts'
import { writePackage } from './package-writer.ts'
import { claimPackage, type ExportPackage, insertPackage } from './store.ts'

export type { CasesDeps } from './deps.ts'
export type Cases = ReturnType<typeof openCases>

const packageMinutes = 15
const pieceBytes = 1024 * 1024

/** Exported: a recording and all that proves it, handed to somebody outside. */
export function openCases(deps: CasesDeps) {
  const { db, clock, custody, recordings, vault, access } = deps

  return {
    /** Enter the disclosure, then offer the package for a quarter of an hour. Custody: `package-exported`. */
    export(
      actor: PersonActor,
      recordingId: RecordingId,
      request: StatedPurpose & Readonly<{ recipient: string }>,
    ): Promise<ExportPackage> {
      return custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        access.require('export', actor, recording)
        const purpose = access.requirePurpose(actor, recording, request)
        const createdAt = clock.now()
        const made: ExportPackage = {
          id: newId('package', createdAt),
          corpsId: actor.corpsId,
          recordingId,
          personId: actor.id,
          createdAt,
          expiresAt: new Date(createdAt.getTime() + packageMinutes * 60_000),
        }
        await insertPackage(tx, made)
        const { recipient, reference, reason } = request
        await record({
          type: 'package-exported',
          recordingId,
          details: {
            packageId: made.id,
            recipient,
            reference,
            reason,
            purpose: purpose.id,
            legalBasis: purpose.legalBasis,
            ruleId: purpose.rule.id,
          },
        })
        return made
      })
    },

    /**
     * Write the package while it is sent; nothing of it touches the disk. A byte that differs from what was received
     * ends the stream in an error, so that what arrived does not look whole. Throws `package/not-found` when it is
     * another's, was fetched before, or its time is over.
     */
    async openPackage(actor: PersonActor, packageId: PackageId): Promise<{ name: string; body: Readable }> {
      const made = await claimPackage(db, packageId, actor, clock.now())
      if (made === undefined) throw new AppError('package/not-found')
      const recording = await recordings.find(actor.corpsId, made.recordingId)
      if (recording === undefined || hasErasureBegun(recording.state)) throw new AppError('recording/erased')
      const source = await vault.find(db, recording.id, 'payload')
      if (source === undefined) throw new AppError('recording/erased')

      const { entries } = await custody.provenTrail(actor.corpsId, recording.id)
      const signer = await custody.signer(actor.corpsId)
      const body = writePackage({
        packageId,
        createdAt: made.createdAt,
        corpsName: await deps.corpsNameOf(actor.corpsId),
        recordings: [
          {
            recordingId: recording.id,
            name: `${recording.id}${endingOf(recording.facts?.container ?? null, recording.originalName)}`,
            sizeBytes: recording.sizeBytes,
            sha256: toHex(recording.sha256),
            open: () => Readable.from(pieces(source), { objectMode: false, highWaterMark: pieceBytes }),
          },
        ],
        trail: entries.map(({ entry, origin, proof }) => ({
          origin,
          index: entry.logIndex ?? Number.NaN,
          leaf: entry.leaf,
          fields: {
            actor: entry.actor,
            at: entry.at.toISOString(),
            details: entry.details,
            recordingId: entry.recordingId,
            type: entry.type,
          },
          entrySalt: entry.salt,
          proof,
        })),
        vkey: signer.vkey,
        sign: signer.sign,
      })
      return { name: `getuige-${recording.id}.zip`, body }
    },
  }
}

async function* pieces(source: PlainSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.sizeBytes; at += pieceBytes) {
    yield source.read(at, Math.min(at + pieceBytes, source.sizeBytes))
  }
}

/** From what the recording is, else from its name if that ends like a file; never anything that leads elsewhere. */
function endingOf(container: string | null, originalName: string): string {
  const known: Readonly<Record<string, string>> = {
    mp4: '.mp4',
    mov: '.mov',
    mkv: '.mkv',
    webm: '.webm',
    'mpeg-ts': '.ts',
    avi: '.avi',
  }
  const ending = known[container ?? ''] ?? /\.[A-Za-z0-9]{1,8}$/.exec(originalName)?.[0]
  return ending?.toLowerCase() ?? '.bin'
}
