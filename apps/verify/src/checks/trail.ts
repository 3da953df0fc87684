import {
  beginsRecording,
  checkpointMember,
  containerMembers,
  custodyFields,
  formatCustodyReport,
  parseLeaf,
  timeZoneOfCustodyReport,
  verifyOpening,
} from '@getuige/proof'
import { problem } from '../problems.ts'
import type { Problem } from '../problems.ts'
import { attempt, isObject, placeOf, textOf, valueOf } from './package-contents.ts'
import type { PackageContents } from './package-contents.ts'

/** The trail has entries, each in its place once, and each about a recording that is in the package. */
export function checkTrail({ recordings, trail }: PackageContents): Problem[] {
  if (trail === undefined) return [problem('unreadable', containerMembers.trail)]
  if (trail.entries.length === 0) return [problem('trail-empty')]
  const problems: Problem[] = []
  if (new Set(trail.logs).size !== trail.logs.length) problems.push(problem('log-twice'))
  const included = new Set<unknown>(recordings.map(({ recordingId }) => recordingId))
  for (const [i, entry] of trail.entries.entries()) {
    const before = trail.entries[i - 1]
    const isInOrder =
      before === undefined || before.log < entry.log || (before.log === entry.log && before.index < entry.index)
    if (!isInOrder) problems.push(problem('entry-out-of-order', placeOf(entry)))
    if (!included.has(valueOf(entry, 'recordingId'))) problems.push(problem('entry-foreign', placeOf(entry)))
  }
  trail.logs.forEach((origin, i) => {
    if (!trail.entries.some(({ log }) => log === i + 1)) problems.push(problem('log-without-entry', origin))
  })
  return problems
}

/** What the trail says of an entry is what its leaf commits to, and all of it. */
export function checkFields({ trail }: PackageContents): Problem[] {
  if (trail === undefined) return [problem('unreadable', containerMembers.trail)]
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

/** Each recording has the digest and size with which the trail says that it was received, or cut as a clip. */
export function checkRecordings({ recordings, trail }: PackageContents): Problem[] {
  if (trail === undefined) return [problem('unreadable', containerMembers.trail)]
  if (recordings.length === 0) return [problem('no-recording')]
  return recordings.flatMap(({ name, recordingId, sha256, sizeBytes }, i) => {
    if (recordings.findIndex((other) => other.recordingId === recordingId) !== i)
      return [problem('recording-twice', name)]
    const received = trail.entries.filter(
      (entry) =>
        valueOf(entry, 'recordingId') === recordingId &&
        beginsRecording(valueOf(entry, 'type'), valueOf(entry, 'details')),
    )
    if (received.length === 0) return [problem('not-received', name)]
    const isSame = received.every((entry) => {
      const details = valueOf(entry, 'details')
      return isObject(details) && details['sha256'] === sha256 && details['sizeBytes'] === sizeBytes
    })
    return isSame ? [] : [problem('not-as-received', name)]
  })
}

/** The report says what the rest of the package says: written again from there, it is the same. */
export function checkReport({ bagInfo, byName, recordings, trail, vkey }: PackageContents): Problem[] {
  if (vkey === undefined) return [problem('unreadable', containerMembers.signerVkey)]
  if (trail === undefined) return [problem('unreadable', containerMembers.trail)]
  if (bagInfo === undefined) return [problem('unreadable', containerMembers.bagInfo)]
  const text = textOf(byName.get(containerMembers.reportJson))
  const timeZone = text === undefined ? undefined : attempt(() => timeZoneOfCustodyReport(text))
  if (timeZone === undefined) return [problem('unreadable', containerMembers.reportJson)]
  const expected = attempt(() =>
    formatCustodyReport({
      packageId: bagInfo.get('External-Identifier') ?? '',
      createdAt: bagInfo.get('Getuige-Created-At') ?? '',
      corpsName: bagInfo.get('Source-Organization') ?? '',
      timeZone,
      recordings: recordings
        .map(({ name, recordingId, sha256, sizeBytes }) => ({
          recordingId,
          name: name.slice(name.lastIndexOf('/') + 1),
          sizeBytes,
          sha256,
        }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      entries: trail.entries.map(({ log, index, openings }) => ({
        log,
        index,
        fields: Object.fromEntries(openings.map(({ field, value }) => [field, value])),
      })),
      checkpoints: trail.logs.map((_, i) => textOf(byName.get(checkpointMember(i + 1))) ?? ''),
      vkey,
    }),
  )
  return expected === text ? [] : [problem('report-differs', containerMembers.reportJson)]
}
