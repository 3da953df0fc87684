import { concatBytes, fromBase64, fromHex, toBase64, toHex } from '@getuige/base'
import { ed25519 } from '@noble/curves/ed25519.js'
import { malformed } from './proof-error.ts'

/** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
const spkiPrefix = fromHex('302a300506032b6570032100')
const pemPattern = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/]{59}=)\n-----END PUBLIC KEY-----\n$/

export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed)
}

export function signEd25519(message: Uint8Array, seed: Uint8Array): Uint8Array {
  return ed25519.sign(message, seed)
}

/** RFC 8032 as OpenSSL reads it: no other encodings of a point than the canonical ones. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false // the public key is not a point of the curve
  }
}

/** The key as `openssl pkeyutl -pubin -inkey` reads it. */
export function formatPublicKeyPem(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw malformed('an Ed25519 public key has 32 bytes')
  const der = toBase64(concatBytes(spkiPrefix, publicKey))
  return `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`
}

/** Throws `ProofError` unless the text is exactly what `formatPublicKeyPem` writes. */
export function parsePublicKeyPem(pem: string): Uint8Array {
  const der = pemPattern.exec(pem)?.[1]
  if (der === undefined) throw malformed('not an Ed25519 public key in PEM')
  const bytes = fromBase64(der)
  const publicKey = bytes.slice(spkiPrefix.length)
  if (toHex(bytes.slice(0, spkiPrefix.length)) !== toHex(spkiPrefix)) throw malformed('not an Ed25519 public key')
  return publicKey
}
