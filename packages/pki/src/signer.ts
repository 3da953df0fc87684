import { createCMSECDSASignature, PrivateKeyInfo } from 'pkijs'
import { parseCertificate } from './certificates.ts'
import { attempt, curveOfAlgorithm, oid, parseDer } from './der.ts'
import { PkiError } from './problems.ts'

/** A key that signs, wherever it is kept, and the certificates that say whose it is. */
export type CertifiedSigner = Readonly<{
  /** DER: that of the key first, then those up to, and with, the authority. */
  chain: readonly Uint8Array[]
  /** With SHA-256: ECDSA as a DER sequence of r and s, or RSA PKCS #1 v1.5. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}>

/** Curves that browsers and Node know, by their object identifier. */
const curveNames = new Map([
  ['1.2.840.10045.3.1.7', 'P-256'],
  ['1.3.132.0.34', 'P-384'],
  ['1.3.132.0.35', 'P-521'],
])

/** As WebCrypto knows it, in Node and in browsers. */
type PrivateKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** A new ECDSA key on P-256, as PKCS #8 in DER. */
export async function newSigningKey(): Promise<Uint8Array> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  return new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
}

/** Sign with a key at hand: PKCS #8 in DER, RSA or EC on P-256, P-384 or P-521. Throws `PkiError`. */
export async function newSigner(pkcs8: Uint8Array, chain: readonly Uint8Array[]): Promise<CertifiedSigner> {
  const key = await importPrivateKey(pkcs8)
  const algorithm = { name: key.algorithm.name, hash: 'SHA-256' }
  return {
    chain,
    async sign(bytes) {
      const signature = await crypto.subtle.sign(algorithm, key, new Uint8Array(bytes))
      return new Uint8Array(algorithm.name === 'ECDSA' ? createCMSECDSASignature(signature) : signature)
    },
  }
}

/** SubjectPublicKeyInfo in DER of a private key. */
export async function publicKeyOfPrivate(pkcs8: Uint8Array): Promise<Uint8Array> {
  const key = await importPrivateKey(pkcs8)
  const jwk = await crypto.subtle.exportKey('jwk', key)
  for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'key_ops'] as const) delete jwk[secret]
  const publicKey = await crypto.subtle.importKey('jwk', jwk, algorithmOf(pkcs8), true, ['verify'])
  return new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
}

/** How the key of a certificate signs, as CMS names it. Throws `PkiError` for a key that cannot. */
export function signatureAlgorithmOf(certificate: Uint8Array): string {
  const algorithm = parseCertificate(certificate).subjectPublicKeyInfo.algorithm.algorithmId
  if (algorithm === oid.ec) return oid.ecdsaSha256
  if (algorithm === oid.rsa) return oid.rsa
  throw unsupported()
}

export async function importPrivateKey(pkcs8: Uint8Array): Promise<PrivateKey> {
  const algorithm = algorithmOf(pkcs8)
  try {
    return await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, true, ['sign'])
  } catch (cause) {
    throw new PkiError('not-a-key', 'This is not a private key.', { cause })
  }
}

function algorithmOf(pkcs8: Uint8Array) {
  const schema = parseDer(pkcs8)
  const info = schema === undefined ? undefined : attempt(() => new PrivateKeyInfo({ schema }))
  if (info === undefined) throw new PkiError('not-a-key', 'This is not a private key.')
  const { algorithmId } = info.privateKeyAlgorithm
  if (algorithmId === oid.rsa) return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const namedCurve = curveNames.get(curveOfAlgorithm(info.privateKeyAlgorithm) ?? '')
  if (algorithmId !== oid.ec || namedCurve === undefined) throw unsupported()
  return { name: 'ECDSA', namedCurve }
}

function unsupported(): PkiError {
  return new PkiError('key-unsupported', 'The key is neither RSA nor on the curves P-256, P-384 and P-521.')
}
