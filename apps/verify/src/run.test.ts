import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@getuige/base'
import {
  checkpointMember,
  formatTlogProof,
  formatTrail,
  leafHash,
  makeInclusionProof,
  packageMembers,
  parseTlogProof,
  proofMember,
  recordingMember,
  signNote,
} from '@getuige/proof'
import type { DisclosedTrail, Opening } from '@getuige/proof'
import { afterAll, describe, expect, test } from 'vitest'
import type { CheckName } from './check-names.ts'
import type { Report } from './check-package.ts'
import type { ProblemCode } from './problems.ts'
import { run } from './run.ts'
import {
  defaultEntries,
  makeMembers,
  makeZip,
  recordingBytes,
  recordingId,
  recordingName,
  sign,
  signer,
  signTags,
  stranger,
} from './testing/specimen.ts'
import type { Members, Zip, ZipFault } from './testing/specimen.ts'
import { checkWords } from './words.ts'

const folder = mkdtempSync(join(tmpdir(), 'getuige-verify-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function verify(bytes: Uint8Array, ...args: string[]) {
  const path = join(folder, 'package.zip')
  writeFileSync(path, bytes)
  return runOn(path, ...args)
}

async function runOn(...args: string[]) {
  const lines: string[] = []
  const complaints: string[] = []
  const output = { write: (line: string) => lines.push(line), complain: (line: string) => complaints.push(line) }
  return { code: await run(args, output), text: lines.join('\n'), complaint: complaints.join('\n') }
}

async function report(bytes: Uint8Array, ...args: string[]): Promise<Report & { code: number }> {
  const { code, text } = await verify(bytes, '--json', ...args)
  return { ...(JSON.parse(text) as Report), code }
}

const zipOf = (members: Members, faults?: readonly ZipFault[]): Buffer => makeZip(members, faults).bytes
const good = makeMembers()
const flip = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1)
const without = (members: Members, name: string): Members => new Map([...members].filter(([other]) => other !== name))
const renamed = (members: Members, from: string, to: string): Members =>
  new Map([...members].map(([name, bytes]) => [name === from ? to : name, bytes]))
/** The members with some replaced, listed and signed again: by someone who has the key. */
const resigned = (changes: Record<string, string | Uint8Array>, key = signer): Members => {
  const changed = Object.entries(changes).map(
    ([name, text]) => [name, typeof text === 'string' ? utf8(text) : text] as const,
  )
  return sign(new Map([...good.members, ...changed]), key)
}
const resignedTrail = (change: (trail: DisclosedTrail) => DisclosedTrail): Members =>
  resigned({ [packageMembers.trail]: formatTrail(change(good.trail)) })
const changeOpening = (change: (opening: Opening) => Opening[]): Members =>
  resignedTrail(({ logs, entries }) => ({
    logs,
    entries: entries.map((entry, i) => (i === 1 ? { ...entry, openings: entry.openings.flatMap(change) } : entry)),
  }))
const text = (name: string) => new TextDecoder().decode(good.members.get(name))
const proof = parseTlogProof(text(proofMember(1, 5)))

test('a good package is intact, and says that who signed is not established', async () => {
  const { code, text: said } = await verify(zipOf(good.members))
  expect(code).toBe(0)
  expect(said).toContain('ok           every member is listed, and every listed member is there')
  expect(said).toContain('not checked  that key is the one that was given (who signed is not established: give --key)')
  expect(said).toContain(`key of the signer: ${signer.vkey}`)
  expect(said.endsWith('Intact.')).toBe(true)
})

test('with the key of the corps, it is established who signed', async () => {
  const { code, findings, signer: found } = await report(zipOf(good.members), '--key', signer.vkey)
  expect(code).toBe(0)
  expect(found?.established).toBe(true)
  expect(findings.filter(({ status }) => status !== 'ok').map(({ check }) => check)).toEqual(['completeness'])
})

test.each(['nl', 'fr', 'de', 'en'] as const)('every check is told in the language asked for: %s', async (language) => {
  const { text: said } = await verify(zipOf(good.members), '--lang', language)
  for (const words of Object.values(checkWords)) expect(said).toContain(words[language])
})

/** Sound in itself, but not what the log has at its place. */
const madeUp = makeMembers([[1, 5, { ...defaultEntries[1]?.[2], type: 'hold-placed' }]]).trail.entries

