import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { utf8 } from '@getuige/base'
import {
  checkpointMember,
  containerMembers,
  formatTrail,
  headMember,
  proofMember,
  recordingMember,
  signNote,
} from '@getuige/proof'
import type { DisclosedTrail } from '@getuige/proof'
import { toPem } from '@getuige/pki'
import type { CheckName } from '../check-names.ts'
import type { Report } from '../check-package.ts'
import { certify, newAuthority, stamp } from './authorities.ts'
import {
  cosigned,
  exportedAt,
  headSize,
  logKey,
  makePayload,
  makeZip,
  newParties,
  recordingBytes,
  recordingName,
  restamp,
  seal,
  strangeKey,
  withReport,
  witness,
} from './specimen.ts'
import type { Members, ZipFault } from './specimen.ts'

/** What a verifier that was given all that `packages.json` gives must say of a package. */
export type PackageVector = Readonly<{
  file: string
  about: string
  verdict: Report['verdict']
  /** The checks that do not hold; all others do, or are not checked as said. */
  broken: readonly CheckName[]
  notChecked: readonly CheckName[]
}>

export type PackageVectors = Readonly<{
  about: string
  vkey: string
  witness: string
  /** Files beside the packages. */
  authority: string
  stampAuthority: string
  packages: readonly PackageVector[]
}>

type Specimen = readonly [
  file: string,
  about: string,
  broken: readonly CheckName[],
  bytes: Buffer,
  unchecked?: CheckName[],
]

/**
 * Make tests/vectors/packages.json and the packages beside it anew: `node apps/verify/src/testing/write-vectors.ts`. Keys
 * of certificates are random, so every run makes others; what is to be said of them stays.
 */
async function writeVectors(folder: URL): Promise<void> {
  const packages = new URL('packages/', folder)
  rmSync(packages, { recursive: true, force: true })
  mkdirSync(packages)
  const parties = await newParties()
  writeFileSync(new URL('ca.pem', packages), toPem(parties.ca))
  writeFileSync(new URL('tsa-ca.pem', packages), toPem(parties.stampCa))
  const vectors: PackageVectors = {
    about:
      'docs/formats/export-package.md. Each package is to be checked with vkey as the key of the log, witness as that of a witness, and the two certificates; broken are the checks that must fail, and no others may.',
    vkey: logKey.vkey,
    witness: witness.vkey,
    authority: 'packages/ca.pem',
    stampAuthority: 'packages/tsa-ca.pem',
    packages: (await makeSpecimens(parties)).map(([file, about, broken, bytes, unchecked = []]) => {
      writeFileSync(new URL(file, packages), bytes)
      const isPackage = !file.endsWith('.bin') && !file.endsWith('.age')
      const verdict = isPackage ? (broken.length === 0 ? 'intact' : 'altered') : 'not-checked'
      return { file: `packages/${file}`, about, verdict, broken, notChecked: [...unchecked, 'completeness'] }
    }),
  }
  writeFileSync(new URL('packages.json', folder), `${JSON.stringify(vectors, null, 2)}\n`)
}

