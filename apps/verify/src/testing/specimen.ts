import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { utf8 } from '@getuige/base'
import {
  addCosignatures,
  bagDeclaration,
  checkpointMember,
  containerFormat,
  containerMembers,
  cosign,
  formatAsicManifest,
  formatBagInfo,
  formatCheckpoint,
  formatConsistency,
  formatCustodyReport,
  formatManifest,
  formatOxum,
  formatTlogProof,
  formatTrail,
  headMember,
  isPayload,
  isSigned,
  isStamped,
  leafHash,
  leafOf,
  makeConsistencyProof,
  makeInclusionProof,
  newNoteKey,
  newWitnessKey,
  openField,
  packageMimetype,
  parseTrail,
  proofMember,
  ProofError,
  recordingMember,
  signNote,
  treeRoot,
} from '@getuige/proof'
import type { DisclosedEntry, DisclosedTrail, Fields, NoteKey } from '@getuige/proof'
import { signCades } from '@getuige/pki'
import type { CertifiedSigner } from '@getuige/pki'
import { certify, newAuthority, stamp } from './authorities.ts'

/** Packages made here by docs/formats alone, without the writer, so that they can be wrong in any way. */

export type Members = Map<string, Uint8Array>

export const exportedAt = new Date('2026-03-28T12:00:00Z')
export const logKey = newNoteKey('police.example/corps_01', new Uint8Array(32).fill(11))
export const strangeKey = newNoteKey('police.example/corps_01', new Uint8Array(32).fill(12))
export const witness = newWitnessKey('witness.example', new Uint8Array(32).fill(13))
/** One that has seen nothing. */
export const otherWitness = newWitnessKey('other.example', new Uint8Array(32).fill(14))
export const recordingId = 'rec_01specimen'
export const recordingName = recordingMember(`${recordingId}.mp4`)
export const recordingBytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) % 251)

/** Who signs and stamps: an authority for the corps, another for time stamps, and a stranger who calls himself the same. */
export type Parties = Readonly<{
  ca: Uint8Array
  stampCa: Uint8Array
  signer: CertifiedSigner
  stamper: CertifiedSigner
  stranger: CertifiedSigner
  strangeStamper: CertifiedSigner
}>

export async function newParties(): Promise<Parties> {
  const at = new Date(exportedAt.getTime() - 86_400_000)
  const [ca, stampCa, strange] = [
    await newAuthority('Police of Example', at),
    await newAuthority('Time of Example', at),
    await newAuthority('Police of Example', at),
  ]
  return {
    ca: ca.certificate,
    stampCa: stampCa.certificate,
    signer: await certify(ca, { name: 'Evidence of the Police of Example', at }),
    stamper: await certify(stampCa, { name: 'Clock of Example', at, isForTimeStamping: true }),
    stranger: await certify(strange, { name: 'Evidence of the Police of Example', at }),
    strangeStamper: await certify(strange, { name: 'Clock of Example', at, isForTimeStamping: true }),
  }
}

export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const receivedDetails = { sha256: digestOf(recordingBytes), sizeBytes: recordingBytes.length }
const fieldsOf = (type: string, details: Fields): Fields => ({
  actor: { kind: 'person', id: 'person_1', name: 'Noor de Wit', role: 'records-officer' },
  at: '2026-03-28T10:15:00.000Z',
  details,
  recordingId,
  type,
})

/** Two logs, because a recording of December is exported in January. */
export const defaultEntries: readonly (readonly [log: number, index: number, fields: Fields])[] = [
  [1, 2, fieldsOf('recording-received', receivedDetails)],
  [1, 5, fieldsOf('viewing-started', { purpose: 'report' })],
  [2, 0, fieldsOf('package-exported', { recipient: 'the court' })],
]

/** How many entries each log has, and had when its former head was signed. */
const logSize = 7
export const headSize = 4

export type Made = Readonly<{ payload: Members; trail: DisclosedTrail }>

