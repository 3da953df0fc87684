import { canonicalJson, concatBytes, equalBytes, fromBase64Url, toBase64Url, utf8 } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import { malformed } from './proof-error.ts'
import { hmacSha256, sha256 } from './sha256.ts'

/** The fields of a custody entry, as docs/formats/custody-log.md defines them. */
export const custodyFields = ['actor', 'at', 'details', 'recordingId', 'type'] as const
export type Fields = Readonly<Record<string, JsonValue>>

export const entrySaltBytes = 32

/** What is needed to show one field of an entry, and nothing of the others. */
export type Opening = Readonly<{ field: string; value: JsonValue; salt: Uint8Array }>

/**
 * The leaf of an entry: for each field a commitment that says nothing about its value to whoever lacks the salt.
 * `entrySalt` is 32 random bytes, fresh for each entry. Once it is erased no field can be opened any more, and the
 * leaf stays valid.
 */
export function leafOf(fields: Fields, entrySalt: Uint8Array): Uint8Array {
  const commitments: Record<string, string> = {}
  for (const [field, value] of Object.entries(fields)) {
    commitments[field] = commitTo({ field, value, salt: fieldSalt(entrySalt, field) })
  }
  return utf8(canonicalJson({ commitments, v: 1 }))
}

/** The salt of one field: HMAC-SHA-256 of its name under the salt of the entry. */
export function fieldSalt(entrySalt: Uint8Array, field: string): Uint8Array {
  if (entrySalt.length !== entrySaltBytes) throw new RangeError('the salt of an entry has 32 bytes')
  return hmacSha256(entrySalt, field)
}

/** Throws `RangeError` if the entry has no such field. */
export function openField(fields: Fields, entrySalt: Uint8Array, field: string): Opening {
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined
  if (value === undefined) throw new RangeError(`the entry has no field ${field}`)
  return { field, value, salt: fieldSalt(entrySalt, field) }
}

/** True if the leaf commits to this value for this field. False, too, if the leaf is not one. */
export function verifyOpening(leaf: Uint8Array, opening: Opening): boolean {
  if (opening.salt.length !== 32) return false
  try {
    const commitments = parseLeaf(leaf)
    const commitment = commitments.get(opening.field)
    return commitment !== undefined && equalBytes(commitment, fromBase64Url(commitTo(opening)))
  } catch {
    return false
  }
}

/** The commitments of a leaf by field. Throws `ProofError` unless the leaf is exactly what `leafOf` would write. */
export function parseLeaf(leaf: Uint8Array): ReadonlyMap<string, Uint8Array> {
  let text: string
  let json: JsonValue
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(leaf)
    json = JSON.parse(text) as JsonValue
  } catch (cause) {
    throw malformed('a leaf that is not JSON', cause)
  }
  const { commitments, v, ...others } = recordOf(json)
  if (v !== 1 || Object.keys(others).length > 0 || commitments === undefined) throw malformed('not a leaf of version 1')
  const byField = new Map(
    Object.entries(recordOf(commitments)).map(([field, value]) => [field, parseCommitment(value)]),
  )
  if (byField.size === 0) throw malformed('a leaf that commits to nothing')
  if (canonicalJson(json) !== text) throw malformed('a leaf that is not canonical')
  return byField
}

function commitTo({ value, salt }: Opening): string {
  return toBase64Url(sha256(concatBytes(salt, utf8(canonicalJson(value)))))
}

function parseCommitment(value: JsonValue): Uint8Array {
  if (typeof value !== 'string') throw malformed('a commitment is a string')
  try {
    const commitment = fromBase64Url(value)
    if (commitment.length === 32) return commitment
  } catch (cause) {
    throw malformed('a commitment is not base64url', cause)
  }
  throw malformed('a commitment has 32 bytes')
}

function recordOf(value: JsonValue): Readonly<Record<string, JsonValue>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw malformed('not a JSON object')
  return value as Readonly<Record<string, JsonValue>>
}
