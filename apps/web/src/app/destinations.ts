import type { Role } from '@getuige/base'
import type { MessageKey } from '../messages/translate.ts'

export type Destination = Readonly<{
  to: '/recordings' | '/own' | '/upload' | '/corps' | '/cameras' | '/retention' | '/verification'
  label: MessageKey
  /** Pressed after G. */
  key: string
  /** Whose bar shows it. The server decides what each may do there. */
  roles: readonly Role[]
}>

export const destinations: readonly Destination[] = [
  { to: '/recordings', label: 'app.nav.recordings', key: 'r', roles: ['records-officer'] },
  { to: '/own', label: 'app.nav.own', key: 'o', roles: ['enforcer'] },
  { to: '/corps', label: 'app.nav.people', key: 'p', roles: ['administrator'] },
  { to: '/upload', label: 'app.nav.upload', key: 'u', roles: ['records-officer', 'enforcer', 'administrator'] },
  { to: '/cameras', label: 'app.nav.cameras', key: 'c', roles: ['administrator', 'records-officer'] },
  { to: '/retention', label: 'app.nav.retention', key: 't', roles: ['administrator', 'records-officer'] },
  { to: '/verification', label: 'app.nav.verification', key: 'v', roles: ['administrator', 'records-officer'] },
]

/** Where somebody begins: the first place their bar shows; who has none begins with what stands behind the evidence. */
export function homeOf(roles: readonly Role[]): Destination['to'] {
  return destinationsOf(roles)[0]?.to ?? '/verification'
}

export function destinationsOf(roles: readonly Role[]): readonly Destination[] {
  return destinations.filter((destination) => destination.roles.some((role) => roles.includes(role)))
}
