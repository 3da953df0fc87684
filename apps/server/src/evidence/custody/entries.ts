import type { Actor, JsonValue, RecordingId } from '@getuige/base'
import type { trailEntryTypes } from '@getuige/contract'

/** What is entered in the custody log. Types that concern no recording stay out of any trail, but not out of the log. */
export type EntryType =
  | (typeof trailEntryTypes)[number]
  | 'corps-established'
  | 'person-added'
  | 'password-reset'
  | 'camera-added'
  | 'camera-assigned'
  | 'dock-added'
  | 'dock-removed'
  | 'upload-refused'
  | 'expiry-key-destroyed'

export type NewEntry = Readonly<{
  type: EntryType
  recordingId: RecordingId | null
  /** Ids, numbers, and the words people gave as their reason. */
  details: Readonly<Record<string, JsonValue>>
}>

/** The actor as the entry keeps it: with the name and role of that moment. */
export function describeActor(actor: Actor): JsonValue {
  if (actor.kind === 'system') return { kind: 'system' }
  if (actor.kind === 'dock') return { kind: 'dock', id: actor.id, name: actor.name }
  return { kind: 'person', id: actor.id, name: actor.name, role: actor.role }
}