const members: [what: string, check: CheckName, code: ProblemCode, made: Members][] = [
  [
    'a recording exchanged',
    'digests',
    'digest-differs',
    new Map([...good.members, [recordingName, flip(recordingBytes, 9)]]),
  ],
  ['a recording removed', 'listed', 'member-missing', without(good.members, recordingName)],
  [
    'a recording renamed',
    'listed',
    'member-unlisted',
    renamed(good.members, recordingName, recordingMember('rec_02.mp4')),
  ],
  [
    'a recording added',
    'listed',
    'member-unlisted',
    new Map([...good.members, [recordingMember('rec_02'), recordingBytes]]),
  ],
  ['a member that packages do not have', 'layout', 'member-unknown', resigned({ 'data/notes.txt': 'hello' })],
  ['a name that climbs out', 'layout', 'member-unknown', new Map([...good.members, ['data/../../x', recordingBytes]])],
  ['an absolute name', 'layout', 'member-unknown', new Map([...good.members, ['/etc/passwd', recordingBytes]])],
  ['mimetype not first', 'layout', 'mimetype-not-first', new Map([...good.members].toReversed())],
  [
    'another mimetype',
    'layout',
    'text-differs',
    signTags(new Map([...good.members, ['mimetype', utf8('application/zip')]])),
  ],
  [
    'another version',
    'layout',
    'format-unknown',
    signTags(new Map([...good.members, ['bag-info.txt', utf8('Getuige-Format: v9\n')]])),
  ],
  [
    'another number of bytes',
    'layout',
    'oxum-differs',
    signTags(new Map([...good.members, ['bag-info.txt', utf8('Payload-Oxum: 1.1\n')]])),
  ],
  [
    'an empty manifest',
    'listed',
    'unreadable',
    signTags(new Map([...good.members, [packageMembers.manifest, utf8('')]])),
  ],
  [
    'a manifest that names a member twice',
    'digests',
    'unreadable',
    signTags(new Map([...good.members, [packageMembers.manifest, utf8(text(packageMembers.manifest).repeat(2))]])),
  ],
  [
    'the manifest exchanged but not signed',
    'digests',
    'digest-differs',
    new Map([
      ...sign(renamed(good.members, recordingName, recordingMember('rec_02')), signer),
      ...[packageMembers.tagManifest, packageMembers.signature].map(
        (name) => [name, good.members.get(name) ?? utf8('')] as const,
      ),
    ]),
  ],
  [
    'a signature of zeros',
    'signature',
    'signature-wrong',
    new Map([...good.members, [packageMembers.signature, new Uint8Array(64)]]),
  ],
  [
    'an empty signature',
    'signature',
    'signature-wrong',
    new Map([...good.members, [packageMembers.signature, new Uint8Array(0)]]),
  ],
  [
    'two keys',
    'signature',
    'keys-differ',
    signTags(new Map([...good.members, [packageMembers.signerVkey, utf8(`${stranger.vkey}\n`)]])),
  ],
  [
    'a signer without a key',
    'signature',
    'unreadable',
    signTags(new Map([...good.members, [packageMembers.signerVkey, utf8('')]])),
  ],
  [
    'a checkpoint that nobody signed',
    'checkpoints',
    'checkpoint-wrong',
    resigned({
      [checkpointMember(1)]: signNote(text(checkpointMember(1)).split('\n\n')[0] + '\n', stranger.name, stranger.seed),
    }),
  ],
  [
    'a checkpoint changed after signing',
    'checkpoints',
    'checkpoint-wrong',
    resigned({ [checkpointMember(1)]: text(checkpointMember(1)).replace('\n7\n', '\n8\n') }),
  ],
  [
    'the checkpoint of another log',
    'checkpoints',
    'checkpoint-of-no-log',
    resigned({ [checkpointMember(1)]: text(checkpointMember(2)) }),
  ],
  [
    'a checkpoint too many',
    'checkpoints',
    'checkpoint-of-no-log',
    resigned({ [checkpointMember(3)]: text(checkpointMember(2)) }),
  ],
  ['a trail without entries', 'trail', 'trail-empty', resignedTrail(({ logs }) => ({ logs, entries: [] }))],
  ['a trail without entries or logs', 'checkpoints', 'no-log', resignedTrail(() => ({ logs: [], entries: [] }))],
  ['a trail that is not one', 'trail', 'unreadable', resigned({ [packageMembers.trail]: '{}' })],
  [
    'a trail written in another way',
    'fields',
    'unreadable',
    resigned({ [packageMembers.trail]: ` ${text(packageMembers.trail)}` }),
  ],
  [
    'a trail that says a thing twice',
    'trail',
    'unreadable',
    resigned({ [packageMembers.trail]: text(packageMembers.trail).replace('"index":2', '"index":1,"index":2') }),
  ],
  [
    'an entry removed and all signed again',
    'proofs',
    'proof-of-no-entry',
    resignedTrail(({ logs, entries }) => ({ logs, entries: entries.toSpliced(1, 1) })),
  ],
  [
    'an entry twice',
    'trail',
    'entry-out-of-order',
    resignedTrail(({ logs, entries }) => ({ logs, entries: entries.flatMap((entry) => [entry, entry]) })),
  ],
  [
    'entries in another order',
    'trail',
    'entry-out-of-order',
    resignedTrail(({ logs, entries }) => ({ logs, entries: entries.toReversed() })),
  ],
  [
    'an entry without a recording',
    'trail',
    'entry-foreign',
    makeMembers(
      defaultEntries.map(([log, index, fields]) => [
        log,
        index,
        index === 5 ? { ...fields, recordingId: null } : fields,
      ]),
    ).members,
  ],
  [
    'a log without an entry',
    'trail',
    'log-without-entry',
    resignedTrail(({ logs, entries }) => ({ logs, entries: entries.filter(({ log }) => log === 1) })),
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
    resignedTrail(({ logs, entries }) => ({ logs, entries: entries.map((entry) => ({ ...entry, leaf: utf8('{}') })) })),
  ],
  [
    'an entry made up',
    'proofs',
    'proof-wrong',
    resignedTrail(({ logs, entries }) => ({ logs, entries: entries.toSpliced(1, 1, ...madeUp) })),
  ],
  ['a proof removed', 'proofs', 'member-missing', sign(without(good.members, proofMember(1, 5)))],
  [
    'a proof without its last hash',
    'proofs',
    'proof-wrong',
    resigned({ [proofMember(1, 5)]: formatTlogProof({ ...proof, path: proof.path.slice(0, -1) }) }),
  ],
  ['a proof of the neighbour', 'proofs', 'proof-wrong', resigned({ [proofMember(1, 5)]: text(proofMember(1, 2)) })],
  [
    'a proof under another checkpoint',
    'proofs',
    'proof-of-another-checkpoint',
    resigned({
      [checkpointMember(1)]: signNote(
        text(checkpointMember(1)).split('\n\n')[0] + '\nan extension\n',
        signer.name,
        signer.seed,
      ),
    }),
  ],
  [
    'a proof of a tree of one leaf',
    'proofs',
    'proof-wrong',
    resigned({
      [proofMember(1, 5)]: formatTlogProof({ ...proof, path: makeInclusionProof([leafHash(utf8('x'))], 0) }),
    }),
  ],
  [
    'a recording exchanged and all signed again',
    'recordings',
    'not-as-received',
    resigned({ [recordingName]: flip(recordingBytes, 9) }),
  ],
  [
    'a recording cut short and all signed again',
    'recordings',
    'not-as-received',
    resigned({ [recordingName]: recordingBytes.slice(0, -1) }),
  ],
  [
    'a recording the trail does not mention',
    'recordings',
    'not-received',
    resigned({ [recordingMember('rec_02')]: recordingBytes }),
  ],
  [
    'a reception that tells no digest',
    'recordings',
    'not-as-received',
    makeMembers(defaultEntries.map(([log, index, fields]) => [log, index, { ...fields, details: {} }])).members,
  ],
  [
    'two receptions that tell different digests',
    'recordings',
    'not-as-received',
    makeMembers(
      defaultEntries.map(([log, index, fields]) => [
        log,
        index,
        index === 5 ? { ...fields, type: 'recording-received' } : fields,
      ]),
    ).members,
  ],
  [
    'no entry about reception',
    'recordings',
    'not-received',
    makeMembers(defaultEntries.slice(1).map(([, index, fields]) => [1, index, fields])).members,
  ],
  [
    'the recording under two names',
    'recordings',
    'recording-twice',
    resigned({ [recordingMember(`${recordingId}.avi`)]: recordingBytes }),
  ],
  ['no recording', 'recordings', 'no-recording', sign(without(good.members, recordingName))],
  ...Object.values(packageMembers).map((name): [string, CheckName, ProblemCode, Members] => [
    `${name} removed`,
    'layout',
    'member-missing',
    without(good.members, name),
  ]),
]

