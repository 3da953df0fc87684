import { createHash } from 'node:crypto'
import { type CorpsId, type DocumentId, newId, type PersonActor, type PersonId, toHex } from '@getuige/base'
import { mostDocumentBytes } from '@getuige/contract'
import type { Clock } from '#platform/clock'
import type { Database, Reader, Tx } from '#platform/database'
import { AppError } from '#platform/errors'
import { type Keystore, openBox, sealBox } from '#platform/keystore'

declare module '#platform/database' {
  interface Tables {
    mandate_document: {
      id: string
      corps_id: string
      uploaded_by: string
      uploaded_at: Date
      kind: string
      size_bytes: number
      sha256: Uint8Array
      sealed: Uint8Array
      claimed_at: Date | null
    }
  }
}

export type DocumentKind = 'pdf' | 'text'
export type KnownDocument = Readonly<{ id: DocumentId; kind: DocumentKind; sizeBytes: number; sha256: Uint8Array }>
type DocumentDeps = Readonly<{ db: Database; clock: Clock; keystore: Keystore }>

const unclaimedHours = 24

/** Never destroyed: what a decision rests on stays readable for as long as the decision does. */
const keyName = (corpsId: CorpsId) => `document/${corpsId}`

/**
 * Keep a document that a decision is to rest on: sealed before it reaches the database, and never plain on a disk. Throws
 * `document/too-large`, with no more than that in memory, and `document/wrong-kind` for what is neither PDF nor text.
 */
export async function keepDocument(
  { db, clock, keystore }: DocumentDeps,
  actor: PersonActor,
  body: AsyncIterable<Uint8Array>,
): Promise<{ id: DocumentId; sha256: string; sizeBytes: number }> {
  const bytes = await readWhole(body)
  const kind = kindOf(bytes)
  if (kind === undefined) throw new AppError('document/wrong-kind')
  const uploadedAt = clock.now()
  const id = newId('document', uploadedAt)
  const sha256 = createHash('sha256').update(bytes).digest()
  const sealed = sealBox(await keystore.demand(keyName(actor.corpsId)), bytes, id)
  bytes.fill(0)
  await db
    .of(actor.corpsId)
    .insertInto('mandate_document')
    .values({
      id,
      corps_id: actor.corpsId,
      uploaded_by: actor.id,
      uploaded_at: uploadedAt,
      kind,
      size_bytes: bytes.length,
      sha256,
      sealed,
      claimed_at: null,
    })
    .execute()
  return { id, sha256: toHex(sha256), sizeBytes: bytes.length }
}

async function readWhole(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of body) {
    sizeBytes += piece.length
    if (sizeBytes > mostDocumentBytes) throw new AppError('document/too-large', { mostBytes: mostDocumentBytes })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** Told from the bytes; what the sender calls it counts for nothing. */
function kindOf(bytes: Buffer): DocumentKind | undefined {
  if (bytes.length === 0) return undefined
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') return 'pdf'
  if (bytes.includes(0)) return undefined
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return 'text'
  } catch {
    return undefined
  }
}

/**
 * Take a document for a decision: one that this person handed in within a day, and that no other decision rests on. Throws
 * `document/not-found`.
 */
export async function claimDocument(
  tx: Tx,
  owner: Readonly<{ corpsId: CorpsId; id: PersonId }>,
  documentId: DocumentId,
  now: Date,
): Promise<KnownDocument> {
  const row = await tx
    .updateTable('mandate_document')
    .set({ claimed_at: now })
    .where('id', '=', documentId)
    .where('corps_id', '=', owner.corpsId)
    .where('uploaded_by', '=', owner.id)
    .where('claimed_at', 'is', null)
    .returning(['id', 'kind', 'size_bytes', 'sha256'])
    .executeTakeFirst()
  if (row === undefined) throw new AppError('document/not-found')
  return { id: documentId, kind: row.kind as DocumentKind, sizeBytes: row.size_bytes, sha256: row.sha256 }
}

/** The bytes that were handed in. Throws `document/not-found`, and an `Error` when a byte of what is kept has changed. */
export async function openDocument(
  keystore: Keystore,
  db: Reader,
  corpsId: CorpsId,
  documentId: DocumentId,
): Promise<{ kind: DocumentKind; bytes: Uint8Array }> {
  const row = await db
    .selectFrom('mandate_document')
    .select(['kind', 'sealed'])
    .where('id', '=', documentId)
    .where('corps_id', '=', corpsId)
    .where('claimed_at', 'is not', null)
    .executeTakeFirst()
  if (row === undefined) throw new AppError('document/not-found')
  const key = await keystore.find(keyName(corpsId))
  if (key === undefined) throw new Error('the key of the documents is not in the keystore')
  return { kind: row.kind as DocumentKind, bytes: openBox(key, row.sealed, documentId) }
}

/** Of every corps: what nobody rested a decision on within a day. */
export async function forgetUnclaimed(db: Database, now: Date): Promise<void> {
  await db.everyCorps
    .deleteFrom('mandate_document')
    .where('claimed_at', 'is', null)
    .where('uploaded_at', '<', new Date(now.getTime() - unclaimedHours * 3_600_000))
    .execute()
}
