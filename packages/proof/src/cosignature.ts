import { concatBytes, equalBytes, toBase64, utf8 } from '@getuige/base'
import { parseCheckpoint } from './checkpoint.ts'
import { ed25519PublicKey, signEd25519, verifyEd25519 } from './ed25519.ts'
import { formatKey, parseKey, splitNote } from './note.ts'
import type { NoteKey, NoteVerifier } from './note.ts'
import { malformed, unverified } from './proof-error.ts'

/** c2sp.org/tlog-cosignature: the signature type of `cosignature/v1` with Ed25519. */
const cosignatureType = 0x04
const timestampBytes = 8

/** That a witness, at that time (to the second), had seen no other or larger history of the log. */
export type Cosignature = Readonly<{ witness: string; at: Date }>

/** A witness's key, from 32 secret random bytes. The same secret must not sign anything else, notes included. */
export function newWitnessKey(name: string, seed: Uint8Array): NoteKey {
  const publicKey = ed25519PublicKey(seed)
  return { name, seed, publicKey, vkey: formatKey(name, publicKey, cosignatureType) }
}

export function parseWitnessVkey(vkey: string): NoteVerifier {
  return parseKey(vkey, cosignatureType)
}

/** The signature line of a witness under a checkpoint, with its newline. `at` counts to the second. */
export function cosign(checkpointText: string, at: Date, key: NoteKey): string {
  parseCheckpoint(checkpointText)
  const seconds = Math.floor(at.getTime() / 1000)
  const timestamp = new Uint8Array(timestampBytes)
  new DataView(timestamp.buffer).setBigUint64(0, BigInt(seconds))
  const signature = signEd25519(cosignedMessage(checkpointText, seconds), key.seed)
  return `— ${key.name} ${toBase64(concatBytes(parseWitnessVkey(key.vkey).keyId, timestamp, signature))}\n`
}

/**
 * The newest cosignature by this key on a checkpoint, whoever else signed it; undefined when there is none. Throws
 * `ProofError` when the note is not a checkpoint or a signature under that key does not fit: it is not passed over for
 * another that does.
 */
export function findCosignature(note: string, vkey: string): Cosignature | undefined {
  const { name, keyId, publicKey } = parseWitnessVkey(vkey)
  const { text, signatures } = splitNote(note)
  parseCheckpoint(text)
  let newest: Cosignature | undefined
  for (const signature of signatures) {
    if (signature.name !== name || !equalBytes(signature.keyId, keyId)) continue
    const bytes = signature.signature
    if (bytes.length !== timestampBytes + 64) throw malformed(`the cosignature of ${name} has a wrong length`)
    const seconds = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
    const at = new Date(seconds * 1000)
    if (Number.isNaN(at.getTime())) throw malformed(`the cosignature of ${name} has no time that there is`)
    if (!verifyEd25519(bytes.slice(timestampBytes), cosignedMessage(text, seconds), publicKey)) {
      throw unverified(`the cosignature of ${name} does not fit the checkpoint`)
    }
    if (newest === undefined || at > newest.at) newest = { witness: name, at }
  }
  return newest
}

/** The note with signature lines of witnesses below its own. */
export function addCosignatures(note: string, lines: readonly string[]): string {
  const whole = note + lines.join('')
  splitNote(whole)
  return whole
}

/** Lines that begin as a cosignature does cannot begin a checkpoint that is one: its second line is a number. */
function cosignedMessage(checkpointText: string, seconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${checkpointText}`)
}
