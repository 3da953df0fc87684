import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from '@getuige/base'
import { sha256 } from '@noble/hashes/sha2.js'
import { ed25519PublicKey, signEd25519, verifyEd25519 } from './ed25519.ts'
import { malformed, unverified } from './proof-error.ts'

/** c2sp.org/signed-note. Of the signature types only Ed25519 is known here; cosignature.ts has that of witnesses. */
const ed25519Type = 0x01
const maxSignatures = 100

export type NoteVerifier = Readonly<{ name: string; keyId: Uint8Array; publicKey: Uint8Array }>
export type NoteKey = Readonly<{ name: string; seed: Uint8Array; publicKey: Uint8Array; vkey: string }>
export type VerifiedNote = Readonly<{ text: string; verifiedBy: string[] }>

/** A key for signing notes, from 32 secret random bytes. `name` is a URL without scheme, spaces or plus signs. */
export function newNoteKey(name: string, seed: Uint8Array): NoteKey {
  const publicKey = ed25519PublicKey(seed)
  return { name, seed, publicKey, vkey: formatVkey(name, publicKey) }
}

/** `NAME+8 hexadecimal digits+base64`: what someone who checks notes must be given by a way they trust. */
export function formatVkey(name: string, publicKey: Uint8Array): string {
  return formatKey(name, publicKey, ed25519Type)
}

export function parseVkey(vkey: string): NoteVerifier {
  return parseKey(vkey, ed25519Type)
}

/** As `formatVkey`, for an Ed25519 key of any signature type. */
export function formatKey(name: string, publicKey: Uint8Array, type: number): string {
  requireName(name)
  return `${name}+${toHex(keyIdOf(name, publicKey, type))}+${toBase64(concatBytes(Uint8Array.of(type), publicKey))}`
}

export function parseKey(vkey: string, type: number): NoteVerifier {
  const [name, keyIdHex, ...keyParts] = vkey.split('+')
  if (name === undefined || keyIdHex === undefined) throw malformed('not a verifier key')
  const keyBase64 = keyParts.join('+') // base64 has plus signs of its own
  requireName(name)
  const key = decode(() => fromBase64(keyBase64), 'not a verifier key')
  const keyId = decode(() => fromHex(keyIdHex), 'not a verifier key')
  if (key.length !== 33 || key[0] !== type) throw malformed('not an Ed25519 verifier key of this kind')
  const publicKey = key.slice(1)
  if (!equalBytes(keyId, keyIdOf(name, publicKey, type)))
    throw malformed('the id in the verifier key is not that of the key')
  return { name, keyId, publicKey }
}

/** The whole note: `text`, which must end with a newline, an empty line, and one signature. */
export function signNote(text: string, name: string, privateSeed: Uint8Array): string {
  requireText(text)
  const { vkey } = newNoteKey(name, privateSeed)
  const signature = signEd25519(utf8(text), privateSeed)
  return `${text}\n— ${name} ${toBase64(concatBytes(parseVkey(vkey).keyId, signature))}\n`
}

/**
 * The text of a note and the names of the given keys that signed it. Signatures by other keys are ignored. Throws
 * `ProofError` if no given key signed it, or if a signature under the name of a given key is wrong.
 */
export function verifyNote(note: string, vkeys: readonly string[]): VerifiedNote {
  const verifiers = vkeys.map(parseVkey)
  const { text, signatures } = splitNote(note)
  const verifiedBy: string[] = []
  for (const { name, keyId, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && equalBytes(known.keyId, keyId))
    if (verifier === undefined) continue
    if (!verifyEd25519(signature, utf8(text), verifier.publicKey)) {
      throw unverified(`the signature of ${name} does not fit the text`)
    }
    if (!verifiedBy.includes(name)) verifiedBy.push(name)
  }
  if (verifiedBy.length === 0) throw unverified('no signature by a known key')
  return { text, verifiedBy }
}

/** The text of a note whose signatures nobody has checked: only to say what it claims, never to rely on. */
export function readUnverifiedNote(note: string): Readonly<{ text: string; names: string[] }> {
  const { text, signatures } = splitNote(note)
  return { text, names: signatures.map(({ name }) => name) }
}

/** The text of a note and its signatures, of which nothing but the form was looked at. */
export function splitNote(note: string) {
  requireText(note)
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw malformed('a note without signatures')
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > maxSignatures) throw malformed('a note with too many signatures')
  const signatures = lines.map((line) => {
    const [dash, name, signature, ...rest] = line.split(' ')
    if (dash !== '—' || name === undefined || signature === undefined || rest.length > 0) {
      throw malformed('not a signature line')
    }
    requireName(name)
    const bytes = decode(() => fromBase64(signature), 'a signature is not base64')
    if (bytes.length < 5) throw malformed('a signature is too short')
    return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
  })
  return { text, signatures }
}

function keyIdOf(name: string, publicKey: Uint8Array, type: number): Uint8Array {
  if (publicKey.length !== 32) throw malformed('an Ed25519 public key has 32 bytes')
  return sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).slice(0, 4)
}

function requireName(name: string): void {
  if (!/^[^\s+\p{White_Space}\p{Cc}]+$/u.test(name) || !name.isWellFormed()) throw malformed('not the name of a key')
}

function requireText(text: string): void {
  if (!text.endsWith('\n') || !text.isWellFormed() || /[^\P{Cc}\n\u007f-\u009f]/u.test(text)) {
    throw malformed('not the text of a note')
  }
}

function decode(read: () => Uint8Array, message: string): Uint8Array {
  try {
    return read()
  } catch (cause) {
    throw malformed(message, cause)
  }
}
