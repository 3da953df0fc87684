import type { Role } from '@getuige/base'
import type { LawKey } from './pack.ts'

export type PersonFacts = Readonly<{ id: string; roles: readonly Role[] }>

export type RecordingFacts = Readonly<{
  wearerId: string | null
  recordedAt: Date
  state: 'stored' | 'viewable' | 'erasing' | 'erased'
  /** Null: not probed yet. */
  playable: boolean | null
  isHeld: boolean
  law: LawKey
}>

/** What opens a recording beyond the plain rules. Those that are over or withdrawn are no facts of a decision. */
export type Grant = Readonly<
  /** Somebody's own file: the recording is theirs to see for that purpose. */
  | { kind: 'assignment'; personId: string; purposeId: string; fromAt: Date; untilAt: Date }
  /** A prosecutor's decision on this very recording: opens the windows of purposes that a decision may open. */
  | { kind: 'mandate'; fromAt: Date; untilAt: Date }
  /** Danger to life. Opens `view` alone. */
  | { kind: 'emergency'; personId: string; fromAt: Date; untilAt: Date }
>

export type Because =
  | 'role'
  | 'own-recordings-only'
  | 'assigned-recordings-only'
  | 'purpose'
  | 'window-over'
  | 'mandate-needed'
  | 'not-yet-viewable'
  | 'cannot-be-decoded'
  | 'being-erased'
  | 'erased'
  | 'not-held'

/** Who could open what is refused, and how. */
export type Granting = Readonly<{ by: readonly Role[]; how: 'mandate' | 'assignment' | 'role' | 'emergency' }>

/** `rules`: ids of the rules that decided, the most telling first. */
export type Decision = Readonly<
  | { allowed: true; rules: readonly string[] }
  | { allowed: false; because: Because; rules: readonly string[]; granting: readonly Granting[] }
>
