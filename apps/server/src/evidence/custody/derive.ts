import './host-sha256.ts'
import type { JsonValue } from '@getuige/base'
import { hashBytes, leafHash, leafOf } from '@getuige/proof'

/** Sequenced entries as the database writes them out, a JSON array a line: see `readPage`. */
export type EntryPage = Readonly<{ text: string; fromIndex: number }>
export type DerivedPage = Readonly<{
  /** One after another, of the entries as they read now. */
  leafHashes: Uint8Array
  /** Those that no longer give the leaf that is stored with them. */
  altered: readonly Readonly<{ id: string; index: number }>[]
  /** Those whose words are erased. Of them the hash of the stored leaf is taken. */
  wordless: readonly Readonly<{ id: string; index: number; at: string }>[]
  /** The first place that no entry has, though a later one is taken. */
  gapAt: number | null
}>

type Line = [
  index: number,
  id: string,
  recordingId: string | null,
  type: string,
  at: string,
  actor: JsonValue,
  details: JsonValue,
  salt: string,
  storedHash: string,
]

/** Derive the leaves of a page from what its entries say now, not from the leaves that are stored. */
export function derivePage({ text, fromIndex }: EntryPage): DerivedPage {
  const lines = text === '' ? [] : text.split('\n')
  const leafHashes = new Uint8Array(lines.length * hashBytes)
  const altered: { id: string; index: number }[] = []
  const wordless: { id: string; index: number; at: string }[] = []
  for (const [i, line] of lines.entries()) {
    const [index, id, recordingId, type, at, actor, details, salt, storedHash] = JSON.parse(line) as Line
    if (index !== fromIndex + i) {
      return { leafHashes: leafHashes.slice(0, i * hashBytes), altered, wordless, gapAt: fromIndex + i }
    }
    const saltBytes = Buffer.from(salt, 'hex')
    if (salt === '' && isEmpty(actor) && isEmpty(details)) {
      wordless.push({ id, index, at })
      leafHashes.set(Buffer.from(storedHash, 'hex'), i * hashBytes)
      continue
    }
    // An entry without its salt gives no leaf at all.
    const hash =
      saltBytes.length === 32
        ? leafHash(leafOf({ actor, at, details, recordingId, type }, saltBytes))
        : new Uint8Array(hashBytes)
    leafHashes.set(hash, i * hashBytes)
    if (!Buffer.from(storedHash, 'hex').equals(hash)) altered.push({ id, index })
  }
  return { leafHashes, altered, wordless, gapAt: null }
}

const isEmpty = (value: JsonValue) => typeof value === 'object' && value !== null && Object.keys(value).length === 0
