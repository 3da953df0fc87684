import {
  addCosignatures,
  checkpointMember,
  containerMembers,
  findCosignature,
  headMember,
  parseConsistency,
  parseTlogProof,
  proofMember,
  verifyCheckpoint,
  verifyConsistency,
  verifyTlogProof,
} from '@getuige/proof'
import type { Checkpoint, HeadFile } from '@getuige/proof'
import { verifyTimestamp } from '@getuige/pki'
import { finding, notChecked } from '../finding.ts'
import type { Finding } from '../finding.ts'
import { problem } from '../problems.ts'
import type { Problem } from '../problems.ts'
import type { Trust } from '../trust.ts'
import { attempt, membersOfKind, textOf } from './package-contents.ts'
import type { PackageContents } from './package-contents.ts'
import { tell } from './signatures.ts'

/** That a witness had seen a log, of so many entries, at a time. ISO 8601. */
export type Sighting = Readonly<{ witness: string; origin: string; size: number; at: string }>

export function checkKey({ vkey }: PackageContents, given: string | undefined): Finding {
  if (given === undefined) return notChecked('key', 'no-key-given')
  if (vkey === undefined) return finding('key', [problem('unreadable', containerMembers.signerVkey)])
  return finding('key', vkey === given ? [] : [problem('another-key', vkey)])
}

export function checkCheckpoints(contents: PackageContents): Problem[] {
  const { byName, trail, vkey } = contents
  if (vkey === undefined) return [problem('unreadable', containerMembers.signerVkey)]
  if (trail === undefined) return [problem('unreadable', containerMembers.trail)]
  if (trail.logs.length === 0) return [problem('no-log')]
  const surplus = membersOfKind(contents, 'checkpoint').filter(({ is }) => is.log > trail.logs.length)
  const problems = surplus.map(({ member }) => problem('checkpoint-of-no-log', member.name))
  for (const [i, origin] of trail.logs.entries()) {
    const name = checkpointMember(i + 1)
    if (!byName.has(name)) {
      problems.push(problem('member-missing', name))
      continue
    }
    const checkpoint = readCheckpoint(contents, i + 1)
    if (checkpoint === undefined) problems.push(problem('checkpoint-wrong', name))
    else if (checkpoint.origin !== origin) problems.push(problem('checkpoint-of-no-log', name))
  }
  return problems
}

/**
 * Whether each witness that the reader trusts has seen each log: under its checkpoint in the package, or under a former
 * head of it. A cosignature in such a name that does not fit is never passed over.
 */
export function checkWitnesses(contents: PackageContents, { witnesses = [] }: Trust) {
  if (witnesses.length === 0) return { witnesses: notChecked('witnesses', 'no-witness-given'), seenBy: [] }
  const { trail } = contents
  if (trail === undefined) {
    return { witnesses: finding('witnesses', [problem('unreadable', containerMembers.trail)]), seenBy: [] }
  }
  if (trail.logs.length === 0) return { witnesses: finding('witnesses', [problem('no-log')]), seenBy: [] }
  const problems: Problem[] = []
  const seenBy: Sighting[] = []
  for (const [i, origin] of trail.logs.entries()) {
    const notes = cosignedNotes(contents, i + 1)
    for (const vkey of witnesses) {
      const seen = new Set<number>()
      for (const { name, note } of notes) {
        const found = note === undefined ? null : attempt(() => ({ at: findCosignature(note, vkey)?.at }))
        const checkpoint = note === undefined ? undefined : attempt(() => readNote(note, contents.vkey))
        if (found === undefined) problems.push(problem('cosignature-wrong', name))
        else if (found?.at !== undefined && checkpoint?.origin === origin) {
          const { size } = checkpoint
          // The checkpoint may stand among the former heads too.
          if (!seen.has(size)) seenBy.push({ witness: nameOf(vkey), origin, size, at: found.at.toISOString() })
          seen.add(size)
        }
      }
      if (seen.size === 0) problems.push(problem('not-cosigned', `${nameOf(vkey)} ${origin}`))
    }
  }
  return { witnesses: finding('witnesses', problems), seenBy }
}

const nameOf = (vkey: string): string => vkey.split('+')[0] ?? ''

