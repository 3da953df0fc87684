import { BitString, Integer, OctetString, Utf8String } from 'asn1js'
import {
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  PublicKeyInfo,
  Time,
} from 'pkijs'
import { parseCertificate } from './certificates.ts'
import { digest, encodeDer, oid, parseDer } from './der.ts'
import { PkiError } from './problems.ts'
import { importPrivateKey, publicKeyOfPrivate } from './signer.ts'

/** Longest common name that X.520 allows. */
const maxNameLength = 64
const clockSkewMs = 3_600_000

export type NewCertificate = Readonly<{
  /** The common name; cut off after 64 characters. */
  name: string
  /** From an hour before `at`, for readers whose clock is behind, until so many years after. */
  at: Date
  years: number
}>

/** A certificate, in DER, by which a key answers for others: self-signed, and good for signing certificates alone. */
export async function makeAuthority(request: NewCertificate & Readonly<{ key: Uint8Array }>): Promise<Uint8Array> {
  const certificate = await draft(request, await publicKeyOfPrivate(request.key))
  certificate.issuer = certificate.subject
  addExtension(
    certificate,
    oid.basicConstraints,
    true,
    new BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema(),
  )
  addExtension(certificate, oid.keyUsage, true, keyUsageBits(0x06, 1)) // keyCertSign, cRLSign
  return seal(certificate, request.key)
}

/** A certificate, in DER, for a key that signs: digital signature and non-repudiation, or time stamps and nothing else. */
export async function issueCertificate(
  request: NewCertificate &
    Readonly<{
      /** SubjectPublicKeyInfo in DER. */
      publicKey: Uint8Array
      isForTimeStamping?: boolean
      authority: Readonly<{ certificate: Uint8Array; key: Uint8Array }>
    }>,
): Promise<Uint8Array> {
  const certificate = await draft(request, request.publicKey)
  const issuer = parseCertificate(request.authority.certificate)
  certificate.issuer = issuer.subject
  addExtension(certificate, oid.basicConstraints, true, new BasicConstraints({ cA: false }).toSchema())
  addExtension(certificate, oid.keyUsage, true, keyUsageBits(0xc0, 6))
  if (request.isForTimeStamping === true) {
    const usage = new ExtKeyUsage({ keyPurposes: [oid.timeStamping] })
    addExtension(certificate, oid.extendedKeyUsage, true, usage.toSchema()) // critical: RFC 3161 section 2.3
  }
  const keyIdentifier = new OctetString({ valueHex: await keyIdOf(issuer.subjectPublicKeyInfo) })
  addExtension(certificate, oid.authorityKeyIdentifier, false, new AuthorityKeyIdentifier({ keyIdentifier }).toSchema())
  return seal(certificate, request.authority.key)
}

async function draft({ name, at, years }: NewCertificate, publicKey: Uint8Array): Promise<Certificate> {
  const certificate = new Certificate()
  const serial = crypto.getRandomValues(new Uint8Array(16))
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40 // positive, and always as long
  certificate.version = 2
  certificate.serialNumber = new Integer({ valueHex: serial })
  certificate.subject.typesAndValues = [new AttributeTypeAndValue({ type: oid.commonName, value: nameValue(name) })]
  const until = new Date(at)
  until.setUTCFullYear(until.getUTCFullYear() + years)
  certificate.notBefore = newTime(new Date(at.getTime() - clockSkewMs))
  certificate.notAfter = newTime(until)
  const schema = parseDer(publicKey)
  if (schema === undefined) throw new PkiError('not-a-key', 'This is not a public key.')
  certificate.subjectPublicKeyInfo = new PublicKeyInfo({ schema })
  certificate.extensions = []
  const keyId = new OctetString({ valueHex: await keyIdOf(certificate.subjectPublicKeyInfo) })
  addExtension(certificate, oid.subjectKeyIdentifier, false, keyId)
  return certificate
}

async function seal(certificate: Certificate, pkcs8: Uint8Array): Promise<Uint8Array> {
  await certificate.sign(await importPrivateKey(pkcs8), 'SHA-256')
  return encodeDer(certificate.toSchema(true))
}

/** RFC 7093 section 2, method 1: the first 20 bytes of the SHA-256 of the key. */
async function keyIdOf(key: PublicKeyInfo): Promise<ArrayBuffer> {
  return (await digest('SHA-256', key.subjectPublicKey.valueBlock.valueHexView)).slice(0, 20).buffer
}

function addExtension(
  certificate: Certificate,
  extnID: string,
  critical: boolean,
  value: Readonly<{ toBER(sizeOnly?: boolean): ArrayBuffer }>,
): void {
  certificate.extensions?.push(new Extension({ extnID, critical, extnValue: value.toBER(false) }))
}

function keyUsageBits(bits: number, unusedBits: number): BitString {
  return new BitString({ valueHex: Uint8Array.of(bits), unusedBits })
}

function nameValue(text: string): Utf8String {
  return new Utf8String({ value: Array.from(text).slice(0, maxNameLength).join('') })
}

/** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime after; whole seconds. */
function newTime(value: Date): Time {
  const whole = new Date(Math.floor(value.getTime() / 1000) * 1000)
  return new Time({ type: whole.getUTCFullYear() < 2050 ? 0 : 1, value: whole })
}
