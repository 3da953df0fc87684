import {
  addPeriod,
  type CorpsId,
  type JsonValue,
  type Language,
  languages,
  type PersonActor,
  type PersonId,
  type Role,
  roles,
  startOfDay,
  type Words,
} from '@getuige/base'
import type { AccessLogEntry, AccessLogFilters } from '@getuige/contract'
import { emergencyPurposeId, emergencyPurposeLabel } from '#access'
import { type EntryType, type LogPosition, type LogQuery, type StoredEntry, type Verb, verbOf } from '#custody'
import { entryWords } from '#cases'
import { onceInAWhile } from '#platform/clock'
import { AppError } from '#platform/errors'
import type { OversightDeps } from './deps.ts'
import { listCamerasOf } from './store.ts'

export type Filters = Omit<AccessLogFilters, 'scope'> & Readonly<{ scope?: AccessLogFilters['scope'] | undefined }>

const entryTypes = Object.keys(verbOf) as EntryType[]
/** What was done with recordings and with the log itself; the rest is about people, settings and keys. */
export const processingTypes: readonly EntryType[] = entryTypes.filter((type) => verbOf[type] !== null)

/** Types that the filters may name, those of processing first. */
export const namedTypes = (scope: AccessLogFilters['scope']): readonly EntryType[] =>
  scope === 'everything' ? entryTypes : processingTypes

export function toLogQuery(filters: Filters, timeZone: string): LogQuery {
  const { from, to, verb, type, personId, recordingId, purpose, recipient, words } = filters
  const untilDay = to === undefined ? undefined : addPeriod(startOfDay(to, timeZone), { days: 1 }, timeZone)
  return {
    from: from === undefined ? undefined : startOfDay(from, timeZone),
    until: untilDay,
    types: typesOf(filters.scope ?? 'processing', verb, type),
    recordingId,
    actorId: personId,
    actorName: filters.person,
    purpose,
    recipient,
    words,
  }
}

/** Undefined: of every type. A type that is named is found whatever the scope. */
function typesOf(scope: string, verb: Verb | undefined, type: string | undefined): readonly EntryType[] | undefined {
  if (type === undefined && verb === undefined) return scope === 'everything' ? undefined : processingTypes
  return entryTypes.filter(
    (one) => (type === undefined || one === type) && (verb === undefined || verbOf[one] === verb),
  )
}

/**
 * The log as people read it: who, when, which act, what, why, on what basis and to whom. Purposes are named as the law in
 * force calls them now; all else is as it was entered.
 */
export async function describeEntries(
  deps: OversightDeps,
  corpsId: CorpsId,
  entries: readonly StoredEntry[],
): Promise<AccessLogEntry[]> {
  const recordingIds = [...new Set(entries.flatMap(({ recordingId }) => recordingId ?? []))]
  const [cameras, purposes, origins] = await Promise.all([
    listCamerasOf(deps.db.of(corpsId), recordingIds),
    purposesOf(deps, corpsId),
    originsOf(deps, corpsId),
  ])
  return entries.map((entry) => describeEntry(entry, { cameras, purposes, origins }))
}

export type Known = Readonly<{
  cameras: ReadonlyMap<string, string>
  purposes: readonly Readonly<{ id: string; label: Words }>[]
  origins: ReadonlyMap<string, string>
}>

export async function purposesOf(deps: OversightDeps, corpsId: CorpsId): Promise<Known['purposes']> {
  const law = await deps.lawAt(corpsId, deps.clock.now())
  const stated = law.purposes.map(({ id, label }) => ({ id, label }))
  return [...stated, { id: emergencyPurposeId, label: emergencyPurposeLabel }]
}

export async function originsOf(deps: OversightDeps, corpsId: CorpsId): Promise<Known['origins']> {
  return new Map((await deps.custody.logs(corpsId)).map(({ id, origin }) => [id, origin]))
}

export function describeEntry(entry: StoredEntry, { cameras, purposes, origins }: Known): AccessLogEntry {
  const { actor, at, details, id, logId, logIndex, recordingId, type } = entry
  const purposeId = textOf(details['purpose'])
  const listed: readonly JsonValue[] = Array.isArray(details['ruleIds']) ? details['ruleIds'] : []
  const ruleIds = [details['ruleId'], ...listed]
  return {
    id,
    at: at.toISOString(),
    verb: verbOf[type] ?? null,
    type,
    label: plainWords(type),
    actor: describeActor(actor),
    recording: recordingId === null ? null : { id: recordingId, camera: cameras.get(recordingId) ?? null },
    purpose:
      purposeId === null
        ? null
        : { id: purposeId, label: purposes.find((purpose) => purpose.id === purposeId)?.label ?? null },
    reason: textOf(details['reason']) ?? textOf(details['justification']) ?? textOf(details['note']),
    reference: textOf(details['reference']) ?? textOf(details['number']),
    legalBasis: wordsOf(details['legalBasis']),
    ruleIds: [...new Set(ruleIds.flatMap((rule) => textOf(rule) ?? []))],
    recipient: textOf(details['recipient']),
    asked: readAsked(details['asked']),
    log: { origin: origins.get(logId) ?? logId, index: logIndex ?? -1 },
  }
}

