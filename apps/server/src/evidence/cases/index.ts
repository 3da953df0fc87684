import { Readable } from 'node:stream'
import {
  type ApprovalId,
  type CorpsId,
  newId,
  type PackageId,
  type PersonActor,
  type RecordingId,
  toHex,
} from '@getuige/base'
import { encryptFor as encryptForSchema, type EncryptFor, words } from '@getuige/contract'
import { resolveLaw } from '@getuige/law'
import {
  beginsRecording,
  containerFormat,
  packageMimetype,
  parseCheckpoint,
  parseTlogProof,
  readUnverifiedNote,
} from '@getuige/proof'
import { z } from 'zod'
import type { StatedPurpose } from '#access'
import type { Performer } from '#approvals'
import type { FormerHead, ProvenEntry } from '#custody'
import { hasErasureBegun } from '#recordings'
import { AppError } from '#platform/errors'
import { piecesOf } from '#platform/object-store'
import type { CasesDeps } from './deps.ts'
import { requireSeal, sealPackage } from './encryption.ts'
import { writePackage } from './package-writer.ts'
import { claimPackage, type ExportPackage, findPackage, insertPackage, listPackages } from './store.ts'

export type { CasesDeps } from './deps.ts'
export { entryWords, roleWords } from './report-words.ts'
export { forgetPackages } from './store.ts'
export type Cases = ReturnType<typeof openCases>

/** What an export that was asked for needs once it is approved. */
const exportPayload = z.object({
  recipient: z.string(),
  reference: z.string().nullable(),
  purpose: z.string(),
  legalBasis: words,
  ruleId: z.string(),
  encryptFor: encryptForSchema.nullable(),
})

/** How long an approved package can be fetched. */
const packageHours = 24
const pieceBytes = 1024 * 1024

export type ExportRequest = StatedPurpose & Readonly<{ recipient: string; encryptFor?: EncryptFor | undefined }>

/** Exported: a recording and all that proves it, handed to somebody outside. */
export function openCases(deps: CasesDeps) {
  const { db, clock, custody, recordings, vault, access, authority, timeStamps } = deps

  return {
    /**
     * Ask a second person for the disclosure. What the package could not be made of, a certificate that ran out, a
     * recipient mistyped or a log that is not signed, is refused before that. Custody: `approval-asked`.
     */
    async askExport(
      actor: PersonActor,
      recordingId: RecordingId,
      request: ExportRequest,
    ): Promise<{ approvalId: ApprovalId; expiresAt: Date }> {
      const sealed = request.encryptFor === undefined ? undefined : await requireSeal(request.encryptFor, clock.now())
      await authority.signer(actor.corpsId)
      await custody.requireSigned(actor.corpsId)
      const reader = db.of(actor.corpsId)
      const recording = await recordings.find(actor.corpsId, recordingId, reader)
      if (recording === undefined) throw new AppError('recording/not-found')
      await access.require(reader, 'export', actor, recording)
      await vault.requireSound(reader, recordingId)
      const purpose = await access.requirePurpose(reader, 'export', actor, recording, request)
      const { recipient, reference, reason, encryptFor } = request
      return deps.ask(actor, {
        act: 'export',
        recordingId,
        purposeId: purpose.id,
        reason,
        shown: {
          recipient,
          purpose: resolveLaw(recording.law).purposes.find(({ id }) => id === purpose.id)?.label ?? purpose.id,
          legalBasis: purpose.legalBasis,
          reference,
          encryptedFor: sealed?.details ?? null,
        },
        payload: {
          recipient,
          reference,
          purpose: purpose.id,
          legalBasis: purpose.legalBasis,
          ruleId: purpose.ruleId,
          encryptFor: encryptFor ?? null,
        },
      })
    },

    /** Offers the approved package to the asker, and to nobody else, for a day. It is entered when it is fetched. */
    exportApproved: (async (tx, _record, { approvalId, asker, approver, ...request }) => {
      const { corpsId, recordingId } = request
      if (recordingId === null) throw new Error('an export is of a recording')
      await vault.requireSound(tx, recordingId)
      const { encryptFor: wanted, ...stated } = exportPayload.parse(request.payload)
      const createdAt = clock.now()
      const sealed = wanted === null ? undefined : await requireSeal(wanted, createdAt)
      const id = newId('package', createdAt)
      await insertPackage(tx, {
        id,
        corpsId,
        recordingId,
        personId: asker.id,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + packageHours * 3_600_000),
        seal: sealed?.seal,
        approvalId,
        details: {
          packageId: id,
          format: containerFormat,
          encryptedFor: sealed?.details ?? null,
          ...stated,
          reason: request.reason,
          approvalId,
          approvedBy: { id: approver.id, name: approver.name, title: approver.title },
        },
      })
    }) satisfies Performer,

    /** By the approvals of this person: where each package that waits for them is fetched, and until when. */
    async downloads(person: PersonActor): Promise<ReadonlyMap<ApprovalId, { url: string; expiresAt: string }>> {
      const waiting = await listPackages(db.of(person.corpsId), person, clock.now())
      return new Map(
        waiting.map(({ id, approvalId, expiresAt }) => [
          approvalId,
          { url: `/api/packages/${id}`, expiresAt: expiresAt.toISOString() },
        ]),
      )
    },

    /** The package of an approval of this person. Throws `package/not-found` when there is none to fetch. */
    async requirePackageOf(person: PersonActor, approvalId: ApprovalId): Promise<PackageId> {
      const waiting = await listPackages(db.of(person.corpsId), person, clock.now())
      const made = waiting.find((each) => each.approvalId === approvalId)
      if (made === undefined) throw new AppError('package/not-found')
      return made.id
    },

    /**
     * Enter the disclosure, then write the package while it is sent; nothing of it touches the disk. A byte that differs
     * from what was received ends the stream in an error, so that what arrived does not look whole. Throws
     * `package/not-found` when it is another's, was fetched before, or its time is over; `log/not-signed` when nothing can
     * be proven now. Custody: `package-exported`, committed before the first byte.
     */
    async openPackage(
      actor: PersonActor,
      packageId: PackageId,
    ): Promise<Readonly<{ name: string; type: string; body: Readable }>> {
      // Before it is taken: it can be fetched once the log is signed again, if that is in time.
      await custody.requireSigned(actor.corpsId)
      await authority.signer(actor.corpsId)
      const { made, recording } = await custody.act(actor, async (tx, record) => {
        const found = await findPackage(tx, packageId, actor, clock.now())
        if (found === undefined) throw new AppError('package/not-found')
        const locked = await recordings.lock(tx, actor.corpsId, found.recordingId)
        if (hasErasureBegun(locked.state)) throw new AppError('recording/erased')
        // What was lawful when it was approved must be so when it is handed over.
        await access.require(tx, 'export', actor, locked, purposeOf(found.details))
        await vault.requireSound(tx, locked.id)
        if (!(await claimPackage(tx, packageId, clock.now()))) throw new AppError('package/not-found')
        await record({ type: 'package-exported', recordingId: locked.id, details: found.details })
        return { made: found, recording: locked }
      })
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
      const received = its.filter(({ entry }) => beginsRecording(entry.type, entry.details))
      const indexes = received.flatMap(({ entry }) => entry.logIndex ?? [])
      heads.set(origin, await custody.formerHeads(corpsId, { origin, size, entries: indexes }))
    }
    return heads
  }
}

const purposeOf = (details: ExportPackage['details']): string => exportPayload.shape.purpose.parse(details['purpose'])

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