/** The checkpoint of a log in the package and its former heads, each with its cosignatures. */
function cosignedNotes(contents: PackageContents, log: number) {
  const notes = [{ name: checkpointMember(log), note: textOf(contents.byName.get(checkpointMember(log))) }]
  for (const { member, is } of membersOfKind(contents, 'head')) {
    if (is.log !== log || is.file !== 'cosignatures') continue
    const head = textOf(contents.byName.get(headMember(log, is.size, 'checkpoint')))
    const lines = textOf(member)
    const note = head === undefined || lines === undefined ? undefined : attempt(() => addCosignatures(head, [lines]))
    notes.push({ name: member.name, note })
  }
  return notes
}

/** Each former head is of its log, continued by the checkpoint in the package, and seen by somebody else. */
export async function checkHeads(contents: PackageContents, { stampAuthorities }: Trust): Promise<Finding> {
  const members = membersOfKind(contents, 'head')
  if (members.length === 0) return notChecked('heads', 'no-heads')
  const folders = new Map(members.map(({ is }) => [`${is.log}/${is.size}`, is]))
  const problems: Problem[] = []
  for (const { log, size } of folders.values()) {
    const nameOf = (file: HeadFile) => headMember(log, size, file)
    const fileOf = (file: HeadFile) => contents.byName.get(nameOf(file))
    const newest = readCheckpoint(contents, log)
    const note = textOf(fileOf('checkpoint'))
    const head = note === undefined ? undefined : attempt(() => readNote(note, contents.vkey))
    if (newest === undefined || head === undefined || head.origin !== newest.origin || head.size !== size) {
      problems.push(problem('head-wrong', nameOf('checkpoint')))
      continue
    }
    const path = attempt(() => parseConsistency(textOf(fileOf('consistency')) ?? ''))
    const isContinued =
      path?.oldSize === size &&
      verifyConsistency({
        oldSize: size,
        size: newest.size,
        oldRoot: head.root,
        root: newest.root,
        path: path.path,
      })
    if (!isContinued) problems.push(problem('head-not-continued', nameOf('consistency')))
    const lines = textOf(fileOf('cosignatures'))
    const token = fileOf('checkpoint.tst')
    if (fileOf('cosignatures') === undefined && token === undefined)
      problems.push(problem('head-of-nobody', nameOf('checkpoint')))
    // Whether they fit is told by the check of witnesses, which knows their keys.
    const isReadable = lines !== undefined && attempt(() => addCosignatures(note ?? '', [lines])) !== undefined
    if (fileOf('cosignatures') !== undefined && !isReadable) {
      problems.push(problem('cosignature-wrong', nameOf('cosignatures')))
    }
    if (token !== undefined) {
      const stamp = await verifyTimestamp(
        token.bytes ?? new Uint8Array(0),
        fileOf('checkpoint')?.bytes ?? new Uint8Array(0),
        {
          roots: stampAuthorities,
        },
      )
      problems.push(...tell([...stamp.problems, ...(stamp.trustProblems ?? [])], token.name))
    }
  }
  return finding('heads', problems)
}

/** Each entry is proven under the checkpoint of its log, and each proof is of an entry. */
export function checkProofs(contents: PackageContents): Problem[] {
  const { byName, trail, vkey } = contents
  if (vkey === undefined) return [problem('unreadable', containerMembers.signerVkey)]
  if (trail === undefined) return [problem('unreadable', containerMembers.trail)]
  if (trail.entries.length === 0) return [problem('trail-empty')]
  const expected = new Set(trail.entries.map(({ log, index }) => proofMember(log, index)))
  const problems = membersOfKind(contents, 'proof')
    .filter(({ member }) => !expected.has(member.name))
    .map(({ member }) => problem('proof-of-no-entry', member.name))
  for (const { log, index, leaf } of trail.entries) {
    const name = proofMember(log, index)
    const text = textOf(byName.get(name))
    if (text === undefined) problems.push(problem('member-missing', name))
    else if (attempt(() => verifyTlogProof(text, leaf, vkey))?.index !== index) {
      problems.push(problem('proof-wrong', name))
    } else if (parseTlogProof(text).checkpoint !== textOf(byName.get(checkpointMember(log)))) {
      problems.push(problem('proof-of-another-checkpoint', name))
    }
  }
  return problems
}

function readCheckpoint({ byName, vkey }: PackageContents, log: number): Checkpoint | undefined {
  const note = textOf(byName.get(checkpointMember(log)))
  return note === undefined ? undefined : attempt(() => readNote(note, vkey))
}

function readNote(note: string, vkey: string | undefined): Checkpoint | undefined {
  return vkey === undefined ? undefined : verifyCheckpoint(note, vkey)
}