describe('a package is not intact that has', () => {
  test.each(members)('%s', async (_what, check, code, made) => {
    const found = await report(zipOf(made))
    expect(found.code).toBe(1)
    expect(found.verdict).toBe('altered')
    const problems = found.findings.find((finding) => finding.check === check)?.problems.map((problem) => problem.code)
    expect(problems).toContain(code)
  })

  const { bytes, directoryStart }: Zip = makeZip(good.members)
  const unicodePath = Buffer.from('7570060001000000006162', 'hex') // names the member "ab" to those who read the field
  const containers: [what: string, code: ProblemCode, made: Buffer][] = [
    ['no members', 'empty', zipOf(new Map())],
    ['no end', 'cut-short', bytes.subarray(0, directoryStart)],
    ['no last byte', 'cut-short', bytes.subarray(0, -1)],
    ['something before it', 'directory-unreadable', Buffer.concat([Buffer.from('junk'), bytes])],
    ['something after it', 'bytes-after', Buffer.concat([bytes, Buffer.from('junk')])],
    ['something between members', 'bytes-of-nothing', zipOf(good.members, [{ name: recordingName, gapBefore: 3 }])],
    [
      'a member missing from its directory',
      'directory-unreadable',
      Buffer.concat([bytes.subarray(0, directoryStart), bytes.subarray(directoryStart + 54)]),
    ],
    [
      'another name before the data',
      'headers-disagree',
      zipOf(good.members, [{ name: 'bagit.txt', localName: 'bagit.exe' }]),
    ],
    ['a wrong CRC', 'crc-differs', zipOf(good.members, [{ name: 'bagit.txt', crc: 1 }])],
    ['a member said to be compressed', 'not-stored', zipOf(good.members, [{ name: 'bagit.txt', method: 8 }])],
    ['a member said to be encrypted', 'not-stored', zipOf(good.members, [{ name: 'bagit.txt', flags: 0x0801 }])],
    ['a symbolic link', 'not-a-plain-member', zipOf(good.members, [{ name: 'bagit.txt', fileType: 0o120000 }])],
    [
      'a second name in an extra field',
      'not-a-plain-member',
      zipOf(good.members, [{ name: 'bagit.txt', extra: unicodePath }]),
    ],
    ['a member twice', 'member-twice', makeZip([...good.members, [recordingName, flip(recordingBytes, 0)]]).bytes],
    ['the same member twice', 'member-twice', makeZip([...good.members, [recordingName, recordingBytes]]).bytes],
  ]
  test.each(containers)('%s', async (_what, code, made) => {
    const found = await report(made)
    expect(found.code).toBe(1)
    expect(found.findings.flatMap(({ problems }) => problems.map((problem) => problem.code))).toContain(code)
  })
})

