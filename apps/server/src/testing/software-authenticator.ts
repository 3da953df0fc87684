import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { NewCredential, UsedCredential } from '@getuige/contract'

/** What an authenticator does otherwise than it should. */
export type Misbehaviour = Readonly<{
  origin?: string
  rpId?: string
  challenge?: string
  /** Shows that somebody is there, not who. */
  isUserUnverified?: boolean
  counter?: number
  userHandle?: string
  key?: KeyObject
}>

type Options = Readonly<Record<string, unknown>>

/** A key as a phone or a security key holds one, of the few lines of WebAuthn that our server reads. For tests. */
export function newAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const host = new URL(origin).hostname
  let counter = 0
  let userHandle = ''

  const clientData = (type: string, options: Options, otherwise: Misbehaviour) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: otherwise.challenge ?? options['challenge'],
        origin: otherwise.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const authenticatorData = (otherwise: Misbehaviour, attested: Uint8Array = new Uint8Array()) => {
    const isVerified = otherwise.isUserUnverified !== true
    const flags = 0x01 | (isVerified ? 0x04 : 0) | (attested.length > 0 ? 0x40 : 0)
    const head = Buffer.alloc(5)
    head[0] = flags
    head.writeUInt32BE(otherwise.counter ?? counter, 1)
    return Buffer.concat([digest(otherwise.rpId ?? host), head, attested])
  }
  const credential = {
    id: toBase64url(credentialId),
    rawId: toBase64url(credentialId),
    type: 'public-key' as const,
    clientExtensionResults: {},
  }

  return {
    credentialId,
    privateKey,
    /** Make the credential that the options ask for. */
    create(options: Options, otherwise: Misbehaviour = {}): NewCredential {
      userHandle = (options['user'] as { id: string }).id
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey)])
      const attestation = Buffer.concat([
        Buffer.from([0xa3]),
        cborText('fmt'),
        cborText('none'),
        cborText('attStmt'),
        Buffer.from([0xa0]),
        cborText('authData'),
        cborBytes(authenticatorData(otherwise, attested)),
      ])
      return {
        ...credential,
        response: {
          clientDataJSON: toBase64url(clientData('webauthn.create', options, otherwise)),
          attestationObject: toBase64url(attestation),
          transports: ['internal'],
        },
      }
    },
    /** Show who holds it. */
    use(options: Options, otherwise: Misbehaviour = {}): UsedCredential {
      counter += 1
      const data = clientData('webauthn.get', options, otherwise)
      const authenticator = authenticatorData(otherwise)
      const signature = sign('sha256', Buffer.concat([authenticator, digest(data)]), otherwise.key ?? privateKey)
      return {
        ...credential,
        response: {
          clientDataJSON: toBase64url(data),
          authenticatorData: toBase64url(authenticator),
          signature: toBase64url(signature),
          userHandle: otherwise.userHandle ?? userHandle,
        },
      }
    },
  }
}

const digest = (data: string | Uint8Array) => createHash('sha256').update(data).digest()
const toBase64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

// CBOR (RFC 8949), as far as it is needed here: texts below 24 bytes, byte strings of 24 bytes to 64 KiB.
const cborText = (text: string) => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)])
function cborBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 256) return Buffer.concat([Buffer.from([0x58, bytes.length]), bytes])
  const head = Buffer.from([0x59, 0, 0])
  head.writeUInt16BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

/** EC2, ES256, P-256 (RFC 9053). */
function coseKey(publicKey: KeyObject): Uint8Array {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const coordinate = (text: string) => cborBytes(Buffer.from(text, 'base64url'))
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21])
  return Buffer.concat([head, coordinate(x), Buffer.from([0x22]), coordinate(y)])
}
