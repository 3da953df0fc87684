import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@getuige/base'
import {
  checkpointMember,
  containerMembers,
  cosign,
  formatConsistency,
  formatTlogProof,
  formatTrail,
  headMember,
  leafHash,
  makeInclusionProof,
  parseTlogProof,
  proofMember,
  recordingMember,
  signNote,
} from '@getuige/proof'
import type { DisclosedTrail, Opening } from '@getuige/proof'
import { toPem } from '@getuige/pki'
import { afterAll, describe, expect, test } from 'vitest'
import type { CheckName } from './check-names.ts'
import { checkPackage } from './check-package.ts'
import type { Report } from './check-package.ts'
import { portableHashing } from './portable-hashing.ts'
import type { ProblemCode } from './problems.ts'
import type { Contents } from './read-package.ts'
import { readPackage } from './read-package.ts'
import { run } from './run.ts'
import { certify, newAuthority, stamp } from './testing/authorities.ts'
import {
  cosigned,
  defaultEntries,
  exportedAt,
  headSize,
  logKey,
  makePayload,
  makeZip,
  newParties,
  otherWitness,
  recordingBytes,
  recordingId,
  recordingName,
  restamp,
  seal,
  strangeKey,
  withReport,
  witness,
} from './testing/specimen.ts'
import type { Members, Sealing, Zip, ZipFault } from './testing/specimen.ts'
import { checkWords } from './words.ts'

