import { Readable } from 'node:stream'
import { type CorpsId, newId, type PackageId, type PersonActor, type RecordingId, toHex } from '@getuige/base'
import type { EncryptFor } from '@getuige/contract'
import { containerFormat, packageMimetype, parseCheckpoint, parseTlogProof, readUnverifiedNote } from '@getuige/proof'
import type { StatedPurpose } from '#access'
import type { FormerHead, ProvenEntry } from '#custody'
import { hasErasureBegun } from '#recordings'
import { AppError } from '#platform/errors'
import { piecesOf } from '#platform/object-store'
import type { CasesDeps } from './deps.ts'
import { requireSeal, sealPackage } from './encryption.ts'
import { writePackage } from './package-writer.ts'
import { claimPackage, type ExportPackage, insertPackage } from './store.ts'

export type { CasesDeps } from './deps.ts'
export { roleWords } from './report-words.ts'
export type Cases = ReturnType<typeof openCases>

const packageMinutes = 15
const pieceBytes = 1024 * 1024

/** Exported: a recording and all that proves it, handed to somebody outside. */
export function openCases(deps: CasesDeps) {
  const { db, clock, custody, recordings, vault, access, authority, timeStamps } = deps

  return {
    /**
     * Enter the disclosure, then offer the package for a quarter of an hour. Custody: `package-exported`. What the package
     * could not be made of, a certificate that ran out, a recipient mistyped or a log that is not signed, is refused before that.
     */
    async export(
      actor: PersonActor,
      recordingId: RecordingId,
      request: StatedPurpose & Readonly<{ recipient: string; encryptFor?: EncryptFor | undefined }>,
    ): Promise<ExportPackage> {
      const sealed = request.encryptFor === undefined ? undefined : await requireSeal(request.encryptFor, clock.now())
      await authority.signer(actor.corpsId)
      await custody.requireSigned(actor.corpsId)
      return custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        access.require('export', actor, recording)
        await vault.requireSound(tx, recordingId)
        const purpose = access.requirePurpose(actor, recording, request)
        const createdAt = clock.now()
        const made: ExportPackage = {
          id: newId('package', createdAt),
          corpsId: actor.corpsId,
          recordingId,
          personId: actor.id,
          createdAt,
          expiresAt: new Date(createdAt.getTime() + packageMinutes * 60_000),
          seal: sealed?.seal,
        }
        await insertPackage(tx, made)
        const { recipient, reference, reason } = request
        await record({
          type: 'package-exported',
          recordingId,
          details: {
            packageId: made.id,
            format: containerFormat,
            encryptedFor: sealed?.details ?? null,
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
     * another's, was fetched before, or its time is over; `log/not-signed` when nothing can be proven now.
     */
    async openPackage(
      actor: PersonActor,
      packageId: PackageId,
    ): Promise<Readonly<{ name: string; type: string; body: Readable }>> {
      // Before it is taken: it can be fetched once the log is signed again, if that is in time.
      await custody.requireSigned(actor.corpsId)
      const made = await claimPackage(db.of(actor.corpsId), packageId, actor, clock.now())
      if (made === undefined) throw new AppError('package/not-found')
      const recording = await recordings.find(actor.corpsId, made.recordingId)
      if (recording === undefined || hasErasureBegun(recording.state)) throw new AppError('recording/erased')
      const source = await vault.find(db.of(actor.corpsId), recording.id, 'payload')
      if (source === undefined) throw new AppError('recording/erased')

      const { entries } = await custody.provenTrail(actor.corpsId, recording.id)
      const { vkey } = await custody.signer(actor.corpsId)
      const { name: corpsName, timeZone } = await deps.corpsOf(actor.corpsId)
      const body = writePackage({
        packageId,
        createdAt: made.createdAt,
        corpsName,
        timeZone,
        recordings: [
          {
            recordingId: recording.id,
            name: `${recording.id}${endingOf(recording.facts?.container ?? null, recording.originalName)}`,
            sizeBytes: recording.sizeBytes,
            sha256: toHex(recording.sha256),
            open: () => Readable.from(piecesOf(source, pieceBytes), { objectMode: false, highWaterMark: pieceBytes }),
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
        formerHeads: await formerHeadsOf(actor.corpsId, entries),
        vkey,
        signer: await authority.signer(actor.corpsId),
        signedAt: clock.now(),
        timeStamps,
      })
      const name = `getuige-${recording.id}.asice`
      if (made.seal === undefined) return { name, type: packageMimetype, body }
      return sealPackage(body, made.seal, name, made.createdAt)
    },
  }

  /** Of each log of the trail, by its origin: the heads that somebody else saw once a recording was entered. */
  async function formerHeadsOf(
    corpsId: CorpsId,
    entries: readonly ProvenEntry[],
  ): Promise<ReadonlyMap<string, readonly FormerHead[]>> {
    const heads = new Map<string, readonly FormerHead[]>()
    for (const [origin, its] of Map.groupBy(entries, (entry) => entry.origin)) {
      const { size } = parseCheckpoint(readUnverifiedNote(parseTlogProof(its[0]?.proof ?? '').checkpoint).text)
      const received = its.filter(({ entry }) => entry.type === 'recording-received')
      const indexes = received.flatMap(({ entry }) => entry.logIndex ?? [])
      heads.set(origin, await custody.formerHeads(corpsId, { origin, size, entries: indexes }))
    }
    return heads
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
