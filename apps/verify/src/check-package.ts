import { createHash } from 'node:crypto'
import { equalBytes } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import {
  bagDeclaration,
  checkpointMember,
  custodyFields,
  formatOxum,
  formatPublicKeyPem,
  formatVkey,
  kindOfMember,
  manifestOf,
  packageFormat,
  packageMembers,
  packageMimetype,
  parseBagInfo,
  parseLeaf,
  parseManifest,
  parsePublicKeyPem,
  parseTlogProof,
  parseTrail,
  parseVkey,
  proofMember,
  ProofError,
  verifyCheckpoint,
  verifyEd25519,
  verifyOpening,
  verifyTlogProof,
} from '@getuige/proof'
import type { DisclosedEntry, DisclosedTrail } from '@getuige/proof'
import { checkNames } from './check-names.ts'
import type { CheckName } from './check-names.ts'
import { problem } from './problems.ts'
import type { Problem } from './problems.ts'
import type { Contents, Member } from './read-package.ts'

/** `not-checked` says why in its problems. */
export type Finding = Readonly<{
  check: CheckName
  status: 'ok' | 'broken' | 'not-checked'
  problems: readonly Problem[]
}>

export type Report = Readonly<{
  verdict: 'intact' | 'altered' | 'not-checked'
  findings: readonly Finding[]
  /** What the package says of its signer; `established` if it is the key the caller gave. */
  signer: Readonly<{ vkey: string; fingerprint: string; established: boolean }> | null
  recordings: readonly string[]
}>

/** These two say by nature what a package alone cannot establish. All others must be made for it to be intact. */
const mayBeUnchecked: readonly CheckName[] = ['signer', 'completeness']

type Package = ReadonlyMap<string, Member>

/** Check what was read of a package. `givenVkey` is the key its reader got by another way, if any. */
export function checkPackage(contents: Exclude<Contents, { kind: 'not-a-zip' }>, givenVkey?: string): Report {
  if (contents.kind === 'unreadable' || contents.members.length === 0) {
    const problems = contents.kind === 'unreadable' ? contents.problems : [problem('empty')]
    const rest = checkNames.slice(1).map((check): Finding => notChecked(check, 'container-unreadable'))
    return reportOf([{ check: 'container', status: 'broken', problems }, ...rest], null, [])
  }
  const { members } = contents
  const byName: Package = new Map(members.map((member) => [member.name, member]))
  const vkey = readVkey(byName)
  const trail = readTrail(byName)
  const findings = [
    finding('container', contents.problems),
    finding('layout', checkLayout(members)),
    finding('listed', checkListed(members)),
    finding('digests', checkDigests(byName)),
    finding('signature', checkSignature(byName, vkey)),
    checkSigner(vkey, givenVkey),
    finding('checkpoints', checkCheckpoints(byName, vkey, trail)),
    finding('trail', checkTrail(trail, byName)),
    finding('fields', checkFields(trail)),
    finding('proofs', checkProofs(trail, byName, vkey)),
    finding('recordings', checkRecordings(trail, byName)),
    notChecked('completeness', 'only-the-log-tells'),
  ]
  const signer = vkey === undefined ? null : describeSigner(vkey, givenVkey)
  return reportOf(
    findings,
    signer,
    recordingsOf(byName).map(({ name }) => name),
  )
}

function reportOf(findings: readonly Finding[], signer: Report['signer'], recordings: readonly string[]): Report {
  const isBroken = findings.some(({ status }) => status === 'broken')
  const isComplete = checkNames.every((check) => {
    const status = findings.find((made) => made.check === check)?.status
    return status === 'ok' || (status === 'not-checked' && mayBeUnchecked.includes(check))
  })
  return { verdict: isBroken ? 'altered' : isComplete ? 'intact' : 'not-checked', findings, signer, recordings }
}