/** What is under data/ in a good package of one recording, unless told otherwise. */
export async function makePayload(parties: Parties, entries = defaultEntries, key: NoteKey = logKey): Promise<Made> {
  const logs = [...new Set(entries.map(([log]) => log))].map((log) => `${logKey.name}/${2025 + log}`)
  const payload: Members = new Map([
    [containerMembers.howToVerify, utf8('<!doctype html><title>How to verify</title>\n')],
    ...(['reportNl', 'reportFr', 'reportDe', 'reportEn'] as const).map(
      (report) => [containerMembers[report], utf8('%PDF-1.7\n')] as const,
    ),
    [recordingName, recordingBytes],
  ])
  const disclosed = entries.map(([log, index, fields]): DisclosedEntry => {
    const salt = new Uint8Array(32).fill(log * 16 + index)
    const openings = Object.keys(fields).map((field) => openField(fields, salt, field))
    return { log, index, leaf: leafOf(fields, salt), openings }
  })
  for (const [i, origin] of logs.entries()) {
    const own = disclosed.filter(({ log }) => log === i + 1)
    const leaves = Array.from({ length: logSize }, (_, index) => {
      return leafHash(own.find((entry) => entry.index === index)?.leaf ?? utf8(`entry ${index} of another recording`))
    })
    const checkpoint = cosigned(formatCheckpoint({ origin, size: logSize, root: treeRoot(leaves) }), key)
    payload.set(checkpointMember(i + 1), utf8(checkpoint))
    for (const { log, index } of own) {
      const path = makeInclusionProof(leaves, index)
      payload.set(proofMember(log, index), utf8(formatTlogProof({ index, path, checkpoint })))
    }
    const headText = formatCheckpoint({ origin, size: headSize, root: treeRoot(leaves.slice(0, headSize)) })
    const head = utf8(signNote(headText, key.name, key.seed))
    const consistency = formatConsistency(headSize, makeConsistencyProof(leaves, headSize))
    const token = await stamp(head, parties.stamper, exportedAt)
    payload.set(headMember(i + 1, headSize, 'checkpoint'), head)
    payload.set(headMember(i + 1, headSize, 'consistency'), utf8(consistency))
    payload.set(headMember(i + 1, headSize, 'cosignatures'), utf8(cosign(headText, exportedAt, witness)))
    payload.set(headMember(i + 1, headSize, 'checkpoint.tst'), token)
  }
  const trail = { logs, entries: disclosed }
  payload.set(containerMembers.trail, utf8(formatTrail(trail)))
  return { payload: withReport(payload, key), trail }
}

/** A note as the log signs it, with a line of the witness. */
export function cosigned(checkpointText: string, key: NoteKey): string {
  return addCosignatures(signNote(checkpointText, key.name, key.seed), [cosign(checkpointText, exportedAt, witness)])
}

const packageId = 'pkg_01specimen'
const corpsName = 'Police of Example'

/** The payload with a report that says what the rest of it says; that of before where the rest cannot be read. */
export function withReport(payload: Members, key: NoteKey = logKey): Members {
  try {
    return new Map([...payload, [containerMembers.reportJson, utf8(reportOf(payload, key))]])
  } catch (error) {
    if (error instanceof ProofError) return payload
    throw error
  }
}

