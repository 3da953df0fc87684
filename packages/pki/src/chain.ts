import { equalBytes } from '@getuige/base'
import type { Certificate } from 'pkijs'
import { basicConstraintsOf, isSameName, keyUsageOf } from './certificates.ts'
import { encodeDer, oid } from './der.ts'
import type { PkiProblem } from './problems.ts'

/** Longer chains do not occur, and a stranger chooses what is enclosed. */
const maxAuthorities = 4
const maxEnclosed = 20

/** Extensions whose meaning is heeded here, or by whoever asks; any other that is critical makes a chain unusable. */
const understood = new Set<string>([
  oid.basicConstraints,
  oid.keyUsage,
  oid.extendedKeyUsage,
  oid.certificatePolicies,
  oid.subjectAltName,
])

/**
 * RFC 5280 section 6, without revocation, policies and name constraints (a chain with those marked critical is refused):
 * whether the certificate leads to one of `roots`, all valid at `at`. A root itself counts, whoever signed it.
 */
export async function checkChain(
  certificate: Certificate,
  enclosed: readonly Certificate[],
  roots: readonly Certificate[],
  at: Date,
): Promise<PkiProblem | undefined> {
  if (!isValidAt(certificate, at)) return 'certificate-expired'
  const isTrusted = await leadsToRoot(certificate, enclosed.slice(0, maxEnclosed), roots, at, 0)
  return isTrusted ? undefined : 'authority-unknown'
}

async function leadsToRoot(
  certificate: Certificate,
  enclosed: readonly Certificate[],
  roots: readonly Certificate[],
  at: Date,
  authoritiesBelow: number,
): Promise<boolean> {
  if (!isValidAt(certificate, at) || !isUnderstood(certificate)) return false
  if (roots.some((root) => isSame(root, certificate))) return true
  if (authoritiesBelow >= maxAuthorities) return false
  for (const issuer of [...roots, ...enclosed]) {
    if (isSame(issuer, certificate) || !mayIssue(issuer, certificate, authoritiesBelow)) continue
    if (!(await isSignedBy(certificate, issuer))) continue
    // One issuer name and key: what does not lead on through it does not lead on through its copy either.
    if (await leadsToRoot(issuer, enclosed, roots, at, authoritiesBelow + 1)) return true
  }
  return false
}

function mayIssue(issuer: Certificate, certificate: Certificate, authoritiesBelow: number): boolean {
  if (!isSameName(certificate.issuer, issuer.subject)) return false
  const constraints = basicConstraintsOf(issuer)
  if (constraints?.cA !== true) return false
  const { pathLenConstraint } = constraints
  if (typeof pathLenConstraint === 'number' && authoritiesBelow > pathLenConstraint) return false
  return keyUsageOf(issuer)?.includes('keyCertSign') !== false
}

async function isSignedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  try {
    return !isWeak(certificate.signatureAlgorithm.algorithmId) && (await certificate.verify(issuer))
  } catch {
    return false
  }
}

/** Signatures with MD5 or SHA-1, which can be made for another certificate than the authority saw. */
function isWeak(algorithmId: string): boolean {
  return ['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5', '1.2.840.10045.4.1'].includes(algorithmId)
}

function isUnderstood(certificate: Certificate): boolean {
  return (certificate.extensions ?? []).every(({ critical, extnID }) => !critical || understood.has(extnID))
}

function isValidAt({ notBefore, notAfter }: Certificate, at: Date): boolean {
  return notBefore.value <= at && at <= notAfter.value
}

function isSame(a: Certificate, b: Certificate): boolean {
  return equalBytes(encodeDer(a.toSchema()), encodeDer(b.toSchema()))
}
