import type { GrantId, PersonActor, Words } from '@getuige/base'
import type { Permission } from '@getuige/contract'
import { decideAct, type Law, type Purpose, type PurposefulActName, requireRule, resolveLaw } from '@getuige/law'
import type { RegisteredRecording } from '#recordings'
import { AppError } from '#platform/errors'
import type { Reader } from '#platform/database'
import type { AccessDeps } from './deps.ts'
import { type Decisions, grantsOn } from './decisions.ts'
import type { KnownGrant } from './grants.ts'
import { toPermission } from './permission.ts'

export type StatedPurpose = Readonly<{ purpose: string; reference: string | null; reason: string }>

/** A purpose that holds for this person, recording and moment, as the entry in the custody log tells it. */
export type GroundedPurpose = Readonly<{
  id: string
  label: Words
  legalBasis: Words
  ruleId: string
  ruleIds: readonly string[]
  /** Whether the number looks as such numbers do; null where none is asked, or any will do. */
  isReferenceAsExpected: boolean | null
  /** What opened it beyond the plain rules, if anything had to. */
  openedBy: readonly Readonly<{ grantId: GrantId; kind: KnownGrant['kind']; reference: string | null }>[]
}>

/** What a person views for in danger to life, once the glass is broken; no purpose of the law. */
export const emergencyPurposeId = 'danger-to-life'

export const emergencyPurposeLabel: Words = {
  nl: 'Levensgevaar',
  fr: 'Danger de mort',
  de: 'Lebensgefahr',
  en: 'Danger to life',
}

/**
 * The purpose of the law of the recording, with its number where it asks for one. Throws as `require` does, and
 * `request/invalid` for want of the number.
 */
export async function requirePurpose(
  { clock, decisions }: Pick<AccessDeps, 'clock'> & Readonly<{ decisions: Decisions }>,
  reader: Reader,
  act: PurposefulActName,
  actor: PersonActor,
  recording: RegisteredRecording,
  stated: Pick<StatedPurpose, 'purpose' | 'reference'>,
): Promise<GroundedPurpose> {
  const law = resolveLaw(recording.law)
  const now = clock.now()
  const isEmergency = act === 'view' && stated.purpose === emergencyPurposeId
  const [emergencies, others] = split(await grantsOn(reader, recording.id))
  const usable = isEmergency ? emergencies : others
  const decisionWith = (grants: readonly KnownGrant[]) => decideAct(act, actor, recording, grants, now, stated.purpose)
  const decision = decisionWith(usable)
  if (!decision.allowed) return decisions.refuse(reader, act, actor, recording, decision, stated.purpose)

  const openedBy = decisionWith([]).allowed
    ? []
    : usable.filter((grant) => isInForce(grant, actor, stated.purpose, now))
  const described = {
    ruleIds: decision.rules,
    openedBy: openedBy.map(({ id, kind, reference }) => ({ grantId: id, kind, reference })),
  }
  if (isEmergency) {
    return { ...emergencyPurpose(law), ruleId: law.emergency.ruleId, isReferenceAsExpected: null, ...described }
  }
  const purpose = law.purposes.find(({ id }) => id === stated.purpose)
  if (purpose === undefined) throw new Error(`a decision allowed a purpose that ${law.key} does not have`)
  if (purpose.asksReference && stated.reference === null) throw new AppError('request/invalid')
  const { id, label, legalBasis, ruleId, referencePattern } = purpose
  const isReferenceAsExpected =
    referencePattern === null || stated.reference === null ? null : new RegExp(referencePattern).test(stated.reference)
  return { id, label, legalBasis, ruleId, isReferenceAsExpected, ...described }
}

function isInForce(grant: KnownGrant, actor: PersonActor, purposeId: string, now: Date): boolean {
  if (now < grant.fromAt || now >= grant.untilAt) return false
  if (grant.kind === 'mandate') return true
  return grant.personId === actor.id && (grant.kind === 'emergency' || grant.purposeId === purposeId)
}

const emergencyPurpose = (law: Law) => ({
  id: emergencyPurposeId,
  label: emergencyPurposeLabel,
  legalBasis: requireRule(law, law.emergency.ruleId).label,
})

export type PurposeToChoose = Pick<Purpose, 'id' | 'label' | 'legalBasis' | 'asksReference' | 'referencePattern'> &
  Readonly<{ may: Record<'view' | 'export', Permission | null> }>

/**
 * Every purpose of the law that serves to view or to export, and whether this person may use it for each; null where it
 * does not serve. Once the person broke the glass, danger to life stands before them.
 */
export async function listPurposes(
  { clock }: Pick<AccessDeps, 'clock'>,
  reader: Reader,
  actor: PersonActor,
  recording: RegisteredRecording,
): Promise<PurposeToChoose[]> {
  const law = resolveLaw(recording.law)
  const now = clock.now()
  const [emergencies, grants] = split(await grantsOn(reader, recording.id))
  const may = (act: 'view' | 'export', { id, acts, roles }: Purpose) =>
    acts.includes(act) ? toPermission(decideAct(act, actor, recording, grants, now, id), { law, roles }) : null
  const choices = law.purposes
    .map((purpose) => ({ ...purpose, may: { view: may('view', purpose), export: may('export', purpose) } }))
    .filter((choice) => choice.may.view !== null || choice.may.export !== null)
  const opened = decideAct('view', actor, recording, emergencies, now, emergencyPurposeId)
  if (!opened.allowed) return choices
  const view: Permission = { allowed: true }
  return [
    { ...emergencyPurpose(law), asksReference: false, referencePattern: null, may: { view, export: null } },
    ...choices,
  ]
}

/** Danger to life is no purpose of the law, and opens none. */
function split(grants: readonly KnownGrant[]): [emergencies: KnownGrant[], others: KnownGrant[]] {
  const isEmergency = ({ kind }: KnownGrant) => kind === 'emergency'
  return [grants.filter(isEmergency), grants.filter((grant) => !isEmergency(grant))]
}