test('every member is covered: one bit changed in any of them, and the package is not intact', async () => {
  for (const [name, bytes] of good.members) {
    for (const at of new Set([0, Math.floor(bytes.length / 2), bytes.length - 1])) {
      const found = await report(zipOf(new Map([...good.members, [name, flip(bytes, at)]])))
      expect(found.verdict, `${name} byte ${at}`).toBe('altered')
    }
  }
})

test('a package cut off anywhere is not intact', async () => {
  const { bytes } = makeZip(good.members)
  for (let length = 4; length < bytes.length; length += 97) {
    expect((await verify(bytes.subarray(0, length))).code, `${length} bytes`).toBe(1)
  }
})

test('a package made anew by a stranger is intact only to someone who gives no key', async () => {
  const forged = zipOf(makeMembers(defaultEntries, stranger).members)
  expect((await verify(forged)).code).toBe(0)
  const found = await report(forged, '--key', signer.vkey)
  expect(found.code).toBe(1)
  expect(found.findings.find(({ check }) => check === 'signer')).toMatchObject({ status: 'broken' })
  expect(found.signer?.established).toBe(false)
})

test('a package whose list a stranger signed again fails wherever the key of the corps is still needed', async () => {
  const found = await report(zipOf(sign(good.members, stranger)))
  expect(found.findings.filter(({ status }) => status === 'broken').map(({ check }) => check)).toEqual([
    'checkpoints',
    'proofs',
  ])
})

test('what is no package is not called altered: it could not be checked', async () => {
  const sound = zipOf(good.members)
  const refused: [Awaited<ReturnType<typeof runOn>>, string][] = [
    [await verify(Buffer.from('not a ZIP at all')), 'is not a ZIP file'],
    [await verify(Buffer.alloc(0)), 'is not a ZIP file'],
    [await runOn(join(folder, 'absent.zip')), 'cannot be read'],
    [await runOn(folder), 'cannot be read'],
    [await runOn('/dev/null'), 'cannot be read'],
    [await runOn(), 'usage'],
    [await verify(sound, '--key', 'nonsense'), 'not a key'],
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
  const { text: said } = await verify(zipOf(new Map([...good.members, ['data/\u001b[2J', recordingBytes]])))
  expect(said).toContain('data/\\u{1b}[2J')
  expect(said).not.toContain('\u001b')
})