function reportOf(payload: Members, key: NoteKey): string {
  const text = (name: string) => new TextDecoder().decode(payload.get(name))
  const trail = parseTrail(text(containerMembers.trail))
  const recordings = [...payload].filter(([name]) => name.startsWith('data/recordings/'))
  return formatCustodyReport({
    packageId,
    createdAt: exportedAt.toISOString(),
    corpsName,
    timeZone: 'Europe/Brussels',
    recordings: recordings
      .map(([name, bytes]) => ({
        recordingId: /rec_[0-9a-z]+/.exec(name)?.[0] ?? '',
        name: name.slice('data/recordings/'.length),
        sizeBytes: bytes.length,
        sha256: digestOf(bytes),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    entries: trail.entries.map(({ log, index, openings }) => {
      return { log, index, fields: Object.fromEntries(openings.map(({ field, value }) => [field, value])) }
    }),
    checkpoints: trail.logs.map((_, i) => text(checkpointMember(i + 1))),
    vkey: key.vkey,
  })
}

export type Sealing = Readonly<{
  key?: NoteKey
  signer?: CertifiedSigner
  /** Null: no time stamp. */
  stamper?: CertifiedSigner | null
  /** Members outside data/ and META-INF/ that are to be other than they should be. */
  tags?: Readonly<Record<string, Uint8Array>>
  signedAt?: Date
}>

/** List the payload, sign the list, stamp both: what an operator with the keys can do to any payload. */
export async function seal(payload: Members, parties: Parties, sealing: Sealing = {}): Promise<Members> {
  const { key = logKey, signer = parties.signer, stamper = parties.stamper, signedAt = exportedAt } = sealing
  const data = new Map([...payload].filter(([name]) => isPayload(name)))
  const info = new Map([
    ['External-Identifier', packageId],
    ['Getuige-Created-At', exportedAt.toISOString()],
    ['Getuige-Format', containerFormat],
    ['Getuige-Time-Stamp', stamper === null ? 'none' : 'asked'],
    ['Payload-Oxum', formatOxum([...data.values()].map((bytes) => bytes.length))],
    ['Source-Organization', corpsName],
  ])
  const members: Members = new Map([
    [containerMembers.mimetype, utf8(packageMimetype)],
    [containerMembers.bagDeclaration, utf8(bagDeclaration)],
    [containerMembers.bagInfo, utf8(formatBagInfo(info))],
    [containerMembers.manifest, utf8(data.size === 0 ? '' : formatManifest(digestsOf(data)))],
    [containerMembers.signerVkey, utf8(`${key.vkey}\n`)],
    ...Object.entries(sealing.tags ?? {}),
    ...payload,
  ])
  return sign(members, { signer, stamper, signedAt })
}

/** Name whatever is there in new manifests, sign and stamp them. */
export async function sign(
  members: Members,
  { signer, stamper, signedAt }: Readonly<{ signer: CertifiedSigner; stamper: CertifiedSigner | null; signedAt: Date }>,
): Promise<Members> {
  const made = new Map([...members].filter(([name]) => !name.startsWith('META-INF/')))
  const listed = digestsOf([...made].filter(([name]) => isSigned(name) && /^[A-Za-z0-9_./-]+$/.test(name)))
  const signedManifest = utf8(formatAsicManifest('signature', listed))
  made.set(containerMembers.signedManifest, signedManifest)
  made.set(containerMembers.signature, await signCades(signedManifest, signer, signedAt))
  return stamper === null ? made : restamp(made, stamper)
}

/** Name all in a new stamped manifest, and stamp it. */
export async function restamp(members: Members, stamper: CertifiedSigner): Promise<Members> {
  const listed = digestsOf([...members].filter(([name]) => isStamped(name) && /^[A-Za-z0-9_./-]+$/.test(name)))
  const stamped = utf8(formatAsicManifest('timestamp', listed))
  return new Map([
    ...members,
    [containerMembers.stampedManifest, stamped],
    [containerMembers.timestamp, await stamp(stamped, stamper, exportedAt)],
  ])
}

function digestsOf(members: Iterable<readonly [string, Uint8Array]>): Map<string, string> {
  return new Map([...members].map(([name, bytes]) => [name, digestOf(bytes)]))
}

/** How to be wrong on purpose, for a member of that name. */
export type ZipFault = Readonly<{
  name: string
  localName?: string
  crc?: number
  method?: number
  flags?: number
  fileType?: number
  /** Bits of the mode beside reading and writing, and attributes of MS-DOS and of text. */
  mode?: number
  msDos?: number
  asText?: boolean
  madeOn?: number
  versionNeeded?: number
  extra?: Buffer
  gapBefore?: number
}>

export type Zip = Readonly<{ bytes: Buffer; dataStarts: ReadonlyMap<string, number>; directoryStart: number }>

/** A stored ZIP by APPNOTE, one local header, directory entry and end record at a time. */
export function makeZip(members: Iterable<readonly [string, Uint8Array]>, faults: readonly ZipFault[] = []): Zip {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  const dataStarts = new Map<string, number>()
  let at = 0
  const add = (bytes: Buffer) => {
    parts.push(bytes)
    at += bytes.length
  }
  for (const [name, data] of members) {
    const fault = faults.find((known) => known.name === name)
    add(Buffer.alloc(fault?.gapBefore ?? 0))
    const start = at
    const common = Buffer.alloc(26)
    common.writeUInt16LE(fault?.versionNeeded ?? 20, 0)
    common.writeUInt16LE(fault?.flags ?? 0x0800, 2)
    common.writeUInt16LE(fault?.method ?? 0, 4)
    common.writeUInt32LE(0x5c7c5000, 6)
    common.writeUInt32LE(fault?.crc ?? crc32(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    const local = Buffer.from(common)
    const localName = Buffer.from(fault?.localName ?? name)
    local.writeUInt16LE(localName.length, 22)
    add(Buffer.concat([Buffer.from('PK\u0003\u0004'), local, localName]))
    dataStarts.set(name, at)
    add(Buffer.from(data))
    const central = Buffer.from(common)
    const extra = fault?.extra ?? Buffer.alloc(0)
    central.writeUInt16LE(Buffer.byteLength(name), 22)
    central.writeUInt16LE(extra.length, 24)
    const rest = Buffer.alloc(14)
    rest.writeUInt16LE(fault?.asText === true ? 1 : 0, 4)
    rest.writeUInt16LE(fault?.msDos ?? 0, 6)
    rest.writeUInt16LE((fault?.fileType ?? 0o100000) | (fault?.mode ?? 0o644), 8)
    rest.writeUInt32LE(start, 10)
    const signature = Buffer.from(['P'.charCodeAt(0), 'K'.charCodeAt(0), 1, 2, 0x3f, fault?.madeOn ?? 3])
    directory.push(Buffer.concat([signature, central, rest, Buffer.from(name), extra]))
  }
  const directoryBytes = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(directoryBytes.length, 12)
  end.writeUInt32LE(at, 16)
  return { bytes: Buffer.concat([...parts, directoryBytes, end]), dataStarts, directoryStart: at }
}
