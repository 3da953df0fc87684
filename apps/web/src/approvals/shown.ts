import { roles, type JsonValue } from '@getuige/base'
import { type Approval, holdKind, type ProviderSettings, providerSettings, words } from '@getuige/contract'
import { z } from 'zod'
import { formatDay, formatInstant, formatList } from '../messages/formats.ts'
import { type MessageKey, say, t } from '../messages/translate.ts'

/** What an approver judges by that has a name in words; anything else is shown under the name that it came with. */
const named = [
  'addedAt',
  'alsoExisting',
  'asked',
  'court',
  'decidedOn',
  'documentSha256',
  'dueOn',
  'encryptedFor',
  'endsHolds',
  'hasSignedIn',
  'inForceFrom',
  'kind',
  'label',
  'law',
  'lawBefore',
  'legalBasis',
  'number',
  'passwordGivenAt',
  'passwordGivenBy',
  'person',
  'purpose',
  'recipient',
  'reference',
  'roles',
] as const satisfies readonly (MessageKey extends infer Key
  ? Key extends `approvals.shown.${infer Name}`
    ? Name
    : never
  : never)[]

/** Somebody, or whose key alone opens a package. */
const somebody = z.object({
  name: z.string().optional(),
  title: z.string().optional(),
  login: z.string().optional(),
  recipient: z.string().optional(),
})

type Fact = Readonly<{ id: string; name: string; value: string }>

/** Who signs in there becomes whom: every setting that decides it. */
function sayProvider(settings: ProviderSettings): Fact[] {
  const { label, issuer, clientId, loginClaim, rolesClaim, roleMapping, strongAcr } = settings
  const yesOrNo = (is: boolean) => t(is ? 'recordings.yes' : 'recordings.no')
  const roleOf = ({ value, role }: ProviderSettings['roleMapping'][number]) => `${value} → ${t(`app.role.${role}`)}`
  return [
    { id: 'provider', name: t('ways.provider.title'), value: label },
    { id: 'issuer', name: t('ways.provider.issuer'), value: issuer },
    { id: 'clientId', name: t('ways.provider.clientId'), value: clientId },
    { id: 'loginClaim', name: t('ways.provider.loginClaim'), value: loginClaim },
    {
      id: 'givesRoles',
      name: t('ways.provider.givesRoles'),
      value: rolesClaim === null ? t('recordings.no') : `${rolesClaim}: ${formatList(roleMapping.map(roleOf))}`,
    },
    { id: 'addsPeople', name: t('ways.provider.addsPeople'), value: yesOrNo(settings.addsPeople) },
    { id: 'acceptsOneFactor', name: t('ways.provider.acceptsOneFactor'), value: yesOrNo(settings.acceptsOneFactor) },
    ...(strongAcr.length === 0
      ? []
      : [{ id: 'strongAcr', name: t('ways.provider.strongAcr'), value: formatList([...strongAcr]) }]),
  ]
}

const identityAsked = z.object({ issuer: z.string(), login: z.string() })

/** Whose login at the provider becomes this person's. */
function sayIdentity({ issuer, login }: z.output<typeof identityAsked>): Fact[] {
  return [
    { id: 'identityLogin', name: t('ways.provider.login'), value: login },
    { id: 'identityIssuer', name: t('ways.provider.issuer'), value: issuer },
  ]
}

/** Names and values in the person's language, in the order in which they were given; what says nothing is left out. */
export function sayShown(shown: Approval['shown']): Fact[] {
  return Object.entries(shown).flatMap(([id, value]) => {
    if (id === 'identityProvider') {
      const settings = providerSettings.safeParse(value)
      if (settings.success) return sayProvider(settings.data)
    }
    if (id === 'identity') {
      const identity = z.safeParse(identityAsked, value)
      if (identity.success) return sayIdentity(identity.data)
    }
    const known = named.find((each) => each === id)
    const said = id === 'encryptedFor' && value === null ? t('approvals.notEncrypted') : sayValue(id, value)
    if (said === null || id === 'id') return []
    return [{ id, name: known === undefined ? id : t(`approvals.shown.${known}`), value: said }]
  })
}

function sayValue(id: string, value: JsonValue): string | null {
  if (value === null || value === '') return null
  if (typeof value === 'boolean') return t(value ? 'recordings.yes' : 'recordings.no')
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return formatList(value.map((each: JsonValue) => sayValue(id, each) ?? ''))
  if (typeof value !== 'string') {
    const inWords = words.safeParse(value)
    if (inWords.success) return say(inWords.data)
    const { name, title, login, recipient } = somebody.safeParse(value).data ?? {}
    const parts = [name, title, login, name === undefined ? recipient : undefined]
    return parts.filter((part) => part !== undefined && part !== '').join(', ') || JSON.stringify(value)
  }
  if (id === 'roles' || id === 'asked') {
    const role = roles.find((each) => each === value)
    if (role !== undefined) return t(`app.role.${role}`)
  }
  if (id === 'kind') {
    const kind = z.safeParse(holdKind, value)
    if (kind.success && (kind.data === 'report' || kind.data === 'complaint')) {
      return t(`recordings.holdKind.${kind.data}`)
    }
  }
  if (id.endsWith('On') && /^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDay(value)
  if ((id.endsWith('At') || id === 'inForceFrom') && !Number.isNaN(Date.parse(value))) return formatInstant(value)
  return value
}
