import { GeneralizedTime, UTCTime } from 'asn1js'
import { type CertificateFacts, keyUsageOf } from './certificates.ts'
import { oid } from './der.ts'
import type { PkiProblem } from './problems.ts'
import { type SignedContent, signData } from './sign-data.ts'
import type { CertifiedSigner } from './signer.ts'
import { checkSignature, checkTrust, describeAll, isSorted, parseSignedData, singleValueOf } from './signed-data.ts'

export type SignatureCheck = Readonly<{
  /** Of the signature itself: empty if it is valid, by its certificate, over the content. */
  problems: readonly PkiProblem[]
  /** Of the way from the certificate to one of the given roots; null if none was given. */
  trustProblems: readonly PkiProblem[] | null
  signer: CertificateFacts | null
  /** What the signer says; only a time stamp proves when. */
  signedAt: Date | null
  /** All that are enclosed, whether they matter or not. */
  certificates: readonly CertificateFacts[]
}>

/**
 * CAdES-B (ETSI EN 319 122-1) without content: SignedData in DER with content type, message digest, signing time and
 * signing-certificate-v2 as signed attributes, in DER order, and the chain of the signer. Throws if what the signer made
 * does not verify under its own certificate.
 */
export async function signCades(content: SignedContent, signer: CertifiedSigner, signedAt: Date): Promise<Uint8Array> {
  const made = await signData({ type: oid.data, content, isEnclosed: false }, signer, signedAt)
  const { problems } = await verifyCades(made, content)
  if (problems.length > 0) throw new Error(`the signature that was just made is not valid: ${problems.join(', ')}`)
  return made
}

/**
 * Check a detached CAdES signature over `content`. The chain is judged at `at`, or else at the moment at which the signer
 * says to have signed: give the time of a verified time stamp where there is one.
 */
export async function verifyCades(
  signature: Uint8Array,
  content: SignedContent,
  { roots, at }: Readonly<{ roots?: readonly Uint8Array[] | undefined; at?: Date | undefined }> = {},
): Promise<SignatureCheck> {
  const parsed = parseSignedData(signature)
  if (typeof parsed === 'string') {
    return {
      problems: [parsed],
      trustProblems: roots === undefined ? null : [parsed],
      signer: null,
      signedAt: null,
      certificates: [],
    }
  }
  const { signedData, signer, certificate, enclosed } = parsed
  const problems = await checkSignature(parsed, content, oid.data, false)
  const { eContent, eContentType } = signedData.encapContentInfo
  const isDetached = eContent === undefined && eContentType === oid.data
  if (!isDetached && !problems.includes('content-type-wrong')) problems.push('content-type-wrong')
  const time = singleValueOf(signer.signedAttrs?.attributes ?? [], oid.signingTime)
  const signedAt = time instanceof UTCTime || time instanceof GeneralizedTime ? time.toDate() : null
  if (signedAt === null && !problems.includes('attributes-wrong')) problems.push('attributes-wrong')
  if (signer.signedAttrs !== undefined && !isSorted(signer)) problems.push('attributes-unsorted')
  if (certificate !== null) {
    const usage = keyUsageOf(certificate)
    const maySign = usage === null || usage.includes('digitalSignature') || usage.includes('nonRepudiation')
    if (!maySign) problems.push('certificate-not-for-this')
  }
  const [signerFacts] = certificate === null ? [] : await describeAll([certificate])
  return {
    problems,
    trustProblems: await checkTrust(parsed, roots, at ?? signedAt),
    signer: signerFacts ?? null,
    signedAt,
    certificates: await describeAll(enclosed),
  }
}
