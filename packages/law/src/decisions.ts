import type { Role } from '@getuige/base'
import type { ActName, CorpsActName } from './acts.ts'
import type { Because, Decision, Grant, Granting, PersonFacts, RecordingFacts } from './facts.ts'
import { resolveLaw } from './laws.ts'
import type { Allowance, Law } from './pack.ts'
import { breakingTheGlass, type Way, waysTo, type WindowInTime } from './ways.ts'

/**
 * Decide whether a person may do an act on a recording, now. `grants` are those about this very recording. Without a
 * purpose: allowed when some purpose would do. The role decides before the state: who may not is told nothing about the
 * recording that the role would not show.
 *
 * @law docs/law, the tables of each pack
 */
export function decideAct(
  act: ActName,
  person: PersonFacts,
  recording: RecordingFacts,
  grants: readonly Grant[],
  now: Date,
  purposeId?: string,
): Decision {
  const law = resolveLaw(recording.law)
  const inForce = grants.length === 0 ? grants : grants.filter(({ fromAt, untilAt }) => fromAt <= now && now < untilAt)
  const facts: Facts = { law, person, recording, grants: inForce, now }
  const opened = decideWays(act, facts, purposeId)
  if (!opened.allowed) return opened
  const because = decideState(act, recording)
  return because === null ? opened : { allowed: false, because, rules: [], granting: [] }
}

/** Decide whether a person may do what is about no recording in particular. */
export function decideCorpsAct(act: CorpsActName, person: PersonFacts, law: Law): Decision {
  const { roles, ruleId } = law.corpsActs[act]
  if (isOne(person, roles)) return { allowed: true, rules: [ruleId] }
  return { allowed: false, because: 'role', rules: [ruleId], granting: by(roles, 'role') }
}

type Facts = Readonly<{
  law: Law
  person: PersonFacts
  recording: RecordingFacts
  grants: readonly Grant[]
  now: Date
}>

const isOne = (person: PersonFacts, roles: readonly Role[]) => person.roles.some((role) => roles.includes(role))

/** How far a way led before it closed; of several refusals the one that came furthest is told. */
const order = ['own-recordings-only', 'assigned-recordings-only', 'window-over', 'mandate-needed']

/**
 * Any one way opens: a role with its reach and, for acts that have one, a purpose of that role within its window. Where
 * none does, a broken glass may.
 */
function decideWays(act: ActName, facts: Facts, purposeId: string | undefined): Decision {
  let refusal: Refusal | undefined
  for (const way of waysTo(act, facts.person, facts.law, purposeId)) {
    const decision = decideWay(act, way, facts)
    if (decision.allowed) return decision
    if (refusal === undefined || order.indexOf(decision.because) > order.indexOf(refusal.because)) refusal = decision
  }
  if (act === 'view' && isGlassBroken(facts)) return { allowed: true, rules: [facts.law.emergency.ruleId] }
  return refusal ?? refuseAtTheDoor(act, facts, purposeId)
}

/** By this person, who still may: a grant outlives a role, and a role that was lost opens nothing. */
function isGlassBroken(facts: Facts): boolean {
  const { law, person, grants } = facts
  if (!grants.some((grant) => grant.kind === 'emergency' && grant.personId === person.id)) return false
  return waysTo(breakingTheGlass, person, law).some(({ allowance }) => isReached(allowance, null, facts))
}

type Refusal = Extract<Decision, { allowed: false }>

/** No role of the person does this act, or none for this purpose. */
function refuseAtTheDoor(act: ActName, { law, person }: Facts, purposeId: string | undefined): Refusal {
  const { allowances, ruleId } = law.acts[act]
  const roles = allowances.map(({ role }) => role)
  if (!isOne(person, roles)) {
    return { allowed: false, because: 'role', rules: [ruleId], granting: by(whoMay(act, law), 'role') }
  }
  const purposes = law.purposes.filter(({ id, acts }) => {
    return (purposeId === undefined || id === purposeId) && acts.some((each) => each === act)
  })
  const users = roles.filter((role) => purposes.some((purpose) => purpose.roles.includes(role)))
  const rules = distinct([...purposes.map((purpose) => purpose.ruleId), ruleId])
  return { allowed: false, because: 'purpose', rules, granting: by(users, 'role') }
}

function decideWay(act: ActName, { allowance, purpose }: Way, facts: Facts): Decision {
  const { law } = facts
  const { ruleId } = law.acts[act]
  const rules = purpose === null ? [ruleId] : distinct([purpose.ruleId, ruleId])
  if (!isReached(allowance, purpose, facts)) {
    return allowance.reach === 'assigned'
      ? {
          allowed: false,
          because: 'assigned-recordings-only',
          rules,
          granting: by(whoMay('assign', law), 'assignment'),
        }
      : { allowed: false, because: 'own-recordings-only', rules, granting: by(whoMay(act, law), 'role') }
  }
  const window = purpose?.window ?? null
  if (window === null) return { allowed: true, rules }
  return decideWindow(act, window, distinct([window.ruleId, ...rules]), facts)
}

/** Within the window a purpose suffices; afterwards nothing does, or a decision of the prosecutor on this very recording. */
function decideWindow(act: ActName, window: WindowInTime, rules: readonly string[], facts: Facts): Decision {
  const { law, recording, grants, now } = facts
  if (recording.recordedAt >= window.cutOff(now)) return { allowed: true, rules }
  const emergency = act === 'view' ? by(law.emergency.roles, 'emergency') : []
  if (window.afterwards === 'closed') return { allowed: false, because: 'window-over', rules, granting: emergency }
  if (grants.some(({ kind }) => kind === 'mandate')) return { allowed: true, rules }
  const granting = [...by(law.corpsActs['decide-mandates'].roles, 'mandate'), ...emergency]
  return { allowed: false, because: 'mandate-needed', rules, granting }
}

function isReached({ reach }: Allowance, purpose: Way['purpose'], { person, recording, grants }: Facts): boolean {
  switch (reach) {
    case 'all':
      return true
    case 'own':
      return recording.wearerId === person.id
    case 'assigned':
      return grants.some(
        (grant) =>
          grant.kind === 'assignment' &&
          grant.personId === person.id &&
          (purpose === null || grant.purposeId === purpose.id),
      )
  }
}

/** What stands in the way in the recording itself, whoever asks. That it was is never erased. */
function decideState(act: ActName, { state, playable, isHeld }: RecordingFacts): Because | null {
  if (act === 'know') return null
  if (state === 'erased') return 'erased'
  if (state === 'erasing') return 'being-erased'
  if (needsPictures(act) && playable === null) return 'not-yet-viewable'
  if (needsPictures(act) && playable === false) return 'cannot-be-decoded'
  if (act === 'lift-hold' && !isHeld) return 'not-held'
  return null
}

/** What cannot be decoded may be exported, but not shown. */
export function needsPictures(act: ActName): boolean {
  return act === 'preview' || act === 'view' || act === 'break-glass'
}

/** Whom to turn to for an act: those who may do it to every recording, if there are any. */
function whoMay(act: ActName, law: Law): readonly Role[] {
  const { allowances } = law.acts[act]
  const everywhere = allowances.filter(({ reach }) => reach === 'all')
  return (everywhere.length > 0 ? everywhere : allowances).map(({ role }) => role)
}

function by(roles: readonly Role[], how: Granting['how']): readonly Granting[] {
  return roles.length === 0 ? [] : [{ by: roles, how }]
}

const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)]