async function makeSpecimens(parties: Awaited<ReturnType<typeof newParties>>): Promise<Specimen[]> {
  const { payload, trail } = await makePayload(parties)
  const good = await seal(payload, parties)
  const text = (name: string) => new TextDecoder().decode(good.get(name))
  const zipOf = (members: Members, faults: readonly ZipFault[] = []) => makeZip(members, faults).bytes
  const withMembers = (members: Members, changes: Record<string, string | Uint8Array>): Members =>
    new Map([
      ...members,
      ...Object.entries(changes).map(([name, is]) => [name, typeof is === 'string' ? utf8(is) : is] as const),
    ])
  const without = (members: Members, ...names: string[]): Members =>
    new Map([...members].filter(([name]) => !names.includes(name)))
  const resealed = (changes: Record<string, string | Uint8Array>) =>
    seal(withReport(withMembers(payload, changes)), parties)
  const resealedTrail = (change: (trail: DisclosedTrail) => DisclosedTrail) =>
    resealed({ [containerMembers.trail]: formatTrail(change(trail)) })
  const exchanged = recordingBytes.with(9, 0xff)
  const noteText = (name: string) => `${text(name).split('\n\n')[0] ?? ''}\n`
  const headName = headMember(1, headSize, 'checkpoint')
  const otherHead = noteText(headName).replace(/[A-Za-z0-9]{2}=\n$/, 'AA=\n')

  const long = new Date(exportedAt.getTime() - 86_400_000)
  const brief = await newAuthority('Police of Example', long, 1)
  const expired = await certify(brief, {
    name: 'Evidence of yesterday',
    at: new Date('2020-01-01T00:00:00Z'),
    years: 1,
  })
  const stranger = await makePayload(parties, undefined, strangeKey)
  const { bytes } = makeZip(good)
  return [
    ['intact.asice', 'a good package, with time stamp, cosignatures and former heads', [], zipOf(good)],
    [
      'no-time-stamp.asice',
      'a good package whose time-stamping authority was down',
      [],
      zipOf(await seal(payload, parties, { stamper: null })),
      ['timestamp'],
    ],
    [
      'no-former-heads.asice',
      'a good package of a log that nobody else had seen before',
      [],
      zipOf(await seal(without(payload, ...[...payload.keys()].filter((name) => name.includes('/heads/'))), parties)),
      ['heads'],
    ],
    ['not-a-zip.bin', 'no package at all', [], Buffer.from('This is not a package.\n')],
    [
      'sealed.age',
      'a package that its recipient must open first',
      [],
      Buffer.from('age-encryption.org/v1\n-> X25519 \n'),
    ],
    ['no-members.asice', 'an empty ZIP is not an intact package', ['container'], zipOf(new Map())],
    ['cut-short.asice', 'the end is missing', ['container'], bytes.subarray(0, -100)],
    ['bytes-behind.asice', 'something behind the end', ['container'], Buffer.concat([bytes, Buffer.from('more')])],
    [
      'second-name-before-the-data.asice',
      'the two headers of a member disagree',
      ['container'],
      zipOf(good, [{ name: 'bagit.txt', localName: 'bagit.exe' }]),
    ],
    [
      'hidden-bytes.asice',
      'bytes between two members that belong to nothing',
      ['container'],
      zipOf(good, [{ name: recordingName, gapBefore: 64 }]),
    ],
    [
      'member-twice.asice',
      'a member of the same name and content twice',
      ['layout'],
      makeZip([...good, ['bagit.txt', good.get('bagit.txt') ?? exchanged]]).bytes,
    ],
    [
      'unknown-version.asice',
      'signed, but of a version that does not exist',
      ['layout'],
      zipOf(
        await seal(payload, parties, {
          tags: { 'bag-info.txt': utf8(text('bag-info.txt').replace('package v2', 'package v9')) },
        }),
      ),
    ],
    [
      'member-of-no-package.asice',
      'a member, listed and signed, that packages do not have',
      ['layout'],
      zipOf(await resealed({ 'data/notes.txt': 'hello' })),
    ],
    [
      'member-unlisted.asice',
      'a recording added that no list names',
      ['layout', 'listed', 'recordings', 'report'],
      zipOf(withMembers(good, { [recordingMember('rec_02.mp4')]: recordingBytes })),
    ],
    [
      'listed-by-one-list-alone.asice',
      'a list that lacks a recording, though the signed list has it',
      ['listed'],
      zipOf(
        await seal(payload, parties, {
          tags: {
            [containerMembers.manifest]: utf8(
              text(containerMembers.manifest).replace(/^[0-9a-f]{64} {2}data\/recordings\/.*\n/m, ''),
            ),
          },
        }),
      ),
    ],
    [
      'page-changed.asice',
      'the page on checking by hand was changed',
      ['digests'],
      zipOf(
        withMembers(good, { [containerMembers.howToVerify]: text(containerMembers.howToVerify).replace('How', 'Why') }),
      ),
    ],
    [
      'key-exchanged.asice',
      'the key of the log exchanged, nothing else',
      ['digests', 'key', 'checkpoints', 'witnesses', 'heads', 'proofs', 'report'],
      zipOf(withMembers(good, { [containerMembers.signerVkey]: `${strangeKey.vkey}\n` })),
    ],
    [
      'recording-exchanged.asice',
      'a recording exchanged, nothing else',
      ['digests', 'recordings', 'report'],
      zipOf(withMembers(good, { [recordingName]: exchanged })),
    ],
    [
      'signature-of-another-list.asice',
      'the signature belongs to another package',
      ['digests', 'signature'],
      zipOf(
        withMembers(good, {
          [containerMembers.signature]:
            (await resealed({ [recordingName]: exchanged })).get(containerMembers.signature) ?? '',
        }),
      ),
    ],
    [
      'signature-exchanged-and-stamped-again.asice',
      'the signature belongs to another package, the time stamp to this one',
      ['signature'],
      zipOf(
        await restamp(
          withMembers(good, {
            [containerMembers.signature]:
              (await resealed({ [recordingName]: exchanged })).get(containerMembers.signature) ?? '',
          }),
          parties.stamper,
        ),
      ),
    ],
    [
      'signed-by-a-stranger.asice',
      'signed by somebody whose certificate bears the same name',
      ['signer'],
      zipOf(await seal(payload, parties, { signer: parties.stranger })),
    ],
    [
      'signed-after-expiry.asice',
      'the certificate had expired when it was used',
      ['signer'],
      zipOf(await seal(payload, parties, { signer: expired })),
    ],
    [
      'time-stamp-of-something-else.asice',
      'a good token, but not of this package',
      ['timestamp'],
      zipOf(withMembers(good, { [containerMembers.timestamp]: await stamp(utf8('x'), parties.stamper, exportedAt) })),
    ],
    [
      'time-stamp-by-a-stranger.asice',
      'the authority that stamped is not the one that is trusted',
      ['timestamp'],
      zipOf(await restamp(good, parties.strangeStamper)),
    ],
    [
      'key-of-a-stranger.asice',
      'a log of a stranger, under the name of the corps, signed by the corps',
      ['key'],
      zipOf(await seal(stranger.payload, parties, { key: strangeKey })),
    ],
    [
      'checkpoint-not-signed.asice',
      'a checkpoint signed by another key than that of the log',
      ['checkpoints', 'heads', 'proofs'],
      zipOf(await resealed({ [checkpointMember(1)]: cosigned(noteText(checkpointMember(1)), strangeKey) })),
    ],
    [
      'cosignature-wrong.asice',
      'the witness cosigned something else',
      ['witnesses'],
      zipOf(
        await resealed({
          [headMember(1, headSize, 'cosignatures')]: text(headMember(2, headSize, 'cosignatures')),
        }),
      ),
    ],
    [
      'log-rewritten.asice',
      'a former head, signed by the log, that the log does not continue',
      ['heads'],
      zipOf(
        await seal(
          withMembers(without(payload, headMember(1, headSize, 'cosignatures')), {
            [headName]: signNote(otherHead, logKey.name, logKey.seed),
            [headMember(1, headSize, 'checkpoint.tst')]: await stamp(
              utf8(signNote(otherHead, logKey.name, logKey.seed)),
              parties.stamper,
              exportedAt,
            ),
          }),
          parties,
        ),
      ),
    ],
    [
      'trail-out-of-order.asice',
      'the entries stand in another order',
      ['trail'],
      zipOf(await resealedTrail(({ logs, entries }) => ({ logs, entries: entries.toReversed() }))),
    ],
    [
      'trail-empty.asice',
      'a trail without entries',
      ['trail', 'fields', 'proofs', 'recordings'],
      zipOf(await resealedTrail(({ logs }) => ({ logs, entries: [] }))),
    ],
    [
      'field-changed.asice',
      'an entry says another reason than the log commits to',
      ['fields'],
      zipOf(
        await resealedTrail(({ logs, entries }) => ({
          logs,
          entries: entries.map((entry, i) => ({
            ...entry,
            openings: entry.openings.map((opening) =>
              i === 1 && opening.field === 'details' ? { ...opening, value: { purpose: 'complaint' } } : opening,
            ),
          })),
        })),
      ),
    ],
    [
      'field-held-back.asice',
      'who acted is held back of an entry',
      ['fields'],
      zipOf(
        await resealedTrail(({ logs, entries }) => ({
          logs,
          entries: entries.map((entry, i) => ({
            ...entry,
            openings: entry.openings.filter(({ field }) => i !== 1 || field !== 'actor'),
          })),
        })),
      ),
    ],
    [
      'entry-removed-and-signed-again.asice',
      'an entry taken out of the trail; its proof was left behind',
      ['proofs'],
      zipOf(await resealedTrail(({ logs, entries }) => ({ logs, entries: entries.toSpliced(1, 1) }))),
    ],
    [
      'proof-of-the-neighbour.asice',
      'an entry with the proof of another',
      ['proofs'],
      zipOf(await resealed({ [proofMember(1, 5)]: text(proofMember(1, 2)) })),
    ],
    [
      'recording-exchanged-and-signed-again.asice',
      'a recording exchanged by somebody who has every key, but not the log',
      ['recordings'],
      zipOf(await resealed({ [recordingName]: exchanged })),
    ],
    [
      'report-differs.asice',
      'a report, signed with the rest, that says something else than the trail',
      ['report'],
      zipOf(
        await seal(
          withMembers(payload, {
            [containerMembers.reportJson]: text(containerMembers.reportJson).replace('the court', 'nobody'),
          }),
          parties,
        ),
      ),
    ],
  ]
}

if (argv[1] === fileURLToPath(import.meta.url))
  await writeVectors(new URL('../../../../tests/vectors/', import.meta.url))
