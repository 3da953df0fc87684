import { ContentInfo, EnvelopedData, id_ContentType_EnvelopedData } from 'pkijs'
import { type CertificateFacts, parseCertificate } from './certificates.ts'
import { encodeDer } from './der.ts'
import { PkiError } from './problems.ts'

/** Why nothing can be encrypted for a certificate; undefined if it can be, at `at`. */
export type EncryptionObstacle = 'key-unsupported' | 'usage-forbids' | 'expired' | 'not-yet-valid'

export function obstacleToEncrypting(certificate: CertificateFacts, at: Date): EncryptionObstacle | undefined {
  const { keyKind, keyUsage, notBefore, notAfter } = certificate
  if (keyKind === 'other') return 'key-unsupported'
  const needed = keyKind === 'rsa' ? 'keyEncipherment' : 'keyAgreement'
  if (keyUsage !== null && !keyUsage.includes(needed)) return 'usage-forbids'
  if (at > notAfter) return 'expired'
  return at < notBefore ? 'not-yet-valid' : undefined
}

/**
 * Encrypt a small message so that `openssl cms -decrypt -inform DER` opens it with the key of the certificate: CMS
 * EnvelopedData, AES-256-CBC, its key by RSA-OAEP with SHA-256 or by ephemeral ECDH (RFC 5753). It keeps secret, and
 * does not tell who sent it. Throws `PkiError` for a key it cannot use; whether it may is `obstacleToEncrypting`.
 */
export async function encryptForCertificate(plain: Uint8Array, certificate: Uint8Array): Promise<Uint8Array> {
  const enveloped = new EnvelopedData()
  try {
    enveloped.addRecipientByCertificate(parseCertificate(certificate), {
      oaepHashAlgorithm: 'SHA-256',
      kdfAlgorithm: 'SHA-256',
      kekEncryptionLength: 256,
    })
    await enveloped.encrypt({ name: 'AES-CBC', length: 256 } as AesAlgorithm, new Uint8Array(plain).buffer)
  } catch (cause) {
    throw new PkiError('cannot-encrypt', 'Nothing can be encrypted for the key of this certificate.', { cause })
  }
  const info = new ContentInfo({ contentType: id_ContentType_EnvelopedData, content: enveloped.toSchema() })
  return encodeDer(info.toSchema())
}

type AesAlgorithm = Parameters<EnvelopedData['encrypt']>[0]