function finding(check: CheckName, problems: readonly Problem[]): Finding {
  return { check, status: problems.length === 0 ? 'ok' : 'broken', problems }
}

function notChecked(check: CheckName, why: Problem['code']): Finding {
  return { check, status: 'not-checked', problems: [problem(why)] }
}

/** The members a package has, each once, where they belong, and the fixed ones with their fixed text. */
function checkLayout(members: readonly Member[]): Problem[] {
  const names = members.map(({ name }) => name)
  const seen = new Set<string>()
  const problems = names.flatMap((name) => {
    if (seen.has(name)) return [problem('member-twice', name)]
    seen.add(name)
    return kindOfMember(name) === undefined ? [problem('member-unknown', name)] : []
  })
  for (const name of Object.values(packageMembers)) if (!seen.has(name)) problems.push(problem('member-missing', name))
  if (names[0] !== packageMembers.mimetype) problems.push(problem('mimetype-not-first'))
  const byName: Package = new Map(members.map((member) => [member.name, member]))
  const fixed: [string, string][] = [
    [packageMembers.mimetype, packageMimetype],
    [packageMembers.bagDeclaration, bagDeclaration],
  ]
  for (const [name, text] of fixed) {
    if (byName.has(name) && textOf(byName, name) !== text) problems.push(problem('text-differs', name))
  }
  const info = attempt(() => parseBagInfo(textOf(byName, packageMembers.bagInfo) ?? ''))
  if (info?.get('Getuige-Format') !== packageFormat) problems.push(problem('format-unknown', packageMembers.bagInfo))
  const payload = members.filter(({ name }) => manifestOf(name) === 'manifest')
  if (info?.get('Payload-Oxum') !== formatOxum(payload.map(({ sizeBytes }) => sizeBytes))) {
    problems.push(problem('oxum-differs', packageMembers.bagInfo))
  }
  return problems
}

/** Each member is in the one manifest that must list it, and each that a manifest lists is there. */
function checkListed(members: readonly Member[]): Problem[] {
  const byName: Package = new Map(members.map((member) => [member.name, member]))
  return (['manifest', 'tagManifest'] as const).flatMap((which) => {
    const listed = readManifest(byName, which)
    if (listed === undefined) return [problem('unreadable', packageMembers[which])]
    const present = new Set(members.map(({ name }) => name).filter((name) => manifestOf(name) === which))
    return [
      ...[...present].filter((name) => !listed.has(name)).map((name) => problem('member-unlisted', name)),
      ...[...listed.keys()].filter((name) => !present.has(name)).map((name) => problem('member-missing', name)),
    ]
  })
}

function checkDigests(byName: Package): Problem[] {
  return (['tagManifest', 'manifest'] as const).flatMap((which) => {
    const listed = readManifest(byName, which)
    if (listed === undefined) return [problem('unreadable', packageMembers[which])]
    return [...listed].flatMap(([name, sha256]) =>
      byName.get(name)?.sha256 === sha256 ? [] : [problem('digest-differs', name)],
    )
  })
}

function checkSignature(byName: Package, vkey: string | undefined): Problem[] {
  const pemText = textOf(byName, packageMembers.signerPem)
  const pem = attempt(() => parsePublicKeyPem(pemText ?? ''))
  if (pem === undefined) return [problem('unreadable', packageMembers.signerPem)]
  if (vkey === undefined) return [problem('unreadable', packageMembers.signerVkey)]
  if (!equalBytes(parseVkey(vkey).publicKey, pem)) return [problem('keys-differ')]
  const tagManifest = byName.get(packageMembers.tagManifest)?.bytes
  const signature = byName.get(packageMembers.signature)?.bytes
  if (!tagManifest) return [problem('member-missing', packageMembers.tagManifest)]
  if (!signature) return [problem('member-missing', packageMembers.signature)]
  return verifyEd25519(signature, tagManifest, pem) ? [] : [problem('signature-wrong', packageMembers.signature)]
}

