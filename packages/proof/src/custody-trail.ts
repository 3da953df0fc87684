import { canonicalJson, fromBase64, fromBase64Url, toBase64, toBase64Url } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import type { Opening } from './commitments.ts'
import { malformed } from './proof-error.ts'

const format = 'getuige custody trail v1'

/**
 * An entry of a custody log with all its fields opened. `log` counts from 1 into the logs of the trail, `index` is the
 * place in that log, `leaf` what the log holds there.
 */
export type DisclosedEntry = Readonly<{ log: number; index: number; leaf: Uint8Array; openings: readonly Opening[] }>

/** `logs` are the origins of the logs: a corps begins a new one each year. */
export type DisclosedTrail = Readonly<{ logs: readonly string[]; entries: readonly DisclosedEntry[] }>

/**
 * Whether an entry says how its recording came to be, with the digest and size of its bytes: as it was received, or cut
 * from another as a clip. On the trail of that other, the entry names the clip and says nothing of its own bytes.
 */
export function beginsRecording(type: JsonValue | undefined, details: JsonValue | undefined): boolean {
  if (type === 'recording-received') return true
  const isRecord = details !== undefined && details !== null && typeof details === 'object' && !Array.isArray(details)
  return type === 'clip-made' && isRecord && Object.hasOwn(details, 'originalId')
}

/** The text of `data/custody/trail.json`: canonical JSON and a newline, so that a member cannot stand in it twice. */
export function formatTrail({ logs, entries }: DisclosedTrail): string {
  return `${canonicalJson({
    entries: entries.map(({ log, index, leaf, openings }) => ({
      fields: Object.fromEntries(openings.map(({ field, value, salt }) => [field, { salt: toBase64Url(salt), value }])),
      index,
      leaf: toBase64(leaf),
      log,
    })),
    format,
    logs,
  })}\n`
}

/** Throws `ProofError` unless the text is exactly what `formatTrail` writes; an empty list of entries is one. */
export function parseTrail(text: string): DisclosedTrail {
  let json: JsonValue
  try {
    json = JSON.parse(text) as JsonValue
    if (`${canonicalJson(json)}\n` !== text) throw malformed('the trail is not canonical JSON')
  } catch (cause) {
    throw malformed('the trail is not canonical JSON', cause)
  }
  const { entries, logs, ...rest } = membersOf(json, ['entries', 'format', 'logs'])
  if (rest['format'] !== format) throw malformed('not a trail of version 1')
  if (!isList(logs) || !logs.every((origin) => typeof origin === 'string')) throw malformed('a trail without logs')
  if (!isList(entries)) throw malformed('a trail without entries')
  return { logs, entries: entries.map((entry) => parseEntry(entry, logs.length)) }
}

function parseEntry(json: JsonValue, logCount: number): DisclosedEntry {
  const { fields, index, leaf, log } = membersOf(json, ['fields', 'index', 'leaf', 'log'])
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) throw malformed('an entry without index')
  if (typeof log !== 'number' || !Number.isInteger(log) || log < 1 || log > logCount)
    throw malformed('an entry of no log')
  if (typeof leaf !== 'string') throw malformed('an entry without leaf')
  const openings = Object.entries(membersOf(fields)).map(([field, opening]) => {
    const { salt, value } = membersOf(opening, ['salt', 'value'])
    if (typeof salt !== 'string' || value === undefined) throw malformed('a field without salt or value')
    return { field, value, salt: decode(() => fromBase64Url(salt)) }
  })
  return { log, index, leaf: decode(() => fromBase64(leaf)), openings }
}

/** The members of an object; with `names`, exactly those. */
function membersOf(json: JsonValue | undefined, names?: readonly string[]): Readonly<Record<string, JsonValue>> {
  if (json === undefined || json === null || typeof json !== 'object' || isList(json)) throw malformed('not an object')
  const members = json as Readonly<Record<string, JsonValue>>
  if (names !== undefined && Object.keys(members).toSorted().join() !== names.join()) {
    throw malformed(`not an object with ${names.join(', ')}`)
  }
  return members
}

function isList(json: JsonValue | undefined): json is readonly JsonValue[] {
  return Array.isArray(json)
}

function decode(read: () => Uint8Array): Uint8Array {
  try {
    return read()
  } catch (cause) {
    throw malformed('not base64 in the trail', cause)
  }
}
