import type { Actor, JsonValue } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Clock } from '#platform/clock'
import type { Database, Tx } from '#platform/database'
import type { Keystore } from '#platform/keystore'

/** What is entered about the corps and its people. */
export type CorpsEntryType =
  | 'corps-established'
  | 'person-added'
  | 'person-changed'
  | 'person-left'
  | 'person-returned'
  | 'roles-changed'
  | 'roles-widened'
  | 'founding-ended'
  | 'founding-reopened'
  | 'session-started'
  | 'session-ended'
  | 'password-changed'
  | 'password-reset'
  | 'second-factor-added'
  | 'second-factor-removed'
  | 'passkey-added'
  | 'passkey-removed'
  | 'identity-invited'
  | 'identity-linked'
  | 'identity-unlinked'
  | 'identity-provider-changed'
  | 'sign-in-locked'
  | 'sign-in-unlocked'
  | 'account-recovered'
  | 'recovery-taken'

export type CorpsEntry = Readonly<{
  type: CorpsEntryType
  recordingId: null
  details: Readonly<Record<string, JsonValue>>
}>

export type RecordCorps = (entry: CorpsEntry) => Promise<void>

/** Custody's `act`, as far as this module enters anything. Custody knows of corps, so corps is told of custody. */
export type CorpsAct = <T>(actor: Actor, work: (tx: Tx, record: RecordCorps) => Promise<T>) => Promise<T>

export type CorpsDeps = Readonly<{
  db: Database
  clock: Clock
  keystore: Keystore
  act: CorpsAct
  /** What an act returns that found nothing to do. */
  nothingToRecord: symbol
  /** Law packs to choose from at set-up, with their time zones. */
  lawPacks: readonly Readonly<{ id: string; key: LawKey; timeZone: string }>[]
  /** False in a demonstration alone: everybody signs in with a password. */
  asksSecondFactor: boolean
  /** Issuers that the operator allows to vouch for people. */
  identityProviders: readonly string[]
  /** A session ends when nothing was asked in it for so long. */
  sessionIdleMinutes: number
}>