function checkSigner(vkey: string | undefined, givenVkey: string | undefined): Finding {
  if (givenVkey === undefined) return notChecked('signer', 'no-key-given')
  return finding('signer', vkey === givenVkey ? [] : [problem('another-key', vkey)])
}

function checkCheckpoints(byName: Package, vkey: string | undefined, trail: DisclosedTrail | undefined): Problem[] {
  if (vkey === undefined) return [problem('unreadable', packageMembers.signerVkey)]
  if (trail === undefined) return [problem('unreadable', packageMembers.trail)]
  if (trail.logs.length === 0) return [problem('no-log')]
  const expected = trail.logs.map((_, i) => checkpointMember(i + 1))
  const surplus = [...byName.keys()].filter(
    (name) => kindOfMember(name)?.kind === 'checkpoint' && !expected.includes(name),
  )
  const problems = surplus.map((name) => problem('checkpoint-of-no-log', name))
  for (const [i, origin] of trail.logs.entries()) {
    const name = checkpointMember(i + 1)
    const note = textOf(byName, name)
    if (note === undefined) {
      problems.push(problem('member-missing', name))
      continue
    }
    const checkpoint = attempt(() => verifyCheckpoint(note, vkey))
    if (checkpoint === undefined) problems.push(problem('checkpoint-wrong', name))
    else if (checkpoint.origin !== origin) problems.push(problem('checkpoint-of-no-log', name))
  }
  return problems
}

/** The trail has entries, each in its place once, and each about a recording that is in the package. */
function checkTrail(trail: DisclosedTrail | undefined, byName: Package): Problem[] {
  if (trail === undefined) return [problem('unreadable', packageMembers.trail)]
  if (trail.entries.length === 0) return [problem('trail-empty')]
  const problems: Problem[] = []
  if (new Set(trail.logs).size !== trail.logs.length) problems.push(problem('log-twice'))
  const included = recordingsOf(byName).map(({ recordingId }) => recordingId)
  for (const [i, entry] of trail.entries.entries()) {
    const before = trail.entries[i - 1]
    const isInOrder =
      before === undefined || before.log < entry.log || (before.log === entry.log && before.index < entry.index)
    if (!isInOrder) problems.push(problem('entry-out-of-order', placeOf(entry)))
    const about = valueOf(entry, 'recordingId')
    if (typeof about !== 'string' || !included.includes(about)) problems.push(problem('entry-foreign', placeOf(entry)))
  }
  trail.logs.forEach((origin, i) => {
    if (!trail.entries.some(({ log }) => log === i + 1)) problems.push(problem('log-without-entry', origin))
  })
  return problems
}

/** What the trail says of an entry is what its leaf commits to, and all of it. */
function checkFields(trail: DisclosedTrail | undefined): Problem[] {
  if (trail === undefined) return [problem('unreadable', packageMembers.trail)]
  if (trail.entries.length === 0) return [problem('trail-empty')]
  return trail.entries.flatMap((entry) => {
    const committed = attempt(() => [...parseLeaf(entry.leaf).keys()])
    if (committed === undefined) return [problem('leaf-unreadable', placeOf(entry))]
    const opened = entry.openings.map(({ field }) => field)
    const missing = [...new Set([...committed, ...custodyFields])].filter((field) => !opened.includes(field))
    return [
      ...missing.map((field) => problem('field-not-opened', `${placeOf(entry)} ${field}`)),
      ...entry.openings
        .filter((opening) => !verifyOpening(entry.leaf, opening))
        .map(({ field }) => problem('field-differs', `${placeOf(entry)} ${field}`)),
    ]
  })
}

