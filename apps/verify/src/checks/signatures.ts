import { containerMembers } from '@getuige/proof'
import { verifyCades, verifyTimestamp } from '@getuige/pki'
import type { PkiProblem, SignatureCheck, TimestampCheck } from '@getuige/pki'
import { finding, notChecked } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { problem } from '../problems.ts'
import type { Problem } from '../problems.ts'
import type { Trust } from '../trust.ts'
import type { PackageContents } from './package-contents.ts'

/** Who signed, as the certificate says; `established` if it leads to an authority that the reader gave. */
export type Signer = Readonly<{
  name: string
  issuer: string
  /** SHA-256 of the certificate, in hexadecimal. */
  fingerprint: string
  /** ISO 8601. */
  validUntil: string
  /** When the signature was made, and who says so: an authority that the reader trusts, or the signer. ISO 8601. */
  signedAt: string | null
  accordingTo: 'time-stamp' | 'signer'
  hasExpiredSince: boolean
  established: boolean
}>

/** The time stamp; `established` if it leads to an authority that the reader gave. */
export type Stamp = Readonly<{ authority: string; at: string; established: boolean }>

export type SignatureFindings = Readonly<{
  signature: Finding
  signer: Finding
  timestamp: Finding
  /** What the package says of who signed, whether that could be checked or not. */
  by: Signer | null
  stamp: Stamp | null
}>

/**
 * The signature over the signed manifest, its certificate, and the time stamp over both. A certificate is judged at the
 * time of the stamp where the reader trusts it, else at the time at which the signer says to have signed: it may have
 * expired since.
 */
export async function checkSignatures(
  { byName }: PackageContents,
  { authorities, stampAuthorities }: Trust,
  now: Date,
): Promise<SignatureFindings> {
  const bytesOf = (name: string) => byName.get(name)?.bytes ?? undefined
  const token = bytesOf(containerMembers.timestamp)
  const stamped = bytesOf(containerMembers.stampedManifest)
  const stamp =
    token === undefined || stamped === undefined
      ? undefined
      : await verifyTimestamp(token, stamped, { roots: stampAuthorities })
  const isStampEstablished = stamp?.problems.length === 0 && stamp.trustProblems?.length === 0
  const stampedAt = isStampEstablished ? (stamp.at ?? undefined) : undefined

  const signature = bytesOf(containerMembers.signature)
  const signed = bytesOf(containerMembers.signedManifest)
  const cades =
    signature === undefined || signed === undefined
      ? undefined
      : await verifyCades(signature, signed, { roots: authorities, at: stampedAt })
  return {
    signature: finding(
      'signature',
      cades === undefined
        ? [
            problem(
              'member-missing',
              signed === undefined ? containerMembers.signedManifest : containerMembers.signature,
            ),
          ]
        : tell(cades.problems, containerMembers.signature),
    ),
    signer: checkSigner(cades),
    timestamp: checkStamp(stamp, byName.has(containerMembers.timestamp), byName.has(containerMembers.stampedManifest)),
    by: cades === undefined ? null : describeSigner(cades, stampedAt, now),
    stamp:
      stamp?.at === null || stamp?.authority === null || stamp === undefined
        ? null
        : { authority: stamp.authority.name, at: stamp.at.toISOString(), established: isStampEstablished },
  }
}

function checkSigner(cades: SignatureCheck | undefined): Finding {
  if (cades === undefined) return finding('signer', [problem('member-missing', containerMembers.signature)])
  if (cades.trustProblems === null) return notChecked('signer', 'no-authority-given')
  return finding('signer', tell(cades.trustProblems, cades.signer?.name ?? containerMembers.signature))
}

function checkStamp(stamp: TimestampCheck | undefined, hasToken: boolean, hasManifest: boolean): Finding {
  if (!hasToken && !hasManifest) return notChecked('timestamp', 'no-stamp')
  if (stamp === undefined) {
    const missing = hasToken ? containerMembers.stampedManifest : containerMembers.timestamp
    return finding('timestamp', [problem('member-missing', missing)])
  }
  if (stamp.problems.length > 0) return finding('timestamp', tell(stamp.problems, containerMembers.timestamp))
  if (stamp.trustProblems === null) return notChecked('timestamp', 'no-stamp-authority-given')
  return finding('timestamp', tell(stamp.trustProblems, stamp.authority?.name ?? containerMembers.timestamp))
}

function describeSigner(cades: SignatureCheck, stampedAt: Date | undefined, now: Date): Signer | null {
  const { signer, signedAt, trustProblems } = cades
  if (signer === null) return null
  return {
    name: signer.name,
    issuer: signer.issuerName,
    fingerprint: signer.fingerprint,
    validUntil: signer.notAfter.toISOString(),
    signedAt: (stampedAt ?? signedAt)?.toISOString() ?? null,
    accordingTo: stampedAt === undefined ? 'signer' : 'time-stamp',
    hasExpiredSince: signer.notAfter < now,
    established: cades.problems.length === 0 && trustProblems?.length === 0,
  }
}

export function tell(problems: readonly PkiProblem[], subject: string): Problem[] {
  return problems.map((code) => problem(code, subject))
}
