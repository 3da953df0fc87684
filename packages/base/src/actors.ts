import type { CorpsId, DockId, PersonId } from './ids.ts'

/** What a person is to the corps. One role a person; what each may do is decided in `access`. */
export const roles = ['administrator', 'records-officer', 'enforcer'] as const
export type Role = (typeof roles)[number]

/**
 * Whoever acts. Names are as they were at the time of the act and go into the custody trail, never into logs. `system`
 * is Getuige itself, for what it does on its own: sealing, probing, nightly erasure.
 */
export type Actor = Readonly<
  | { kind: 'person'; id: PersonId; corpsId: CorpsId; name: string; role: Role }
  | { kind: 'dock'; id: DockId; corpsId: CorpsId; name: string }
  | { kind: 'system'; corpsId: CorpsId }
>

export type PersonActor = Extract<Actor, { kind: 'person' }>
