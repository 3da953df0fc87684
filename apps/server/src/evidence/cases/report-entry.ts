import type { JsonValue, Language, Words } from '@getuige/base'
import { canonicalJson, languages, roles } from '@getuige/base'
import { packs } from '@getuige/law'
import type { Run } from './report-text.ts'
import { detailWords, entryWords, reportWords, roleWords, valueWords } from './report-words.ts'

type Fields = Readonly<Record<string, JsonValue>>

/** Told on lines of their own, in this order; the rest of what an entry carries follows in one paragraph. */
const first = ['purpose', 'kind', 'number', 'reference', 'recipient', 'reason', 'legalBasis']

/** A sentence that says what was done, then all that the entry carries about it, nothing left out. */
export function sayEntry(fields: Fields, language: Language, timeZone: string): Run[][] {
  const details = objectOf(fields['details'])
  const { sentence, told } = saySentence(fields['type'], details, language)
  const rest = Object.entries(details).filter(([name, value]) => !told.has(name) && value !== null && value !== '')
  const lines = first.flatMap((name) => rest.filter(([other]) => other === name))
  const others = rest.filter(([name]) => !first.includes(name))
  return [
    [{ text: sentence, style: 'strong' }],
    ...lines.map(([name, value]) => sayDetail(name, value, language, timeZone)),
    others.flatMap(([name, value], i) => sayDetail(name, value, language, timeZone, i < others.length - 1)),
  ]
}

function saySentence(type: JsonValue | undefined, details: Fields, language: Language) {
  const words = Object.entries(entryWords).find(([known]) => known === type)?.[1]
  // A type that a later version entered: told by its name, with all it carries.
  if (words === undefined) return { sentence: plain(type ?? null), told: new Set<string>() }
  const [bare = '', filled] = words[language].split('|')
  const name = /\{([a-zA-Z]+)\}/.exec(filled ?? '')?.[1]
  const value = name === undefined ? undefined : details[name]
  if (filled === undefined || name === undefined || typeof value !== 'string' || value.trim() === '')
    return { sentence: bare, told: new Set<string>() }
  const said = valueWords[name]?.[value]?.[language] ?? value
  return { sentence: filled.replace(/\{[a-zA-Z]+\}/, () => said), told: new Set([name]) }
}

function sayDetail(name: string, value: JsonValue, language: Language, timeZone: string, isFollowed = false): Run[] {
  const label = detailWords[name]?.[language] ?? name
  const words = wordsOf(name, value)
  const said: Run =
    words !== undefined ? { text: words[language], style: 'body' } : sayValue(name, value, language, timeZone)
  return [
    { text: `${label}${language === 'fr' ? '\u00a0' : ''}: `, style: 'quiet' },
    { ...said, text: `${said.text}${isFollowed ? '\u00a0· ' : ''}` },
  ]
}

function sayValue(name: string, value: JsonValue, language: Language, timeZone: string): Run {
  if (typeof value === 'boolean') return { text: reportWords[value ? 'yes' : 'no'][language], style: 'body' }
  if (typeof value === 'number') {
    if (name === 'sizeBytes') return { text: saySize(value, language), style: 'body' }
    if (name === 'durationMs') return { text: sayDuration(value), style: 'body' }
    return { text: moments.has(name) ? sayMoment(value) : `${value}`, style: 'body' }
  }
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return { text: groups(value), style: 'code' }
  if (typeof value === 'string' && name.endsWith('At') && !Number.isNaN(Date.parse(value))) {
    return { text: sayInstant(value, timeZone).local, style: 'body' }
  }
  const { name: named, title } = objectOf(value)
  if (typeof named === 'string' && typeof title === 'string') {
    return { text: title === '' ? named : `${named}, ${title}`, style: 'body' }
  }
  const isProse = ['reason', 'note', 'number', 'reference', 'recipient', 'legalBasis'].includes(name)
  return { text: plain(value), style: isProse ? 'body' : 'code' }
}

/** The words of a value: those of the product, of the law packs, or those that the entry itself carries. */
function wordsOf(name: string, value: JsonValue): Words | undefined {
  if (typeof value === 'string') return valueWords[name]?.[value] ?? lawWords(name, value)
  const carried = objectOf(value)
  return languages.every((language) => typeof carried[language] === 'string')
    ? { nl: plain(carried['nl']), fr: plain(carried['fr']), de: plain(carried['de']), en: plain(carried['en']) }
    : undefined
}

function lawWords(name: string, id: string): Words | undefined {
  const choices = packs.flatMap(({ purposes, activation }) => {
    if (name === 'purpose') return purposes
    if (name === 'trigger') return activation.triggers
    return name === 'exception' ? activation.exceptions : []
  })
  return choices.find((choice) => choice.id === id)?.label
}

/** Who acted, and as what, as the entry has it. */
export function sayActor(actor: JsonValue | undefined, language: Language): { name: string; role: string | null } {
  const { kind, name, title, roles: several, role } = objectOf(actor)
  if (kind === 'system') return { name: reportWords.system[language], role: null }
  if (kind === 'dock') return { name: plain(name), role: reportWords.dock[language] }
  if (kind !== 'person') return { name: plain(actor ?? null), role: null }
  // Entries made before people could have several roles name the one.
  const named: readonly JsonValue[] = Array.isArray(several) ? several : [role ?? null]
  const said = named.map((each) => sayRole(each, language)).join(', ')
  return { name: plain(name), role: typeof title === 'string' && title !== '' ? `${title}, ${said}` : said }
}

/** An instant on the clock of the corps, with its distance from UTC, and in UTC. Digits alone, the same in every language. */
export function sayInstant(at: JsonValue | undefined, timeZone: string): { local: string; utc: string } {
  const instant = new Date(typeof at === 'string' ? at : Number.NaN)
  if (Number.isNaN(instant.getTime())) return { local: plain(at), utc: '' }
  const local = localOf(instant, timeZone)
  return { local, utc: `${instant.toISOString().slice(0, -1).replace('T', ' ')} UTC` }
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    })
  clocks.set(timeZone, clock)
  return clock
}

function localOf(instant: Date, timeZone: string): string {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00'
  const time = [part('hour'), part('minute'), part('second')].join(':')
  return `${part('year')}-${part('month')}-${part('day')} ${time} ${offset}`
}

export function saySize(bytes: number, language: Language): string {
  return `${String(bytes).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f')} ${reportWords.bytes[language]}`
}

/** Of a recording, in ms from its beginning. */
const moments: ReadonlySet<string> = new Set(['inMs', 'outMs', 'fromMs', 'toMs'])

export function sayMoment(ms: number): string {
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, ((ms % 60_000) / 1000).toFixed(3)]
  return `${h}:${String(m).padStart(2, '0')}:${s.padStart(6, '0')}`
}

function sayDuration(ms: number): string {
  const seconds = Math.round(ms / 100) / 10
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, (seconds % 60).toFixed(1)]
  return `${h}:${String(m).padStart(2, '0')}:${s.padStart(4, '0')}`
}

/** A digest in groups of eight, as people compare it. */
export function groups(hex: string): string {
  return hex.replaceAll(/(.{8})(?=.)/g, '$1 ')
}

export function objectOf(value: JsonValue | undefined): Fields {
  return value !== undefined && value !== null && typeof value === 'object' && !isList(value) ? value : {}
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function plain(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null)
}

function sayRole(role: JsonValue, language: Language): string {
  const known = roles.find((each) => each === role)
  return known === undefined ? plain(role) : roleWords[known][language]
}
