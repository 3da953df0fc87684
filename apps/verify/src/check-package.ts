import { fingerprintOf } from '@getuige/proof'
import { checkNames, mayBeUnchecked } from './check-names.ts'
import { checkDigests, checkLayout, checkListed } from './checks/container.ts'
import { checkCheckpoints, checkHeads, checkKey, checkProofs, checkWitnesses } from './checks/log.ts'
import type { Sighting } from './checks/log.ts'
import { readContents } from './checks/package-contents.ts'
import { checkSignatures } from './checks/signatures.ts'
import type { Signer, Stamp } from './checks/signatures.ts'
import { checkFields, checkRecordings, checkReport, checkTrail } from './checks/trail.ts'
import { finding, notChecked } from './finding.ts'
import type { Finding } from './finding.ts'
import { problem } from './problems.ts'
import type { Contents } from './read-package.ts'
import type { Trust } from './trust.ts'

export type Report = Readonly<{
  verdict: 'intact' | 'altered' | 'not-checked'
  /** One for each check, in their order. */
  findings: readonly Finding[]
  signer: Signer | null
  stamp: Stamp | null
  /** The key of the custody logs that the package names; `established` if it is the one the reader gave. */
  key: Readonly<{ vkey: string; fingerprint: string; established: boolean }> | null
  seenBy: readonly Sighting[]
  /** Names of the members that are recordings. */
  recordings: readonly string[]
}>

/** Check what was read of a package. `now` only tells whether a certificate has expired since. */
export async function checkPackage(
  contents: Extract<Contents, { kind: 'read' | 'unreadable' }>,
  trust: Trust,
  now: Date,
): Promise<Report> {
  if (contents.kind === 'unreadable' || contents.members.length === 0) {
    const problems = contents.kind === 'unreadable' ? contents.problems : [problem('empty')]
    const rest = checkNames.slice(1).map((check): Finding => notChecked(check, 'container-unreadable'))
    const findings = [finding('container', problems), ...rest]
    return { verdict: 'altered', findings, signer: null, stamp: null, key: null, seenBy: [], recordings: [] }
  }
  const read = readContents(contents.members)
  const { by, signature, signer, stamp, timestamp } = await checkSignatures(read, trust, now)
  const { seenBy, witnesses } = checkWitnesses(read, trust)
  const findings = [
    finding('container', contents.problems),
    finding('layout', checkLayout(read)),
    finding('listed', checkListed(read)),
    finding('digests', checkDigests(read)),
    signature,
    signer,
    timestamp,
    checkKey(read, trust.vkey),
    finding('checkpoints', checkCheckpoints(read)),
    witnesses,
    await checkHeads(read, trust),
    finding('trail', checkTrail(read)),
    finding('fields', checkFields(read)),
    finding('proofs', checkProofs(read)),
    finding('recordings', checkRecordings(read)),
    finding('report', checkReport(read)),
    notChecked('completeness', 'only-the-log-tells'),
  ]
  const { recordings, vkey } = read
  return {
    verdict: verdictOf(findings),
    findings,
    signer: by,
    stamp,
    key: vkey === undefined ? null : { vkey, fingerprint: fingerprintOf(vkey), established: vkey === trust.vkey },
    seenBy,
    recordings: recordings.map(({ name }) => name),
  }
}

/** Intact only if every check was made and holds, but for those that may be unchecked. */
function verdictOf(findings: readonly Finding[]): Report['verdict'] {
  if (findings.some(({ status }) => status === 'broken')) return 'altered'
  const isComplete = checkNames.every((check) => {
    const status = findings.find((made) => made.check === check)?.status
    return status === 'ok' || (status === 'not-checked' && mayBeUnchecked.includes(check))
  })
  return isComplete ? 'intact' : 'not-checked'
}
