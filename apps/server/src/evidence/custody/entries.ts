import { randomBytes } from 'node:crypto'
import { type Actor, type CorpsId, type EntryId, type JsonValue, newId, type RecordingId } from '@getuige/base'
import type { trailEntryTypes } from '@getuige/contract'
import { entrySaltBytes, leafOf } from '@getuige/proof'
import type { CorpsEntryType } from '#corps'

/** What is entered in the custody log. Types that concern no recording stay out of any trail, but not out of the log. */
export type EntryType =
  | (typeof trailEntryTypes)[number]
  | CorpsEntryType
  | 'law-adopted'
  | 'camera-added'
  | 'camera-assigned'
  | 'dock-added'
  | 'dock-removed'
  | 'upload-refused'
  | 'expiry-key-destroyed'
  | 'log-continued'
  | 'certificate-issued'
  | 'root-key-rotated'
  | 'recipients-changed'
  | 'recipients-retired'
  | 'escrow-identity-written'
  | 'escrow-exported'
  | 'log-searched'
  | 'log-exported'
  | 'words-erased'
  | 'report-made'
  | 'mandate-document-opened'

export type NewEntry = Readonly<{
  type: EntryType
  recordingId: RecordingId | null
  /** Ids, numbers, and the words people gave as their reason. */
  details: Readonly<Record<string, JsonValue>>
}>

/** An entry with its leaf, before it has a place in its log. */
export type WaitingEntry = NewEntry &
  Readonly<{
    id: EntryId
    logId: string
    corpsId: CorpsId
    actor: Readonly<Record<string, JsonValue>>
    at: Date
    salt: Uint8Array
    leaf: Uint8Array
  }>

export function makeEntry(actor: Actor, entry: NewEntry, logId: string, at: Date): WaitingEntry {
  const salt = freshSalt()
  const described = describeActor(actor)
  const { details, recordingId, type } = entry
  const leaf = leafOf({ actor: described, at: at.toISOString(), details, recordingId, type }, salt)
  return { ...entry, id: newId('entry', at), logId, corpsId: actor.corpsId, actor: described, at, salt, leaf }
}

let salts: Buffer = Buffer.alloc(0)

/** Many at a time: asking the system for each takes longer than making the rest of the leaf. */
function freshSalt(): Uint8Array {
  if (salts.length === 0) salts = randomBytes(128 * entrySaltBytes)
  const salt = Uint8Array.from(salts.subarray(0, entrySaltBytes))
  salts = salts.subarray(entrySaltBytes)
  return salt
}

/** The actor as the entry keeps it: with the name, title and roles of that moment. */
function describeActor(actor: Actor): Readonly<Record<string, JsonValue>> {
  if (actor.kind === 'system') return { kind: 'system' }
  if (actor.kind === 'dock') return { kind: 'dock', id: actor.id, name: actor.name }
  const { id, name, title, roles } = actor
  return { kind: 'person', id, name, title, roles: [...roles] }
}
