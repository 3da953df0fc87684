import { concatBytes, equalBytes, fromBase64, toBase64, utf8 } from '@getuige/base'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBech32, encodeBech32 } from './bech32.ts'
import { malformed, unverified } from './proof-error.ts'
import { publicKeyOf, sharedSecretOf } from './x25519.ts'

/** The header of an age file (c2sp.org/age): who can open it. The payload is in age-payload.ts. */

const versionLine = 'age-encryption.org/v1'
const x25519Info = 'age-encryption.org/v1/X25519'
const columns = 64
export const fileKeyBytes = 16

export type Stanza = Readonly<{ args: readonly string[]; body: Uint8Array }>
export type AgeHeader = Readonly<{ stanzas: readonly Stanza[]; mac: Uint8Array; macInput: Uint8Array }>
/** `recipient` (age1…) can only seal; `identity` (AGE-SECRET-KEY-1…) can open and must be kept secret. */
export type AgeIdentity = Readonly<{ identity: string; recipient: string }>

export function newIdentity(random32: Uint8Array): AgeIdentity {
  requireLength(random32, 32, 'an identity')
  return {
    identity: encodeBech32('age-secret-key-', random32).toUpperCase(),
    recipient: encodeBech32('age', publicKeyOf(random32)),
  }
}

export function recipientOf(identity: string): string {
  return encodeBech32('age', publicKeyOf(secretOf(identity)))
}

/** A file key from 16 random bytes, which the caller must use for nothing else. */
export function newFileKey(random16: Uint8Array): Uint8Array {
  requireLength(random16, fileKeyBytes, 'a file key')
  return random16.slice()
}

/** `ephemeralSecret` is 32 random bytes, fresh for each stanza. */
export function wrapForRecipient(fileKey: Uint8Array, recipient: string, ephemeralSecret: Uint8Array): Stanza {
  requireLength(fileKey, fileKeyBytes, 'a file key')
  requireLength(ephemeralSecret, 32, 'an ephemeral secret')
  const publicKey = decodeBech32('age', recipient)
  requireLength(publicKey, 32, 'a recipient')
  const share = publicKeyOf(ephemeralSecret)
  const wrapKey = x25519WrapKey(sharedSecret(ephemeralSecret, publicKey), share, publicKey)
  return { args: ['X25519', toRawBase64(share)], body: chacha20poly1305(wrapKey, new Uint8Array(12)).encrypt(fileKey) }
}

/** The whole header, ready to stand before its payload. */
export function formatHeader(fileKey: Uint8Array, stanzas: readonly Stanza[]): Uint8Array {
  requireLength(fileKey, fileKeyBytes, 'a file key')
  if (stanzas.length === 0) throw new RangeError('a header has at least one stanza')
  const macInput = utf8(`${[versionLine, ...stanzas.map(formatStanza)].join('\n')}\n---`)
  return concatBytes(macInput, utf8(` ${toRawBase64(headerMac(fileKey, macInput))}\n`))
}

/** Throws `ProofError` unless the bytes are one header and nothing after it. */
export function parseHeader(header: Uint8Array): AgeHeader {
  const text = Array.from(header, (byte) => String.fromCharCode(byte)).join('')
  const lines = text.split('\n')
  if (lines.shift() !== versionLine) throw malformed('not an age header of version 1')
  if (lines.pop() !== '') throw malformed('an age header ends with a newline')
  const last = lines.pop()
  if (last === undefined || !/^--- [^ ]{43}$/.test(last)) throw malformed('an age header ends with its MAC')
  const macInput = header.slice(0, text.lastIndexOf('\n---') + 4)
  return { stanzas: parseStanzas(lines), mac: fromRawBase64(last.slice(4)), macInput }
}

/** The file key, for whoever holds an identity the header was made for. Throws `ProofError` otherwise. */
export function unwrapWithIdentity(header: Uint8Array, identity: string): Uint8Array {
  const secret = secretOf(identity)
  const publicKey = publicKeyOf(secret)
  const { stanzas, mac, macInput } = parseHeader(header)
  for (const { args, body } of stanzas) {
    if (args[0] !== 'X25519') continue
    const share = fromRawBase64(args[1] ?? '')
    if (args.length !== 2 || share.length !== 32 || body.length !== 32) throw malformed('not an X25519 stanza')
    const fileKey = openStanza(body, x25519WrapKey(sharedSecret(secret, share), share, publicKey))
    if (fileKey === undefined) continue
    if (!equalBytes(headerMac(fileKey, macInput), mac)) throw unverified('the MAC of the age header is wrong')
    return fileKey
  }
  throw unverified('the age header is not for this identity')
}

function openStanza(body: Uint8Array, wrapKey: Uint8Array): Uint8Array | undefined {
  try {
    return chacha20poly1305(wrapKey, new Uint8Array(12)).decrypt(body)
  } catch {
    return undefined // for another recipient
  }
}

function parseStanzas(lines: string[]): Stanza[] {
  const stanzas: Stanza[] = []
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (!/^->( [\x21-\x7e]+)+$/.test(line)) throw malformed('not a stanza of an age header')
    const body: string[] = []
    do {
      const next = lines.shift()
      if (next === undefined || next.length > columns) throw malformed('a stanza of an age header is cut off')
      body.push(next)
    } while (body.at(-1)?.length === columns)
    stanzas.push({ args: line.slice(3).split(' '), body: fromRawBase64(body.join('')) })
  }
  if (stanzas.length === 0) throw malformed('an age header without a stanza')
  return stanzas
}

function formatStanza({ args, body }: Stanza): string {
  if (args.length === 0 || !args.every((arg) => /^[\x21-\x7e]+$/.test(arg))) throw new RangeError('not a stanza')
  const text = toRawBase64(body)
  const lines = text.match(/.{1,64}/g) ?? []
  // The last line must be shorter than the others, so a full one is followed by an empty one.
  return [`-> ${args.join(' ')}`, ...lines, ...(text.length % columns === 0 ? [''] : [])].join('\n')
}

function headerMac(fileKey: Uint8Array, macInput: Uint8Array): Uint8Array {
  return hmac(sha256, hkdf(sha256, fileKey, undefined, utf8('header'), 32), macInput)
}

/** Throws `ProofError` for a point of low order, with which every secret would be the same. */
function sharedSecret(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return sharedSecretOf(secret, publicKey)
  } catch (cause) {
    throw malformed('not a usable X25519 public key', cause)
  }
}

function x25519WrapKey(shared: Uint8Array, share: Uint8Array, recipient: Uint8Array): Uint8Array {
  return hkdf(sha256, shared, concatBytes(share, recipient), utf8(x25519Info), 32)
}

function secretOf(identity: string): Uint8Array {
  const secret = decodeBech32('age-secret-key-', identity)
  requireLength(secret, 32, 'an identity')
  return secret
}

function toRawBase64(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('=', '')
}

function fromRawBase64(text: string): Uint8Array {
  if (text.includes('=')) throw malformed('base64 with padding in an age header')
  try {
    return fromBase64(text + '='.repeat((4 - (text.length % 4)) % 4))
  } catch (cause) {
    throw malformed('not base64 in an age header', cause)
  }
}

function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) throw malformed(`${what} has ${length} bytes`)
}
