import type { Day, Period, Role, Words } from '@getuige/base'
import type { ActName, CorpsActName, PurposefulActName } from './acts.ts'

/** How sure we are: H statute or official text seen, M serious secondary text, L recalled or inferred. */
export type Confidence = 'H' | 'M' | 'L'

/** A rule of law as we read it, with where it stands. Every value of a pack names one. */
export type LawRule = Readonly<{
  id: string
  label: Words
  source: Words
  /** Such as “art. 25/6”; null where the source is not divided. */
  article: string | null
  since: Day
  confidence: Confidence
  /** Told, and no value of the pack rests on it: the camera, the corps or a later part of the software has to keep it. */
  isInformative: boolean
}>

/** A value, and the rule that it comes from. */
export type Cited<T> = Readonly<{ value: T; ruleId: string }>
/** A value that a corps may set, within the bounds of the rule. */
export type Adjustable<T> = Cited<T> & Readonly<{ least: T; most: T }>

/** Which recordings somebody reaches: all of the corps, those they wore, or those that were assigned to them. */
export type Reach = 'all' | 'own' | 'assigned'
export type Allowance = Readonly<{ role: Role; reach: Reach }>

/** Who may do an act. Purposes narrow it for the acts that have one. */
export type ActRule = Readonly<{ allowances: readonly Allowance[]; ruleId: string }>
export type CorpsActRule = Readonly<{ roles: readonly Role[]; ruleId: string }>

/** What a viewing or a disclosure may be for. */
export type Purpose = Readonly<{
  id: string
  label: Words
  legalBasis: Words
  /** Number of a report, complaint or file. `pattern` is what a well-formed one looks like; another is told, not refused. */
  asksReference: boolean
  referencePattern: string | null
  roles: readonly Role[]
  acts: readonly PurposefulActName[]
  window: Window | null
  /** Serves only a corps that chose it (`CorpsSettings.purposes`). */
  isOptional: boolean
  ruleId: string
}>

/**
 * How long after a recording was made a purpose alone suffices; null: as long as it is kept. Afterwards it is closed, or
 * opened by a prosecutor's decision on that very recording. `noLongerThan`: the period of the statute, where that of a
 * profile can end after it; the one that ends first counts.
 */
export type Window = Readonly<{
  within: Period
  noLongerThan: Period | null
  afterwards: 'closed' | 'mandate'
  ruleId: string
}>

export type Choice = Readonly<{ id: string; label: Words }>
/** Why a recording is kept beyond its period. `numberPattern`: what a well-formed number looks like, null: none is asked. */
export type HoldKind = Choice & Readonly<{ numberPattern: string | null; ruleId: string }>

/** Acts that a second person approves. */
export const approvedActs = [
  'export',
  'erase-early',
  'lift-hold',
  'widen-role',
  'adopt-law',
  'recover-account',
] as const
export type ApprovedAct = (typeof approvedActs)[number]
export type ApprovalRule = Readonly<{ roles: readonly Role[]; expiresAfter: Period; ruleId: string }>

/**
 * The law of one kind of corps, as dated data. `draft` until a jurist has signed it off; screens show that. A profile is
 * a pack too: the values of its base, some of them set within the bounds of the base.
 */
export type LawPack = Readonly<{
  id: string
  /** Grows with each change. Every version there ever was stays: a recording keeps the one in force when it was made. */
  version: number
  /** Id of the pack whose bounds hold; null for a base pack. */
  basedOn: string | null
  since: Day
  status: 'draft' | 'confirmed'
  label: Words
  timeZone: string
  rules: readonly LawRule[]
  retention: Readonly<{ keepFor: Adjustable<Period> }>
  holdKinds: readonly HoldKind[]
  activation: Readonly<{
    warnings: Adjustable<number>
    exceptions: readonly Choice[]
    exceptionsRuleId: string
    triggers: readonly Choice[]
    triggersRuleId: string
    preRecordSeconds: Adjustable<number>
  }>
  purposes: readonly Purpose[]
  acts: Readonly<Record<ActName, ActRule>>
  corpsActs: Readonly<Record<CorpsActName, CorpsActRule>>
  approvals: Readonly<Record<ApprovedAct, ApprovalRule>>
  /** A viewing ends when nothing was asked of it for so long. */
  viewingIdleMinutes: Adjustable<number>
  /** Danger to life: who may break the glass, how long that opens, and by when it must be justified. */
  emergency: Readonly<{ roles: readonly Role[]; opensForHours: number; justifyWithinHours: number; ruleId: string }>
  /** How long entries of the custody log keep their words (art. 25 LED). */
  logRetention: Adjustable<Period>
}>

const countries = ['be', 'nl'] as const
export type Country = (typeof countries)[number]

/** Whose law a pack is: its id begins with the country. */
export function countryOf(packId: string): Country {
  const country = countries.find((one) => packId.startsWith(`${one}-`))
  if (country === undefined) throw new Error(`${packId} does not begin with a country`)
  return country
}

/** What a corps set for itself, within the bounds of its pack. Left out: as the pack has it. */
export type CorpsSettings = Readonly<{
  keepFor?: Period
  warnings?: number
  preRecordSeconds?: number
  viewingIdleMinutes?: number
  logRetention?: Period
  /** Ids of the optional purposes that the corps uses. */
  purposes?: readonly string[]
}>

/**
 * Names a law: a pack in a version with the settings of a corps, such as `nl-boa-den-haag@1` or
 * `be-gpi@1{"keepFor":{"days":60}}`, the settings in canonical JSON. Recordings keep it; it says all.
 */
export type LawKey = string & { readonly __brand: 'LawKey' }

/** The law as it holds for a corps: the pack with the settings applied. */
export type Law = LawPack & Readonly<{ key: LawKey; settings: CorpsSettings }>
