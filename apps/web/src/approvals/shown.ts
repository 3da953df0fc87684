import { roles, type JsonValue } from '@getuige/base'
import { type Approval, holdKind, words } from '@getuige/contract'
import { z } from 'zod'
import { formatDay, formatInstant, formatList } from '../messages/formats.ts'
import { type MessageKey, say, t } from '../messages/translate.ts'

/** What an approver judges by that has a name in words; anything else is shown under the name that it came with. */
const named = [
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

/** Names and values in the person's language, in the order in which they were given; what says nothing is left out. */
export function sayShown(shown: Approval['shown']): { id: string; name: string; value: string }[] {
  return Object.entries(shown).flatMap(([id, value]) => {
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
