import { equalBytes } from '@getuige/base'
import { type AsnType, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import {
  type Attribute,
  Certificate,
  ContentInfo,
  getCrypto,
  IssuerAndSerialNumber,
  SignedData,
  type SignerInfo,
} from 'pkijs'
import { type CertificateFacts, parseCertificate, readCertificate } from './certificates.ts'
import { checkChain } from './chain.ts'
import { attempt, digest, encodeDer, encodeSetOf, hashNames, oid, parseDer } from './der.ts'
import type { PkiProblem } from './problems.ts'
import type { SignedContent } from './sign-data.ts'

/** CMS SignedData (RFC 5652 section 5) with one signer and signed attributes: what signatures and time stamps share. */
export type ParsedSignedData = Readonly<{
  signedData: SignedData
  signer: SignerInfo
  /** Null if it is not enclosed. */
  certificate: Certificate | null
  enclosed: readonly Certificate[]
}>

export function parseSignedData(der: Uint8Array): ParsedSignedData | PkiProblem {
  const schema = parseDer(der)
  if (schema === undefined) return 'unreadable'
  const signedData = attempt(() => {
    const info = new ContentInfo({ schema })
    return info.contentType === oid.signedData ? new SignedData({ schema: info.content }) : undefined
  })
  if (signedData === undefined) return 'unreadable'
  const [signer, ...others] = signedData.signerInfos
  if (signer === undefined || others.length > 0) return 'not-one-signer'
  const enclosed = (signedData.certificates ?? []).filter((one) => one instanceof Certificate)
  return { signedData, signer, certificate: findSignerCertificate(signer, enclosed) ?? null, enclosed }
}

/**
 * Everything about a signature over `content` but the chain: attributes, digest, the certificate it was made in the name
 * of, and the signature itself. Each problem is found on its own.
 */
export async function checkSignature(
  { signer, certificate }: ParsedSignedData,
  content: SignedContent,
  contentType: string,
  mayUseOldReference: boolean,
): Promise<PkiProblem[]> {
  if (certificate === null) return ['certificate-absent']
  const attributes = signer.signedAttrs?.attributes ?? []
  const hashName = hashNames.get(signer.digestAlgorithm.algorithmId)
  if (hashName === undefined) return ['algorithm-weak']
  const problems = new Set<PkiProblem>()

  const type = singleValueOf(attributes, oid.contentType)
  const declared = type instanceof ObjectIdentifier ? type.valueBlock.toString() : undefined
  if (declared === undefined) problems.add('attributes-wrong')
  else if (declared !== contentType) problems.add('content-type-wrong')

  const signedDigest = singleValueOf(attributes, oid.messageDigest)
  if (!(signedDigest instanceof OctetString)) problems.add('attributes-wrong')
  else if (!equalBytes(octetsOf(signedDigest), await digestOf(hashName, content))) problems.add('digest-differs')

  const reference = await checkReference(attributes, certificate, mayUseOldReference)
  if (reference !== undefined) problems.add(reference)
  const signature = await checkSignatureValue(signer, certificate, hashName)
  if (signature !== undefined) problems.add(signature)
  return [...problems]
}

/** Of content that is not at hand there is its SHA-256 alone: nothing else can be held against another. */
function digestOf(hashName: string, content: SignedContent): Promise<Uint8Array> {
  if (!('sha256' in content)) return digest(hashName, content)
  return Promise.resolve(hashName === 'SHA-256' ? content.sha256 : new Uint8Array())
}

/** Whether the signer's certificate leads to one of `roots`: null if the reader gave none. */
export async function checkTrust(
  { certificate, enclosed }: ParsedSignedData,
  roots: readonly Uint8Array[] | undefined,
  at: Date | null,
): Promise<PkiProblem[] | null> {
  if (roots === undefined || roots.length === 0) return null
  if (certificate === null) return ['certificate-absent']
  if (at === null) return ['attributes-wrong']
  const problem = await checkChain(certificate, enclosed, roots.map(parseCertificate), at)
  return problem === undefined ? [] : [problem]
}

export async function describeAll(certificates: readonly Certificate[]): Promise<CertificateFacts[]> {
  return Promise.all(certificates.map((certificate) => readCertificate(encodeDer(certificate.toSchema()))))
}

/** The value of an attribute that must be there once, with one value; undefined if it is not so. */
export function singleValueOf(attributes: readonly Attribute[], type: string): AsnType | undefined {
  const found = attributes.filter((attribute) => attribute.type === type)
  const values: readonly AsnType[] = found[0]?.values ?? []
  return found.length === 1 && values.length === 1 ? values[0] : undefined
}

/** Whether the signed attributes stand in the order that DER asks of a set. */
export function isSorted(signer: SignerInfo): boolean {
  const attributes = signer.signedAttrs
  if (attributes === undefined) return false
  const sorted = encodeSetOf(attributes.attributes.map((attribute) => encodeDer(attribute.toSchema())))
  return equalBytes(sorted, new Uint8Array(attributes.encodedValue))
}

export function octetsOf(value: OctetString): Uint8Array {
  return new Uint8Array(value.getValue())
}

/** RFC 5035 (and RFC 2634 where allowed): the attribute that binds the signature to one certificate, by its digest. */
async function checkReference(
  attributes: readonly Attribute[],
  certificate: Certificate,
  mayUseOld: boolean,
): Promise<PkiProblem | undefined> {
  const isOld = mayUseOld && !attributes.some(({ type }) => type === oid.signingCertificateV2)
  const value = singleValueOf(attributes, isOld ? oid.signingCertificate : oid.signingCertificateV2)
  const first = itemsOf(itemsOf(value)?.[0])?.[0]
  const parts = itemsOf(first)
  if (parts === undefined) return 'attributes-wrong'
  const algorithm = itemsOf(parts[0])?.[0]
  const hashOid = algorithm instanceof ObjectIdentifier ? algorithm.valueBlock.toString() : oid.sha256
  const hashName = isOld ? 'SHA-1' : hashNames.get(hashOid)
  const certHash = parts.find((part) => part instanceof OctetString)
  if (certHash === undefined) return 'attributes-wrong'
  if (hashName === undefined) return 'algorithm-weak'
  const actual = await digest(hashName, encodeDer(certificate.toSchema()))
  return equalBytes(actual, octetsOf(certHash)) ? undefined : 'certificate-differs'
}

async function checkSignatureValue(
  { signedAttrs, signature, signatureAlgorithm, digestAlgorithm }: SignerInfo,
  { subjectPublicKeyInfo }: Certificate,
  hashName: string,
): Promise<PkiProblem | undefined> {
  const engine = getCrypto(true)
  const { algorithmId } = signatureAlgorithm
  const ownHash = algorithmId === oid.rsa ? hashName : engine.getHashAlgorithm(signatureAlgorithm)
  if (![...hashNames.values()].includes(ownHash) || digestAlgorithm.algorithmId === oid.sha1) return 'algorithm-weak'
  if (signedAttrs === undefined) return 'attributes-wrong'
  // An ECDSA signature is DER of its own: one that a reader must forgive can be changed without being noticed.
  const isEcdsa = algorithmId !== oid.rsa && algorithmId !== oid.rsaPss
  if (isEcdsa && parseDer(octetsOf(signature)) === undefined) return 'signature-wrong'
  const signed = signedAttrs.encodedValue
  const verify = () =>
    algorithmId === oid.rsa
      ? engine.verifyWithPublicKey(signed, signature, subjectPublicKeyInfo, signatureAlgorithm, hashName)
      : engine.verifyWithPublicKey(signed, signature, subjectPublicKeyInfo, signatureAlgorithm)
  try {
    return (await verify()) ? undefined : 'signature-wrong'
  } catch {
    return 'signature-wrong' // not even of the form that such a key makes
  }
}

function findSignerCertificate({ sid }: SignerInfo, enclosed: readonly Certificate[]): Certificate | undefined {
  const id: unknown = sid
  if (id instanceof IssuerAndSerialNumber) {
    return enclosed.find(
      ({ issuer, serialNumber }) => issuer.isEqual(id.issuer) && serialNumber.isEqual(id.serialNumber),
    )
  }
  const keyId = (id as { valueBlock?: { valueHexView?: Uint8Array } }).valueBlock?.valueHexView
  return enclosed.find((certificate) => {
    const own: unknown = certificate.extensions?.find(({ extnID }) => extnID === oid.subjectKeyIdentifier)?.parsedValue
    return keyId !== undefined && own instanceof OctetString && equalBytes(octetsOf(own), keyId)
  })
}

function itemsOf(value: AsnType | undefined): readonly AsnType[] | undefined {
  return value instanceof Sequence ? value.valueBlock.value : undefined
}
