import type { CorpsId, DockId, PersonId } from './ids.ts'

/** What a person is to the corps; somebody may be several things. What each may do is in the law packs. */
export const roles = [
  'enforcer',
  'shift-lead',
  'fleet-manager',
  'records-officer',
  'investigator',
  'complaint-handler',
  'trainer',
  'prosecutor',
  'data-protection-officer',
  'auditor',
  'administrator',
] as const
export type Role = (typeof roles)[number]

/**
 * Whoever acts. Names and titles are as they were at the time of the act and go into the custody trail, never into logs. `system`
 * is Getuige itself, for what it does on its own: sealing, probing, nightly erasure.
 */
export type Actor = Readonly<
  | { kind: 'person'; id: PersonId; corpsId: CorpsId; name: string; title: string; roles: readonly Role[] }
  | { kind: 'dock'; id: DockId; corpsId: CorpsId; name: string }
  | { kind: 'system'; corpsId: CorpsId }
>

export type PersonActor = Extract<Actor, { kind: 'person' }>