/** Each entry is proven under the checkpoint of its log, and each proof is of an entry. */
function checkProofs(trail: DisclosedTrail | undefined, byName: Package, vkey: string | undefined): Problem[] {
  if (vkey === undefined) return [problem('unreadable', packageMembers.signerVkey)]
  if (trail === undefined) return [problem('unreadable', packageMembers.trail)]
  if (trail.entries.length === 0) return [problem('trail-empty')]
  const expected = new Set(trail.entries.map(({ log, index }) => proofMember(log, index)))
  const problems = [...byName.keys()]
    .filter((name) => kindOfMember(name)?.kind === 'proof' && !expected.has(name))
    .map((name) => problem('proof-of-no-entry', name))
  for (const { log, index, leaf } of trail.entries) {
    const name = proofMember(log, index)
    const text = textOf(byName, name)
    if (text === undefined) problems.push(problem('member-missing', name))
    else if (attempt(() => verifyTlogProof(text, leaf, vkey))?.index !== index)
      problems.push(problem('proof-wrong', name))
    else if (parseTlogProof(text).checkpoint !== textOf(byName, checkpointMember(log))) {
      problems.push(problem('proof-of-another-checkpoint', name))
    }
  }
  return problems
}

/** Each recording has the digest and size with which the trail says that it was received. */
function checkRecordings(trail: DisclosedTrail | undefined, byName: Package): Problem[] {
  if (trail === undefined) return [problem('unreadable', packageMembers.trail)]
  const recordings = recordingsOf(byName)
  if (recordings.length === 0) return [problem('no-recording')]
  return recordings.flatMap(({ name, recordingId, sha256, sizeBytes }, i) => {
    if (recordings.findIndex((other) => other.recordingId === recordingId) !== i)
      return [problem('recording-twice', name)]
    const received = trail.entries.filter(
      (entry) => valueOf(entry, 'type') === 'recording-received' && valueOf(entry, 'recordingId') === recordingId,
    )
    if (received.length === 0) return [problem('not-received', name)]
    const isSame = received.every((entry) => {
      const details = valueOf(entry, 'details')
      return isObject(details) && details['sha256'] === sha256 && details['sizeBytes'] === sizeBytes
    })
    return isSame ? [] : [problem('not-as-received', name)]
  })
}

function recordingsOf(byName: Package) {
  return [...byName.values()].flatMap((member) => {
    const kind = kindOfMember(member.name)
    return kind?.kind === 'recording' ? [{ ...member, recordingId: kind.recordingId }] : []
  })
}

function describeSigner(vkey: string, givenVkey: string | undefined): Report['signer'] {
  const pem = formatPublicKeyPem(parseVkey(vkey).publicKey)
  const der = Buffer.from(pem.split('\n')[1] ?? '', 'base64')
  return { vkey, fingerprint: createHash('sha256').update(der).digest('hex'), established: vkey === givenVkey }
}

function readVkey(byName: Package): string | undefined {
  const text = textOf(byName, packageMembers.signerVkey)
  if (text === undefined || !text.endsWith('\n')) return undefined
  const vkey = text.slice(0, -1)
  const parsed = attempt(() => parseVkey(vkey))
  // One text for one key, so that two keys are equal when their texts are.
  return parsed !== undefined && formatVkey(parsed.name, parsed.publicKey) === vkey ? vkey : undefined
}

function readTrail(byName: Package): DisclosedTrail | undefined {
  return attempt(() => parseTrail(textOf(byName, packageMembers.trail) ?? ''))
}

function readManifest(byName: Package, which: 'manifest' | 'tagManifest'): ReadonlyMap<string, string> | undefined {
  return attempt(() => parseManifest(textOf(byName, packageMembers[which]) ?? ''))
}

/** Undefined if there is no such member or it is not UTF-8. */
function textOf(byName: Package, name: string): string | undefined {
  const bytes = byName.get(name)?.bytes
  if (!bytes) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}

function placeOf({ log, index }: DisclosedEntry): string {
  return `${log}/${index}`
}

function valueOf(entry: DisclosedEntry, field: string): JsonValue | undefined {
  return entry.openings.find((opening) => opening.field === field)?.value
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value)
}
