import { canonicalJson, concatBytes, fromHex, toBase64, toHex } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import { sha256 } from '@noble/hashes/sha2.js'
import { parseCheckpoint } from './checkpoint.ts'
import { parseVkey, readUnverifiedNote } from './note.ts'
import { malformed } from './proof-error.ts'

const format = 'getuige custody report v1'
/** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
const spkiPrefix = fromHex('302a300506032b6570032100')

/** What a custody report is made of; all of it but `timeZone` stands elsewhere in the package too. */
export type CustodyReport = Readonly<{
  packageId: string
  /** ISO 8601 in UTC. */
  createdAt: string
  corpsName: string
  /** Where the local times of the printed report are those of the clock on the wall, such as `Europe/Brussels`. */
  timeZone: string
  /** `name` is the name of the file in the package, `sha256` its digest in lower-case hexadecimal. */
  recordings: readonly Readonly<{ recordingId: string; name: string; sizeBytes: number; sha256: string }>[]
  /** In the order of the trail. */
  entries: readonly ReportedEntry[]
  /** The signed checkpoint of each log, in the order of the trail. */
  checkpoints: readonly string[]
  /** The key that signed them. */
  vkey: string
}>

export type ReportedEntry = Readonly<{ log: number; index: number; fields: Readonly<Record<string, JsonValue>> }>

/**
 * The text of `data/custody/report.json` (docs/formats/custody-report.md): canonical JSON and a newline. It says nothing
 * that the rest of the package does not, so whoever has the package can write it again and compare. Throws `ProofError`
 * for a checkpoint or key that is none.
 */
export function formatCustodyReport(report: CustodyReport): string {
  const { corpsName, createdAt, entries, packageId, recordings, timeZone, vkey } = report
  return `${canonicalJson({
    corps: { name: corpsName, timeZone },
    entries: entries.map(({ log, index, fields }) => ({ ...fields, index, log })),
    format,
    logs: report.checkpoints.map((note) => {
      const { origin, root, size } = parseCheckpoint(readUnverifiedNote(note).text)
      return { origin, root: toBase64(root), size }
    }),
    package: { createdAt, id: packageId },
    recordings: recordings.map(({ recordingId, name, sizeBytes, sha256: digest }) => {
      return { id: recordingId, name, sha256: digest, sizeBytes }
    }),
    signer: { fingerprint: fingerprintOf(vkey), vkey },
  })}\n`
}

/** The one thing a report says by itself. Throws `ProofError` for what is no report. */
export function timeZoneOfCustodyReport(text: string): string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw malformed('the report is not JSON', cause)
  }
  const corps = memberOf(json, 'corps')
  const timeZone = memberOf(corps, 'timeZone')
  if (typeof timeZone !== 'string' || memberOf(json, 'format') !== format) throw malformed('not a report of version 1')
  return timeZone
}

/** SHA-256 of the key as SubjectPublicKeyInfo (RFC 8410): what `openssl pkey -pubin -outform DER | sha256sum` says. */
export function fingerprintOf(vkey: string): string {
  return toHex(sha256(concatBytes(spkiPrefix, parseVkey(vkey).publicKey)))
}

function memberOf(json: unknown, name: string): unknown {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, name)) return undefined
  return (json as Readonly<Record<string, unknown>>)[name]
}
