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
  { to: '/upload', label: 'app.nav.upload', key: 'u', roles: ['records-officer', 'enforcer', 'administrator'] },
  { to: '/corps', label: 'app.nav.people', key: 'p', roles: ['administrator'] },
  { to: '/cameras', label: 'app.nav.cameras', key: 'c', roles: ['administrator', 'records-officer'] },
  { to: '/retention', label: 'app.nav.retention', key: 't', roles: ['administrator', 'records-officer'] },
  { to: '/verification', label: 'app.nav.verification', key: 'v', roles: ['administrator', 'records-officer'] },
]

const homes: Record<Role, Destination['to']> = {
  administrator: '/corps',
  'records-officer': '/recordings',
  enforcer: '/own',
}

export function homeOf(role: Role): Destination['to'] {
  return homes[role]
}

export function destinationsOf(role: Role): readonly Destination[] {
  return destinations.filter((destination) => destination.roles.includes(role))
}