const folder = mkdtempSync(join(tmpdir(), 'getuige-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))

const parties = await newParties()
const caFile = join(folder, 'ca.pem')
const stampCaFile = join(folder, 'tsa-ca.pem')
writeFileSync(caFile, toPem(parties.ca))
writeFileSync(stampCaFile, toPem(parties.stampCa))
/** Everything that a careful reader has. */
const allGiven = ['--ca', caFile, '--tsa-ca', stampCaFile, '--key', logKey.vkey, '--witness', witness.vkey]

async function verify(bytes: Uint8Array, ...args: string[]) {
  const path = join(folder, 'package.asice')
  writeFileSync(path, bytes)
  return runOn(path, ...args)
}

async function runOn(...args: string[]) {
  return runAt(exportedAt, ...args)
}

async function runAt(now: Date, ...args: string[]) {
  const lines: string[] = []
  const complaints: string[] = []
  const shell = { write: (line: string) => lines.push(line), complain: (line: string) => complaints.push(line), now }
  return { code: await run(args, shell), text: lines.join('\n'), complaint: complaints.join('\n') }
}

async function report(bytes: Uint8Array, ...args: string[]): Promise<Report & { code: number }> {
  const { code, text } = await verify(bytes, '--json', ...args)
  return { ...(JSON.parse(text) as Report), code }
}

const brokenOf = ({ findings }: Report) =>
  findings.filter(({ status }) => status === 'broken').map(({ check }) => check)
const uncheckedOf = ({ findings }: Report) =>
  findings.filter(({ status }) => status === 'not-checked').map(({ check }) => check)

const zipOf = (members: Members, faults?: readonly ZipFault[]): Buffer => makeZip(members, faults).bytes
const { payload, trail } = await makePayload(parties)
const good = await seal(payload, parties)
const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1)
const without = (members: Members, ...names: string[]): Members =>
  new Map([...members].filter(([other]) => !names.includes(other)))
const renamed = (members: Members, from: string, to: string): Members =>
  new Map([...members].map(([name, bytes]) => [name === from ? to : name, bytes]))
const withMembers = (members: Members, changes: Record<string, string | Uint8Array>): Members =>
  new Map([
    ...members,
    ...Object.entries(changes).map(([name, text]) => [name, typeof text === 'string' ? utf8(text) : text] as const),
  ])
/** The package with something else under data/, reported, listed, signed and stamped: by someone who has the keys. */
const resealed = (changes: Record<string, string | Uint8Array>) =>
  seal(withReport(withMembers(payload, changes)), parties)
const retagged = (tags: Record<string, string>, sealing: Sealing = {}) =>
  seal(payload, parties, {
    ...sealing,
    tags: Object.fromEntries(Object.entries(tags).map(([name, text]) => [name, utf8(text)])),
  })
const resealedTrail = (change: (trail: DisclosedTrail) => DisclosedTrail) =>
  resealed({ [containerMembers.trail]: formatTrail(change(trail)) })
const withoutReport = (changes: Record<string, string | Uint8Array>) => seal(withMembers(payload, changes), parties)
const changeOpening = (change: (opening: Opening) => Opening[]) =>
  resealedTrail(({ logs, entries }) => ({
    logs,
    entries: entries.map((entry, i) => (i === 1 ? { ...entry, openings: entry.openings.flatMap(change) } : entry)),
  }))
/** The recording as something that was cut, in place of received. */
const asClip = (details: Readonly<Record<string, string>>): typeof defaultEntries =>
  defaultEntries.map(([log, index, fields]) => {
    if (fields['type'] !== 'recording-received') return [log, index, fields]
    return [log, index, { ...fields, type: 'clip-made', details: { ...(fields['details'] as object), ...details } }]
  })
const madeOf = async (entries: typeof defaultEntries) => seal((await makePayload(parties, entries)).payload, parties)
const text = (name: string) => new TextDecoder().decode(good.get(name))
const proof = parseTlogProof(text(proofMember(1, 5)))
const textOfNote = (note: string) => `${note.split('\n\n')[0] ?? ''}\n`
const head = (file: 'checkpoint' | 'cosignatures' | 'consistency' | 'checkpoint.tst') => headMember(1, headSize, file)

test('a good package is intact, and what only its reader can know is said to be not checked', async () => {
  const { code, text: said } = await verify(zipOf(good))
  expect(code).toBe(0)
  expect(said).toContain('ok           Every member is listed, and every listed member is there')
  expect(said).toContain('not checked  The certificate of the signer leads to an authority that was given')
  expect(said).toContain('who signed is not established: no certificate of an authority was given')
  expect(said).toContain('Signed by: Evidence of the Police of Example (issued by Police of Example)')
  expect(said).toContain(`Verifier key of the log: ${logKey.vkey}`)
  expect(said.endsWith('Intact.')).toBe(true)
})

test('a clip is as it was cut, where its trail says of what', async () => {
  const { code } = await verify(zipOf(await madeOf(asClip({ originalId: 'rec_02' }))))
  expect(code).toBe(0)
})

test('with what the reader got by another way, all is established but that nothing was left out', async () => {
  const found = await report(zipOf(good), ...allGiven)
  expect(uncheckedOf(found)).toEqual(['completeness'])
  expect(found).toMatchObject({ code: 0, verdict: 'intact', key: { established: true }, stamp: { established: true } })
  expect(found.signer).toMatchObject({
    established: true,
    accordingTo: 'time-stamp',
    signedAt: exportedAt.toISOString(),
  })
  expect(found.seenBy.map(({ size }) => size)).toEqual([7, headSize, 7, headSize])
})

test.each(['nl', 'fr', 'de', 'en'] as const)('every check is told in the language asked for: %s', async (language) => {
  const { text: said } = await verify(zipOf(good), '--lang', language)
  for (const words of Object.values(checkWords)) expect(said).toContain(words[language])
})

test('what has no time stamp, former head or cosignature is intact, and no check passes for want of it', async () => {
  const bare = withMembers(without(payload, ...[...payload.keys()].filter((name) => name.includes('/heads/'))), {
    [checkpointMember(1)]: signNote(textOfNote(text(checkpointMember(1))), logKey.name, logKey.seed),
    [checkpointMember(2)]: signNote(textOfNote(text(checkpointMember(2))), logKey.name, logKey.seed),
  })
  for (const { log, index } of trail.entries) {
    const old = parseTlogProof(text(proofMember(log, index)))
    const checkpoint = new TextDecoder().decode(bare.get(checkpointMember(log)))
    bare.set(proofMember(log, index), utf8(formatTlogProof({ ...old, checkpoint })))
  }
  const allButWitness = allGiven.slice(0, allGiven.indexOf('--witness'))
  const found = await report(zipOf(await seal(bare, parties, { stamper: null })), ...allButWitness)
  expect(found.code).toBe(0)
  expect(uncheckedOf(found)).toEqual(['timestamp', 'witnesses', 'heads', 'completeness'])
  expect(found.signer).toMatchObject({ established: true, accordingTo: 'signer' })
})

test('a witness that the reader trusts and that has not seen the log breaks the package, and is named', async () => {
  const found = await report(zipOf(good), '--witness', witness.vkey, '--witness', otherWitness.vkey)
  expect(found.code).toBe(1)
  expect(found.findings.find(({ check }) => check === 'witnesses')).toMatchObject({
    status: 'broken',
    problems: [
      { code: 'not-cosigned', subject: 'other.example police.example/corps_01/2026' },
      { code: 'not-cosigned', subject: 'other.example police.example/corps_01/2027' },
    ],
  })
})

test('a certificate that has expired since is judged at the time of the stamp, and it is said', async () => {
  const later = new Date('2090-01-01T00:00:00Z')
  writeFileSync(join(folder, 'old.asice'), zipOf(good))
  const { code, text: said } = await runAt(later, join(folder, 'old.asice'), ...allGiven)
  expect(said).toContain('Signed at: 2026-03-28T12:00:00.000Z (according to the time stamp)')
  expect(said).toContain(
    'The certificate has expired since; it was judged at that moment. It was valid until: 2076-03-27',
  )
  expect(code).toBe(0)
})

test('a signature made after its certificate had expired is not by the corps', async () => {
  const made = await seal(payload, parties, { signedAt: new Date('2080-01-01T00:00:00Z'), stamper: null })
  const found = await report(zipOf(made), '--ca', caFile)
  expect(brokenOf(found)).toEqual(['signer'])
  expect(found.findings[5]?.problems.map(({ code }) => code)).toEqual(['certificate-expired'])
})

test('the browser digests as Node does', async () => {
  const bytes = zipOf(good)
  const source = {
    sizeBytes: bytes.length,
    read: (position: number, length: number) => Promise.resolve(bytes.subarray(position, position + length)),
  }
  const contents = await readPackage(source, portableHashing)
  expect(contents).toMatchObject({ kind: 'read', problems: [] })
  const { signer: by, ...rest } = await checkPackage(contents as Extract<Contents, { kind: 'read' }>, {}, exportedAt)
  expect(rest.verdict).toBe('intact')
  expect(by?.established).toBe(false)
})

/** Sound in itself, but not what the log has at its place. */
const madeUp = (await makePayload(parties, [[1, 5, { ...defaultEntries[1]?.[2], type: 'hold-placed' }]])).trail.entries

const members: [what: string, check: CheckName, code: ProblemCode, made: Members | Promise<Members>][] = [
  ['a recording exchanged', 'digests', 'digest-differs', new Map([...good, [recordingName, flip(recordingBytes, 9)]])],
  ['a recording removed', 'listed', 'member-missing', without(good, recordingName)],
  ['a recording renamed', 'listed', 'member-unlisted', renamed(good, recordingName, recordingMember('rec_02.mp4'))],
  ['a recording added', 'listed', 'member-unlisted', new Map([...good, [recordingMember('rec_02'), recordingBytes]])],
  ['a name that climbs out', 'layout', 'member-unknown', new Map([...good, ['data/../../x', recordingBytes]])],
  ['an absolute name', 'layout', 'member-unknown', new Map([...good, ['/etc/passwd', recordingBytes]])],
  ['mimetype not first', 'layout', 'mimetype-not-first', new Map([...good].toReversed())],
  [
    'a checkpoint changed after signing',
    'checkpoints',
    'checkpoint-wrong',
    resealed({ [checkpointMember(1)]: text(checkpointMember(1)).replace('\n7\n', '\n8\n') }),
  ],
  [
    'the checkpoint of another log',
    'checkpoints',
    'checkpoint-of-no-log',
    resealed({ [checkpointMember(1)]: text(checkpointMember(2)) }),
  ],
  [
    'a checkpoint too many',
    'checkpoints',
    'checkpoint-of-no-log',
    resealed({ [checkpointMember(3)]: text(checkpointMember(2)) }),
  ],
  ['a trail without entries', 'trail', 'trail-empty', resealedTrail(({ logs }) => ({ logs, entries: [] }))],
  ['a trail without entries or logs', 'checkpoints', 'no-log', resealedTrail(() => ({ logs: [], entries: [] }))],
  ['a trail that is not one', 'trail', 'unreadable', resealed({ [containerMembers.trail]: '{}' })],
  [
    'a trail written in another way',
    'fields',
    'unreadable',
    resealed({ [containerMembers.trail]: ` ${text(containerMembers.trail)}` }),
  ],
  [
    'a trail that says a thing twice',
    'trail',
    'unreadable',
    resealed({ [containerMembers.trail]: text(containerMembers.trail).replace('"index":2', '"index":1,"index":2') }),
  ],
  [
    'an entry removed and all signed again',
    'proofs',
    'proof-of-no-entry',
    resealedTrail(({ logs, entries }) => ({ logs, entries: entries.toSpliced(1, 1) })),
  ],
  [
    'an entry twice',
    'trail',
    'entry-out-of-order',
    resealedTrail(({ logs, entries }) => ({ logs, entries: entries.flatMap((entry) => [entry, entry]) })),
  ],
  [
    'entries in another order',
    'trail',
    'entry-out-of-order',
    resealedTrail(({ logs, entries }) => ({ logs, entries: entries.toReversed() })),
  ],
  [
    'an entry without a recording',
    'trail',
    'entry-foreign',
    madeOf(
      defaultEntries.map(([log, index, fields]) => [
        log,
        index,
        index === 5 ? { ...fields, recordingId: null } : fields,
      ]),
    ),
  ],
  [
    'a log without an entry',
    'trail',
    'log-without-entry',
    resealedTrail(({ logs, entries }) => ({ logs, entries: entries.filter(({ log }) => log === 1) })),
  ],
  [
    'another value',
    'fields',
    'field-differs',
    changeOpening((opening) => [opening.field === 'type' ? { ...opening, value: 'hold-placed' } : opening]),
  ],
  [
    'another salt',
    'fields',
    'field-differs',
    changeOpening((opening) => [opening.field === 'at' ? { ...opening, salt: new Uint8Array(32) } : opening]),
  ],
  [
    'a field held back',
    'fields',
    'field-not-opened',
    changeOpening((opening) => (opening.field === 'actor' ? [] : [opening])),
  ],
  [
    'a field made up',
    'fields',
    'field-differs',
    changeOpening((opening) => [opening, { ...opening, field: `${opening.field}2` }]),
  ],
  [
    'a leaf that is not one',
    'fields',
    'leaf-unreadable',
    resealedTrail(({ logs, entries }) => ({ logs, entries: entries.map((entry) => ({ ...entry, leaf: utf8('{}') })) })),
  ],
  [
    'an entry made up',
    'proofs',
    'proof-wrong',
    resealedTrail(({ logs, entries }) => ({ logs, entries: entries.toSpliced(1, 1, ...madeUp) })),
  ],
  [
    'a proof without its last hash',
    'proofs',
    'proof-wrong',
    resealed({ [proofMember(1, 5)]: formatTlogProof({ ...proof, path: proof.path.slice(0, -1) }) }),
  ],
  ['a proof of the neighbour', 'proofs', 'proof-wrong', resealed({ [proofMember(1, 5)]: text(proofMember(1, 2)) })],
  [
    'a proof of a tree of one leaf',
    'proofs',
    'proof-wrong',
    resealed({
      [proofMember(1, 5)]: formatTlogProof({ ...proof, path: makeInclusionProof([leafHash(utf8('x'))], 0) }),
    }),
  ],
  [
    'a recording exchanged and all signed again',
    'recordings',
    'not-as-received',
    resealed({ [recordingName]: flip(recordingBytes, 9) }),
  ],
  [
    'a recording cut short and all signed again',
    'recordings',
    'not-as-received',
    resealed({ [recordingName]: recordingBytes.slice(0, -1) }),
  ],
  [
    'a recording the trail does not mention',
    'recordings',
    'not-received',
    resealed({ [recordingMember('rec_02')]: recordingBytes }),
  ],
  [
    'a reception that tells no digest',
    'recordings',
    'not-as-received',
    madeOf(defaultEntries.map(([log, index, fields]) => [log, index, { ...fields, details: {} }])),
  ],
  [
    'two receptions that tell different digests',
    'recordings',
    'not-as-received',
    madeOf(
      defaultEntries.map(([log, index, fields]) => [
        log,
        index,
        index === 5 ? { ...fields, type: 'recording-received' } : fields,
      ]),
    ),
  ],
  [
    'no entry about reception',
    'recordings',
    'not-received',
    madeOf(defaultEntries.slice(1).map(([, index, fields]) => [1, index, fields])),
  ],
  ['a recording of which only a clip is told', 'recordings', 'not-received', madeOf(asClip({ clipId: 'rec_02' }))],
  [
    'a clip with another digest than it was cut with',
    'recordings',
    'not-as-received',
    madeOf(asClip({ originalId: 'rec_02', sha256: '0'.repeat(64) })),
  ],
  [
    'the recording under two names',
    'recordings',
    'recording-twice',
    resealed({ [recordingMember(`${recordingId}.avi`)]: recordingBytes }),
  ],
  ['a member that packages do not have', 'layout', 'member-unknown', resealed({ 'data/notes.txt': 'hello' })],
  ['another mimetype', 'layout', 'text-differs', retagged({ mimetype: 'application/zip' })],
  ['another version', 'layout', 'format-unknown', retagged({ 'bag-info.txt': 'Getuige-Format: v9\n' })],
  ['another number of bytes', 'layout', 'oxum-differs', retagged({ 'bag-info.txt': 'Payload-Oxum: 1.1\n' })],
  ['an empty manifest', 'listed', 'unreadable', retagged({ [containerMembers.manifest]: '' })],
  [
    'a manifest that names a member twice',
    'digests',
    'unreadable',
    retagged({ [containerMembers.manifest]: text(containerMembers.manifest).repeat(2) }),
  ],
  [
    'a signed manifest that is not XML',
    'listed',
    'unreadable',
    withMembers(good, { [containerMembers.signedManifest]: '<' }),
  ],
  [
    'a recording exchanged, and its digest in manifest-sha256.txt alone',
    'digests',
    'digest-differs',
    withMembers(
      await seal(withMembers(payload, { [recordingName]: flip(recordingBytes, 9) }), parties),
      Object.fromEntries([...good].filter(([name]) => name.startsWith('META-INF/'))),
    ),
  ],
  ['a signature of nothing', 'signature', 'unreadable', withMembers(good, { [containerMembers.signature]: '' })],
  [
    'the signature of another package',
    'signature',
    'digest-differs',
    withMembers(good, {
      [containerMembers.signature]: (await resealed({ [recordingName]: 'x' })).get(containerMembers.signature) ?? '',
    }),
  ],
  [
    'a signature with a bit changed',
    'signature',
    'signature-wrong',
    withMembers(good, {
      [containerMembers.signature]: flip(
        good.get(containerMembers.signature) ?? recordingBytes,
        (good.get(containerMembers.signature)?.length ?? 0) - 3,
      ),
    }),
  ],
  [
    'a time stamp but no manifest of it',
    'timestamp',
    'member-missing',
    without(good, containerMembers.stampedManifest),
  ],
  ['a manifest for a time stamp, but none', 'timestamp', 'member-missing', without(good, containerMembers.timestamp)],
  [
    'the time stamp of something else',
    'timestamp',
    'imprint-differs',
    withMembers(good, { [containerMembers.timestamp]: await stamp(utf8('x'), parties.stamper, exportedAt) }),
  ],
  ['a stamp by who may not stamp', 'timestamp', 'certificate-not-for-this', restamp(good, parties.signer)],
  ['a stamp by a stranger', 'timestamp', 'authority-unknown', restamp(good, parties.strangeStamper)],
  ['a signature by a stranger', 'signer', 'authority-unknown', seal(payload, parties, { signer: parties.stranger })],
  ['no key', 'key', 'unreadable', retagged({ [containerMembers.signerVkey]: '' })],
  ['another key', 'key', 'another-key', retagged({ [containerMembers.signerVkey]: `${strangeKey.vkey}\n` })],
  [
    'a checkpoint that nobody signed',
    'checkpoints',
    'checkpoint-wrong',
    resealed({ [checkpointMember(1)]: cosigned(textOfNote(text(checkpointMember(1))), strangeKey) }),
  ],
  [
    'the cosignature of another checkpoint',
    'witnesses',
    'cosignature-wrong',
    resealed({
      [head('cosignatures')]: cosign(textOfNote(text(checkpointMember(1))), exportedAt, witness),
    }),
  ],
  [
    'a former head without its proof',
    'heads',
    'head-not-continued',
    seal(without(payload, head('consistency')), parties),
  ],
  ['a former head without checkpoint', 'heads', 'head-wrong', seal(without(payload, head('checkpoint')), parties)],
  [
    'a former head that nobody saw',
    'heads',
    'head-of-nobody',
    seal(without(payload, head('cosignatures'), head('checkpoint.tst')), parties),
  ],
  [
    'a former head that the log does not continue: it was rewritten',
    'heads',
    'head-not-continued',
    resealed({
      [head('checkpoint')]: signNote(
        textOfNote(text(head('checkpoint'))).replace(/[A-Za-z0-9]{2}=\n$/, 'AA=\n'),
        logKey.name,
        logKey.seed,
      ),
    }),
  ],
  [
    'an empty proof of a former head',
    'heads',
    'head-not-continued',
    resealed({ [head('consistency')]: formatConsistency(headSize, []) }),
  ],
  [
    'a former head in the folder of another size',
    'heads',
    'head-wrong',
    seal(
      renamed(
        renamed(payload, head('checkpoint'), headMember(1, 3, 'checkpoint')),
        head('consistency'),
        headMember(1, 3, 'consistency'),
      ),
      parties,
    ),
  ],
  ['a former head with lines that are none', 'heads', 'cosignature-wrong', resealed({ [head('cosignatures')]: 'x\n' })],
  [
    'a former head with the stamp of another',
    'heads',
    'imprint-differs',
    resealed({ [head('checkpoint.tst')]: good.get(headMember(2, headSize, 'checkpoint.tst')) ?? '' }),
  ],
  ['a proof removed', 'proofs', 'member-missing', seal(without(payload, proofMember(1, 5)), parties)],
  [
    'a proof under another checkpoint',
    'proofs',
    'proof-of-another-checkpoint',
    resealed({
      [checkpointMember(1)]: cosigned(`${textOfNote(text(checkpointMember(1)))}an extension\n`, logKey),
    }),
  ],
  ['no recording', 'recordings', 'no-recording', seal(withReport(without(payload, recordingName)), parties)],
  [
    'a report that says something else',
    'report',
    'report-differs',
    withoutReport({ [containerMembers.reportJson]: text(containerMembers.reportJson).replace('the court', 'nobody') }),
  ],
  ['a report that is none', 'report', 'unreadable', withoutReport({ [containerMembers.reportJson]: '{}' })],
  ...Object.values(containerMembers).map((name): [string, CheckName, ProblemCode, Members] => [
    `${name} removed`,
    'layout',
    'member-missing',
    without(good, name),
  ]),
]

describe('a package is not intact that has', () => {
  test.each(members)('%s', async (_what, check, code, made) => {
    const found = await report(zipOf(await made), ...allGiven)
    expect(found.code).toBe(1)
    expect(found.verdict).toBe('altered')
    const problems = found.findings.find((finding) => finding.check === check)?.problems.map((problem) => problem.code)
    expect(problems).toContain(code)
  })

  const { bytes, directoryStart }: Zip = makeZip(good)
  const unicodePath = Buffer.from('7570060001000000006162', 'hex') // names the member "ab" to those who read the field
  const containers: [what: string, code: ProblemCode, made: Buffer][] = [
    ['no members', 'empty', zipOf(new Map())],
    ['no end', 'cut-short', bytes.subarray(0, directoryStart)],
    ['no last byte', 'cut-short', bytes.subarray(0, -1)],
    ['something before it', 'directory-unreadable', Buffer.concat([Buffer.from('junk'), bytes])],
    ['something after it', 'bytes-after', Buffer.concat([bytes, Buffer.from('junk')])],
    ['something between members', 'bytes-of-nothing', zipOf(good, [{ name: recordingName, gapBefore: 3 }])],
    [
      'a member missing from its directory',
      'directory-unreadable',
      Buffer.concat([bytes.subarray(0, directoryStart), bytes.subarray(directoryStart + 54)]),
    ],
    ['another name before the data', 'headers-disagree', zipOf(good, [{ name: 'bagit.txt', localName: 'bagit.exe' }])],
    ['a wrong CRC', 'crc-differs', zipOf(good, [{ name: 'bagit.txt', crc: 1 }])],
    ['a member said to be compressed', 'not-stored', zipOf(good, [{ name: 'bagit.txt', method: 8 }])],
    ['a member said to be encrypted', 'not-stored', zipOf(good, [{ name: 'bagit.txt', flags: 0x0801 }])],
    ['a symbolic link', 'not-a-plain-member', zipOf(good, [{ name: 'bagit.txt', fileType: 0o120000 }])],
    ['a member said to be a folder', 'not-a-plain-member', zipOf(good, [{ name: 'bagit.txt', msDos: 0x10 }])],
    ['a member to be run', 'not-a-plain-member', zipOf(good, [{ name: 'bagit.txt', mode: 0o755 }])],
    ['a member to be converted as text', 'not-a-plain-member', zipOf(good, [{ name: 'bagit.txt', asText: true }])],
    ['a member of an unusual system', 'not-a-plain-member', zipOf(good, [{ name: 'bagit.txt', madeOn: 4 }])],
    ['a member that unpackers pass over', 'not-stored', zipOf(good, [{ name: 'bagit.txt', versionNeeded: 99 }])],
    ['a second name in an extra field', 'not-a-plain-member', zipOf(good, [{ name: 'bagit.txt', extra: unicodePath }])],
    ['a member twice', 'member-twice', makeZip([...good, [recordingName, flip(recordingBytes, 0)]]).bytes],
    ['the same member twice', 'member-twice', makeZip([...good, [recordingName, recordingBytes]]).bytes],
  ]
  test.each(containers)('%s', async (_what, code, made) => {
    const found = await report(made)
    expect(found.code).toBe(1)
    expect(found.findings.flatMap(({ problems }) => problems.map((problem) => problem.code))).toContain(code)
  })
})

test('every member is covered: one bit changed in any of them, and the package is not intact', async () => {
  for (const [i, [name, bytes]] of [...good].entries()) {
    const at = [0, Math.floor(bytes.length / 2), bytes.length - 1][i % 3] ?? 0
    const found = await report(zipOf(withMembers(good, { [name]: flip(bytes, at) })))
    expect(found.verdict, `${name} byte ${at}`).toBe('altered')
  }
})

test('a package cut off anywhere is not intact', async () => {
  const { bytes } = makeZip(good)
  for (let length = 4; length < bytes.length; length += 997) {
    expect((await verify(bytes.subarray(0, length))).code, `${length} bytes`).toBe(1)
  }
})

test('a package made anew by a stranger is intact only to someone who was given nothing', async () => {
  const forged = await makePayload(parties, defaultEntries, strangeKey)
  const stranger = { key: strangeKey, signer: parties.stranger, stamper: parties.strangeStamper }
  const bytes = zipOf(await seal(forged.payload, parties, stranger))
  expect((await verify(bytes)).code).toBe(0)
  const found = await report(bytes, ...allGiven)
  expect(found.code).toBe(1)
  expect(brokenOf(found)).toEqual(['signer', 'timestamp', 'key'])
  expect([found.signer?.established, found.stamp?.established, found.key?.established]).toEqual([false, false, false])
})

test('a package whose list a stranger signed again is betrayed by his certificate alone', async () => {
  const found = await report(zipOf(await seal(payload, parties, { signer: parties.stranger })), '--ca', caFile)
  expect(brokenOf(found)).toEqual(['signer'])
})

test('an authority that is not self-signed is trusted as it was given', async () => {
  const authority = await newAuthority('Another', exportedAt)
  const signer = await certify(authority, { name: 'Somebody', at: exportedAt })
  writeFileSync(join(folder, 'signer.pem'), toPem(signer.chain[0] ?? authority.certificate))
  const made = zipOf(await seal(payload, parties, { signer }))
  expect((await report(made, '--ca', join(folder, 'signer.pem'))).signer?.established).toBe(true)
  expect((await report(made, '--ca', caFile)).code).toBe(1)
})

test('what is no package is not called altered: it could not be checked', async () => {
  const sound = zipOf(good)
  const refused: [Awaited<ReturnType<typeof runOn>>, string][] = [
    [await verify(Buffer.from('not a ZIP at all')), 'is not a ZIP file'],
    [await verify(Buffer.alloc(0)), 'is not a ZIP file'],
    [await runOn(join(folder, 'absent.zip')), 'cannot be read'],
    [await runOn(folder), 'cannot be read'],
    [await runOn('/dev/null'), 'cannot be read'],
    [await runOn(), 'usage'],
    [await verify(sound, '--key', 'nonsense'), 'nonsense is not a verifier key'],
    [await verify(sound, '--witness', logKey.vkey), 'is not the key of a witness'],
    [await verify(sound, '--ca', 'absent.pem'), 'absent.pem cannot be read'],
    [await verify(sound, '--tsa-ca', join(folder, 'package.asice')), 'holds no certificate'],
    [await verify(utf8('age-encryption.org/v1\n-> X25519 …')), 'age -d -i'],
    [await verify(utf8('-----BEGIN CMS-----\n')), 'openssl cms -decrypt'],
    [await verify(sound, '--lang', 'tlh'), 'usage'],
    [await verify(sound, '--force'), 'usage'],
  ]
  for (const [{ code, text: said, complaint }, why] of refused) {
    expect(code, why).toBe(2)
    expect(said).toBe('')
    expect(complaint).toContain(why)
  }
})

test('a name cannot steer the terminal of whoever reads about it', async () => {
  const { text: said } = await verify(zipOf(new Map([...good, ['data/\u001b[2J', recordingBytes]])))
  expect(said).toContain('data/\\u{1b}[2J')
  expect(said).not.toContain('\u001b')
})
