import type { Actor, JsonValue } from '@getuige/base'
import type { LawKey } from '@getuige/law'
import type { Clock } from '#platform/clock'
import type { Database, Tx } from '#platform/database'

type CorpsEntry = Readonly<{
  type: 'corps-established' | 'person-added' | 'password-reset'
  recordingId: null
  details: Readonly<Record<string, JsonValue>>
}>

/** Custody's `act`, as far as this module enters anything. Custody knows of corps, so corps is told of custody. */
export type CorpsAct = <T>(
  actor: Actor,
  work: (tx: Tx, record: (entry: CorpsEntry) => Promise<void>) => Promise<T>,
) => Promise<T>

export type CorpsDeps = Readonly<{
  db: Database
  clock: Clock
  act: CorpsAct
  /** Law packs to choose from at set-up, with their time zones. */
  lawPacks: readonly Readonly<{ id: string; key: LawKey; timeZone: string }>[]
}>
