import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { utf8 } from '@getuige/base'
import {
  bagDeclaration,
  checkpointMember,
  formatBagInfo,
  formatCheckpoint,
  formatManifest,
  formatOxum,
  formatPublicKeyPem,
  formatTlogProof,
  formatTrail,
  leafHash,
  leafOf,
  makeInclusionProof,
  manifestOf,
  newNoteKey,
  openField,
  packageFormat,
  packageMembers,
  packageMimetype,
  proofMember,
  recordingMember,
  signEd25519,
  signNote,
  treeRoot,
} from '@getuige/proof'
import type { DisclosedEntry, DisclosedTrail, Fields, NoteKey } from '@getuige/proof'

/** Packages made here by docs/formats alone, without the writer, so that they can be wrong in any way. */

export type Members = Map<string, Uint8Array>

export const signer = newNoteKey('police.example/corps_01', new Uint8Array(32).fill(11))
export const stranger = newNoteKey('police.example/corps_01', new Uint8Array(32).fill(12))
export const recordingId = 'rec_01specimen'
export const recordingName = recordingMember(`${recordingId}.mp4`)
export const recordingBytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) % 251)

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

export type Made = Readonly<{ members: Members; trail: DisclosedTrail }>

/** A good package of one recording, unless told otherwise. */
export function makeMembers(entries = defaultEntries, key: NoteKey = signer): Made {
  const logs = [...new Set(entries.map(([log]) => log))].map((log) => `${signer.name}/${2025 + log}`)
  const members: Members = new Map([
    [packageMembers.howToVerify, utf8('<!doctype html><title>How to verify</title>\n')],
    [recordingName, recordingBytes],
  ])
  const disclosed = entries.map(([log, index, fields]): DisclosedEntry => {
    const salt = new Uint8Array(32).fill(log * 16 + index)
    const openings = Object.keys(fields).map((field) => openField(fields, salt, field))
    return { log, index, leaf: leafOf(fields, salt), openings }
  })
  for (const [i, origin] of logs.entries()) {
    const own = disclosed.filter(({ log }) => log === i + 1)
    const leaves = Array.from({ length: 7 }, (_, index) => {
      return leafHash(own.find((entry) => entry.index === index)?.leaf ?? utf8(`entry ${index} of another recording`))
    })
    const checkpoint = signNote(formatCheckpoint({ origin, size: 7, root: treeRoot(leaves) }), key.name, key.seed)
    members.set(checkpointMember(i + 1), utf8(checkpoint))
    for (const { log, index } of own) {
      const path = makeInclusionProof(leaves, index)
      members.set(proofMember(log, index), utf8(formatTlogProof({ index, path, checkpoint })))
    }
  }
  const trail = { logs, entries: disclosed }
  members.set(packageMembers.trail, utf8(formatTrail(trail)))
  return { members: sign(members, key), trail }
}

/** List the payload, list the tags, sign: what an operator with the key can do to any package. */
export function sign(payload: Members, key: NoteKey = signer): Members {
  const data = new Map([...payload].filter(([name]) => name.startsWith('data/')))
  const info = new Map([
    ['Getuige-Format', packageFormat],
    ['Payload-Oxum', formatOxum([...data.values()].map((bytes) => bytes.length))],
  ])
  const tags: Members = new Map([
    [packageMembers.mimetype, utf8(packageMimetype)],
    [packageMembers.bagDeclaration, utf8(bagDeclaration)],
    [packageMembers.bagInfo, utf8(formatBagInfo(info))],
    [packageMembers.manifest, utf8(listed(data))],
    [packageMembers.signerPem, utf8(formatPublicKeyPem(key.publicKey))],
    [packageMembers.signerVkey, utf8(`${key.vkey}\n`)],
  ])
  return signTags(new Map([...tags, ...data]), key)
}

/** List again whatever is not under data/, and sign. */
export function signTags(members: Members, key: NoteKey = signer): Members {
  const tags = new Map([...members].filter(([name]) => manifestOf(name) === 'tagManifest'))
  const tagManifest = utf8(listed(tags))
  const rest = [...members].filter(([name]) => manifestOf(name) === 'manifest')
  const signature = signEd25519(tagManifest, key.seed)
  return new Map([...tags, [packageMembers.tagManifest, tagManifest], [packageMembers.signature, signature], ...rest])
}

function listed(members: Members): string {
  if (members.size === 0) return ''
  return formatManifest(new Map([...members].map(([name, bytes]) => [name, digestOf(bytes)])))
}

/** How to be wrong on purpose, for a member of that name. */
export type ZipFault = Readonly<{
  name: string
  localName?: string
  crc?: number
  method?: number
  flags?: number
  fileType?: number
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
    common.writeUInt16LE(20, 0)
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
    rest.writeUInt32LE(((fault?.fileType ?? 0o100000) | 0o644) * 65_536, 6)
    rest.writeUInt32LE(start, 10)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u003f\u0003'), central, rest, Buffer.from(name), extra]))
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