/** As the custody report says it of an entry without details; an entry of a later version by its type. */
export function plainWords(type: EntryType): Words {
  const said: Words | undefined = entryWords[type]
  const plain = (language: Language) => said?.[language].split('|')[0] ?? type
  return { nl: plain('nl'), fr: plain('fr'), de: plain('de'), en: plain('en') }
}

/** Null where the words of the entry are erased. */
function describeActor(actor: StoredEntry['actor']): AccessLogEntry['actor'] {
  const name = textOf(actor['name']) ?? ''
  switch (textOf(actor['kind']) ?? 'erased') {
    case 'person': {
      // Entries made before people could have several roles name the one.
      const listed: readonly (JsonValue | undefined)[] = Array.isArray(actor['roles'])
        ? actor['roles']
        : [actor['role']]
      const had = roles.filter((role) => listed.includes(role))
      return {
        kind: 'person',
        id: (textOf(actor['id']) ?? '') as PersonId,
        name,
        title: textOf(actor['title']) ?? '',
        roles: had satisfies Role[],
      }
    }
    case 'dock':
      return { kind: 'dock', name }
    case 'system':
      return { kind: 'system' }
    default:
      return null
  }
}

function readAsked(value: JsonValue | undefined): AccessLogEntry['asked'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const given = Object.entries(value).flatMap(([name, part]) =>
    typeof part === 'string' || typeof part === 'boolean' ? [[name, part] as const] : [],
  )
  return Object.fromEntries(given)
}

const textOf = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null

function wordsOf(value: JsonValue | undefined): Words | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const said = value as Readonly<Record<string, JsonValue>>
  const [nl, fr, de, en] = languages.map((language) => textOf(said[language]) ?? '')
  return { nl: nl ?? '', fr: fr ?? '', de: de ?? '', en: en ?? '' }
}

const onceMs = 60_000
const mostKnown = 1000

/** Looking into the log is entered in it: each question once a minute of the same person, its pages among it. */
export function openSearches(deps: OversightDeps) {
  const isNew = onceInAWhile(deps.clock, { everyMs: onceMs, most: mostKnown })

  /** Custody: `log-searched`, with what was asked for. */
  async function enter(actor: PersonActor, asked: Readonly<Record<string, JsonValue>>): Promise<void> {
    if (!isNew(`${actor.id} ${JSON.stringify(asked)}`)) return
    await deps.custody.act(actor, (_tx, record) =>
      record({ type: 'log-searched', recordingId: null, details: { asked } }),
    )
  }

  return {
    enter,
    /** Throws `access/denied`. */
    async search(
      actor: PersonActor,
      filters: Filters,
      page: Readonly<{ after: string | undefined; limit: number }>,
    ): Promise<{ entries: AccessLogEntry[]; next: string | null; waiting: number }> {
      await deps.access.requireCorps('read-access-log', actor)
      const after = page.after === undefined ? undefined : parsePosition(page.after)
      await enter(actor, kindOf(filters))
      const { timeZone } = await deps.corpsOf(actor.corpsId)
      const found = await deps.custody.search(actor.corpsId, toLogQuery(filters, timeZone), {
        after,
        limit: page.limit + 1,
      })
      const shown = found.slice(0, page.limit)
      const last = shown.at(-1)
      return {
        entries: await describeEntries(deps, actor.corpsId, shown),
        next: found.length > page.limit && last !== undefined ? formatPosition(last) : null,
        waiting: await deps.custody.countWaiting(actor.corpsId),
      }
    },
  }
}

/** What was asked, without the words: those may be somebody's name. */
export function kindOf(filters: Filters): Record<string, JsonValue> {
  const { person, words, recipient, scope, ...ids } = filters
  const asked: Record<string, JsonValue> = { scope: scope ?? 'processing' }
  for (const [name, value] of Object.entries(ids)) if (typeof value === 'string') asked[name] = value
  for (const [name, value] of Object.entries({ person, words, recipient })) {
    if (value !== undefined) asked[name] = true
  }
  return asked
}

export function formatPosition({ at, serial }: LogPosition): string {
  return `${at.toISOString()}.${serial}`
}

/** Throws `request/invalid`. */
function parsePosition(text: string): LogPosition {
  const [, instant = '', serial = ''] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z)\.(\d{1,15})$/.exec(text) ?? []
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) throw new AppError('request/invalid')
  return { at, serial: Number(serial) }
}
