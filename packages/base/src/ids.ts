/** The kinds of thing that carry an id. The kind is the prefix: `rec_…`, `hold_…`. */
export const idPrefixes = {
  corps: 'corps',
  person: 'person',
  session: 'session',
  camera: 'cam',
  dock: 'dock',
  recording: 'rec',
  upload: 'up',
  hold: 'hold',
  viewing: 'view',
  entry: 'entry',
  package: 'pkg',
  approval: 'appr',
  grant: 'grant',
  request: 'req',
  mandate: 'mand',
  document: 'doc',
  passkey: 'passkey',
  marker: 'mark',
  task: 'task',
  search: 'search',
  correction: 'corr',
  sidecar: 'side',
} as const

export type IdKind = keyof typeof idPrefixes

declare const brand: unique symbol
/** A string that names one thing of one kind. Made by `newId`, or cast where a row enters typed territory. */
export type Id<K extends IdKind> = string & { readonly [brand]: K }

export type CorpsId = Id<'corps'>
export type PersonId = Id<'person'>
export type SessionId = Id<'session'>
export type CameraId = Id<'camera'>
export type DockId = Id<'dock'>
export type RecordingId = Id<'recording'>
export type UploadId = Id<'upload'>
export type HoldId = Id<'hold'>
export type ViewingId = Id<'viewing'>
export type EntryId = Id<'entry'>
export type PackageId = Id<'package'>
/** Of what waits for, or had, a second person. */
export type ApprovalId = Id<'approval'>
/** Of what opens a recording to somebody: an assignment, a prosecutor's decision, an emergency. */
export type GrantId = Id<'grant'>
/** Of a request to a prosecutor. */
export type RequestId = Id<'request'>
/** Of a prosecutor's decision. */
export type MandateId = Id<'mandate'>
/** Of a document that somebody handed in. */
export type DocumentId = Id<'document'>
export type PasskeyId = Id<'passkey'>
/** Of a moment of a recording that somebody marked, with a note. */
export type MarkerId = Id<'marker'>
/** Of long work that somebody may watch, cancel and try again. */
export type TaskId = Id<'task'>
/** Of a search that somebody keeps. */
export type SearchId = Id<'search'>
/** Of what somebody said about the clock of a recording. */
export type CorrectionId = Id<'correction'>
/** Of a file that came beside a recording, such as its track. */
export type SidecarId = Id<'sidecar'>

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: 48 bits of time, then 80 random bits, so ids of a kind sort by the moment they were made. */
export function newId<K extends IdKind>(kind: K, now: Date): Id<K> {
  let time = now.getTime()
  let stamp = ''
  for (let i = 0; i < 10; i += 1) {
    stamp = alphabet.charAt(time % 32) + stamp
    time = Math.floor(time / 32)
  }
  let random = ''
  for (const byte of globalThis.crypto.getRandomValues(new Uint8Array(16))) random += alphabet.charAt(byte & 31)
  return `${idPrefixes[kind]}_${stamp}${random}` as Id<K>
}

/** The shape of an id of this kind, for parsing at the edge. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${idPrefixes[kind]}_[${alphabet}]{26}$`)
}
