import type { PersonActor, Role, Words } from '@getuige/base'
import type { Permission } from '@getuige/contract'

/** What people do to a recording, as far as the law pack says who may. */
export const actNames = ['view', 'place-hold', 'lift-hold', 'export', 'complete-activation'] as const
export type ActName = (typeof actNames)[number]

export type Rule = Readonly<{ id: string; label: Words }>
/** Who may do an act, and the rule of the pack that says so. `onlyOwn`: each only with recordings they wore. */
export type ActRule = Readonly<{ roles: readonly Role[]; onlyOwn: boolean; rule: Rule }>
/** What a viewing or a disclosure may be for. */
export type Purpose = Readonly<{
  id: string
  label: Words
  legalBasis: Words
  asksReference: boolean
  roles: readonly Role[]
  rule: Rule
}>
export type AccessRules = Readonly<{ acts: Readonly<Record<ActName, ActRule>>; purposes: readonly Purpose[] }>

export type RecordingFacts = Readonly<{
  wearerId: string | null
  state: 'stored' | 'viewable' | 'erasing' | 'erased'
  /** Null: not probed yet. */
  playable: boolean | null
  isHeld: boolean
}>

type Person = Pick<PersonActor, 'id' | 'roles'>

const isOne = (person: Person, roles: readonly Role[]) => person.roles.some((role) => roles.includes(role))

/**
 * Decide whether a person may do an act on a recording. The role decides first: who may not is told nothing about the
 * recording that the role would not show.
 */
export function decideAct(act: ActName, person: Person, recording: RecordingFacts, rules: AccessRules): Permission {
  const { roles, onlyOwn, rule } = rules.acts[act]
  if (!isOne(person, roles)) return refuse('role', rule, roles)
  if (onlyOwn && recording.wearerId !== person.id) return refuse('own-recordings-only', rule, roles)
  if (recording.state === 'erased') return refuse('erased', null, [])
  if (recording.state === 'erasing') return refuse('being-erased', null, [])
  if (act === 'view' && recording.playable === null) return refuse('not-yet-viewable', null, [])
  if (act === 'view' && recording.playable === false) return refuse('cannot-be-decoded', null, [])
  if (act === 'lift-hold' && !recording.isHeld) return refuse('not-held', null, [])
  return { allowed: true }
}

/** Decide whether a person may use a purpose of the pack. */
export function decidePurpose(purpose: Purpose, person: Person): Permission {
  return isOne(person, purpose.roles) ? { allowed: true } : refuse('purpose', purpose.rule, purpose.roles)
}

/** Decide whether a person may know that a recording exists: those who handle all, and the wearer of this one. */
export function mayKnow(person: Person, recording: Pick<RecordingFacts, 'wearerId'>): boolean {
  if (person.roles.includes('records-officer')) return true
  return person.roles.includes('enforcer') && recording.wearerId === person.id
}

/** Decide what of the register a person may list. */
export function mayList(person: Person, which: 'all' | 'own'): boolean {
  return person.roles.includes(which === 'all' ? 'records-officer' : 'enforcer')
}

/** Decide who sees how much is kept and erased, and when: those who answer for it, and they see no recording by it. */
export function maySeeRetention(person: Person): boolean {
  return isOne(person, ['records-officer', 'administrator'])
}

/** Decide who runs the corps: people, cameras, docks, and the erasure of what is due. */
export function mayAdminister(person: Person): boolean {
  return person.roles.includes('administrator')
}

function refuse(
  because: Extract<Permission, { allowed: false }>['because'],
  rule: Rule | null,
  whoMay: readonly Role[],
): Permission {
  return { allowed: false, because, rule, whoMay: [...whoMay] }
}
