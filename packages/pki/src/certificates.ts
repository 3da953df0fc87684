import { fromBase64, toBase64, toHex } from '@getuige/base'
import { BitString } from 'asn1js'
import { BasicConstraints, Certificate, ExtKeyUsage, type RelativeDistinguishedNames } from 'pkijs'
import { attempt, digest, oid, parseDer } from './der.ts'
import { PkiError } from './problems.ts'

/** Bits of the extension key usage (RFC 5280 section 4.2.1.3), in their order. */
const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
] as const
export type KeyUsage = (typeof keyUsages)[number]

export type CertificateFacts = Readonly<{
  der: Uint8Array
  /** The common name of its subject, or what else it is called. */
  name: string
  issuerName: string
  /** SHA-256 of the DER, in lower-case hexadecimal. */
  fingerprint: string
  notBefore: Date
  notAfter: Date
  isAuthority: boolean
  isSelfIssued: boolean
  keyKind: 'ec' | 'rsa' | 'other'
  /** Null where the certificate does not restrict it. */
  keyUsage: readonly KeyUsage[] | null
}>

/** Throws `PkiError` unless the bytes are one X.509 certificate in DER. */
export async function readCertificate(der: Uint8Array): Promise<CertificateFacts> {
  const certificate = parseCertificate(der)
  const algorithm = certificate.subjectPublicKeyInfo.algorithm.algorithmId
  return {
    der: new Uint8Array(der),
    name: nameOf(certificate.subject),
    issuerName: nameOf(certificate.issuer),
    fingerprint: toHex(await digest('SHA-256', der)),
    notBefore: certificate.notBefore.value,
    notAfter: certificate.notAfter.value,
    isAuthority: basicConstraintsOf(certificate)?.cA === true,
    isSelfIssued: certificate.subject.isEqual(certificate.issuer),
    keyKind: algorithm === oid.ec ? 'ec' : algorithm === oid.rsa ? 'rsa' : 'other',
    keyUsage: keyUsageOf(certificate),
  }
}

/** Every certificate of a PEM file, or the one of a DER file. Throws `PkiError` when there is none or one is broken. */
export async function readCertificates(pemOrDer: Uint8Array): Promise<CertificateFacts[]> {
  const text = new TextDecoder('latin1').decode(pemOrDer)
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g)]
  if (blocks.length === 0) return [await readCertificate(pemOrDer)]
  return Promise.all(
    blocks.map(([, body = '']) => {
      const der = attempt(() => fromBase64(body.replaceAll(/\s/g, '')))
      if (der === undefined) throw notACertificate()
      return readCertificate(der)
    }),
  )
}

export function toPem(der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

export function parseCertificate(der: Uint8Array): Certificate {
  const schema = parseDer(der)
  const certificate = schema === undefined ? undefined : attempt(() => new Certificate({ schema }))
  if (certificate === undefined) throw notACertificate()
  return certificate
}

export function basicConstraintsOf(certificate: Certificate): BasicConstraints | undefined {
  const value: unknown = extensionOf(certificate, oid.basicConstraints)?.parsedValue
  return value instanceof BasicConstraints ? value : undefined
}

export function keyUsageOf(certificate: Certificate): KeyUsage[] | null {
  const extension = extensionOf(certificate, oid.keyUsage)
  if (extension === undefined) return null
  const value: unknown = extension.parsedValue
  const bits = value instanceof BitString ? (value.valueBlock.valueHexView[0] ?? 0) : 0
  return keyUsages.filter((_, i) => (bits & (0x80 >> i)) !== 0)
}

/** RFC 3161 section 2.3: the one extended usage is time stamping, and it is critical. */
export function isForTimeStamping(certificate: Certificate): boolean {
  const extension = extensionOf(certificate, oid.extendedKeyUsage)
  const value: unknown = extension?.parsedValue
  if (extension?.critical !== true || !(value instanceof ExtKeyUsage)) return false
  return value.keyPurposes.length === 1 && value.keyPurposes[0] === oid.timeStamping
}

export function extensionOf(certificate: Certificate, id: string) {
  return certificate.extensions?.find(({ extnID }) => extnID === id)
}

export function isSameName(a: RelativeDistinguishedNames, b: RelativeDistinguishedNames): boolean {
  return a.isEqual(b)
}

function nameOf({ typesAndValues }: RelativeDistinguishedNames): string {
  const found = typesAndValues.findLast(({ type }) => type === oid.commonName) ?? typesAndValues.at(-1)
  const text: unknown = found?.value.valueBlock.value
  return typeof text === 'string' ? text : ''
}

function notACertificate(): PkiError {
  return new PkiError('not-a-certificate', 'This is not an X.509 certificate.')
}
