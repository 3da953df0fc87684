import { type Role, roles } from '@getuige/base'
import type { SessionState } from '@getuige/contract'
import type { MessageKey } from '../messages/translate.ts'

export type Destination = Readonly<{
  to:
    | '/approvals'
    | '/mandates'
    | '/oversight'
    | '/access-log'
    | '/law'
    | '/recordings'
    | '/own'
    | '/upload'
    | '/people'
    | '/cameras'
    | '/retention'
    | '/verification'
    | '/tasks'
  label: MessageKey
  /** Pressed after G. */
  key: string
  /** Whose bar shows it. The server decides what each may do there. */
  roles: readonly Role[]
  /** Only where the law lets a prosecutor's decision open a recording. */
  isAboutMandates?: boolean
}>

/** In the order of the bar: what somebody works in most comes first, and is where they begin. Add yours where it belongs. */
export const destinations: readonly Destination[] = [
  { to: '/oversight', label: 'app.nav.oversight', key: 's', roles: ['data-protection-officer', 'auditor'] },
  { to: '/access-log', label: 'app.nav.accessLog', key: 'x', roles: ['data-protection-officer', 'auditor'] },
  {
    to: '/recordings',
    label: 'app.nav.recordings',
    key: 'r',
    roles: ['records-officer', 'investigator', 'complaint-handler', 'trainer', 'data-protection-officer'],
  },
  {
    to: '/mandates',
    isAboutMandates: true,
    label: 'app.nav.mandates',
    key: 'm',
    roles: ['prosecutor', 'records-officer', 'data-protection-officer', 'auditor'],
  },
  {
    to: '/approvals',
    label: 'app.nav.approvals',
    key: 'a',
    roles: ['records-officer', 'administrator', 'data-protection-officer', 'investigator', 'complaint-handler'],
  },
  { to: '/own', label: 'app.nav.own', key: 'o', roles: ['enforcer'] },
  { to: '/people', label: 'app.nav.people', key: 'p', roles: ['administrator'] },
  {
    to: '/upload',
    label: 'app.nav.upload',
    key: 'u',
    roles: ['records-officer', 'enforcer', 'shift-lead', 'fleet-manager', 'administrator'],
  },
  {
    to: '/cameras',
    label: 'app.nav.cameras',
    key: 'c',
    roles: ['fleet-manager', 'shift-lead', 'administrator', 'records-officer'],
  },
  {
    to: '/retention',
    label: 'app.nav.retention',
    key: 't',
    roles: ['administrator', 'records-officer', 'data-protection-officer', 'auditor'],
  },
  {
    to: '/verification',
    label: 'app.nav.verification',
    key: 'v',
    roles: ['administrator', 'records-officer', 'data-protection-officer', 'auditor'],
  },
  {
    to: '/tasks',
    label: 'tasks.title',
    key: 'k',
    roles: ['records-officer', 'investigator', 'complaint-handler', 'trainer', 'data-protection-officer'],
  },
  { to: '/law', label: 'app.nav.law', key: 'l', roles },
]

/** Where somebody begins: the first place their bar shows; who has none yet begins with their own account. */
export function homeOf(session: Signed): Destination['to'] | '/account' {
  return destinationsOf(session)[0]?.to ?? '/account'
}

type Signed = Readonly<{
  person: Pick<SessionState['person'], 'roles'>
  corps: Readonly<{ lawPack: Pick<SessionState['corps']['lawPack'], 'hasMandates'> }>
}>

export function destinationsOf({ person, corps }: Signed): readonly Destination[] {
  return destinations.filter(
    ({ roles, isAboutMandates = false }) =>
      roles.some((role) => person.roles.includes(role)) && (corps.lawPack.hasMandates || !isAboutMandates),
  )
}
