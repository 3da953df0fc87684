import { fromBase64, toBase64 } from '@getuige/base'
import { malformed } from './proof-error.ts'

/** The members of an export package: docs/formats/export-package.md, version 2, an ASiC-E container. */
export const packageMimetype = 'application/vnd.etsi.asic-e+zip'
export const bagDeclaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
/** In bag-info.txt as `Getuige-Format`; `Getuige-Time-Stamp` is `asked`, or `none` where no authority is configured. */
export const containerFormat = 'getuige export package v2'

/** The members that every package has, but for the time stamp and its manifest: one may lack both. */
export const containerMembers = {
  mimetype: 'mimetype',
  /** The verifier key of the custody logs, and a newline. */
  signerVkey: 'signer.vkey',
  bagDeclaration: 'bagit.txt',
  bagInfo: 'bag-info.txt',
  /** Digests of all members under data/. */
  manifest: 'manifest-sha256.txt',
  /** Digests of all members outside META-INF/, but for `mimetype`. */
  signedManifest: 'META-INF/ASiCManifest001.xml',
  /** CAdES, detached, DER: over the signed manifest. */
  signature: 'META-INF/signature001.p7s',
  /** What the signed manifest names, and it and its signature. */
  stampedManifest: 'META-INF/ASiCManifest002.xml',
  /** RFC 3161 token, DER: over the stamped manifest. */
  timestamp: 'META-INF/timestamp002.tst',
  howToVerify: 'data/how-to-verify.html',
  trail: 'data/custody/trail.json',
  reportJson: 'data/custody/report.json',
  reportNl: 'data/custody/report.nl.pdf',
  reportFr: 'data/custody/report.fr.pdf',
  reportDe: 'data/custody/report.de.pdf',
  reportEn: 'data/custody/report.en.pdf',
} as const

const recordingsFolder = 'data/recordings/'
const recordingName = /^(rec_[0-9a-z]{1,64})(\.[a-z0-9]{1,8})?$/
const logMember = /^data\/custody\/log-([1-9][0-9]{0,3})\/(?:checkpoint|proofs\/(0|[1-9][0-9]{0,15})\.tlog-proof)$/

/** `fileName` is the id of the recording, and the ending of its kind of file if it has one: `rec_….mp4`. */
export function recordingMember(fileName: string): string {
  if (!recordingName.test(fileName))
    throw new RangeError(`${fileName} is not the file name of a recording in a package`)
  return recordingsFolder + fileName
}

/** `log` counts from 1, in the order in which the trail lists the logs. */
export function checkpointMember(log: number): string {
  return `data/custody/log-${log}/checkpoint`
}

export function proofMember(log: number, index: number): string {
  return `data/custody/log-${log}/proofs/${index}.tlog-proof`
}

/**
 * A former head of a log that somebody else bears witness to. `checkpoint` is the note as the log signed it,
 * `cosignatures` the lines of witnesses to append to it, `checkpoint.tst` an RFC 3161 token over it, `consistency` the
 * proof that the checkpoint of the package continues it.
 */
export const headFiles = ['checkpoint', 'cosignatures', 'checkpoint.tst', 'consistency'] as const
export type HeadFile = (typeof headFiles)[number]

export function headMember(log: number, size: number, file: HeadFile): string {
  return `data/custody/log-${log}/heads/${size}/${file}`
}

const headName = /^data\/custody\/log-([1-9][0-9]{0,3})\/heads\/([1-9][0-9]{0,15})\/([a-z.]+)$/

export type ContainerMember =
  | Readonly<{ kind: 'fixed' }>
  | Readonly<{ kind: 'recording'; recordingId: string }>
  | Readonly<{ kind: 'checkpoint'; log: number }>
  | Readonly<{ kind: 'proof'; log: number; index: number }>
  | Readonly<{ kind: 'head'; log: number; size: number; file: HeadFile }>

/** What a member of this name is; undefined if a package has no such member. */
export function describeMember(name: string): ContainerMember | undefined {
  if (Object.values<string>(containerMembers).includes(name)) return { kind: 'fixed' }
  const recordingId = name.startsWith(recordingsFolder)
    ? recordingName.exec(name.slice(recordingsFolder.length))?.[1]
    : undefined
  if (recordingId !== undefined) return { kind: 'recording', recordingId }
  const [, headOf, size, fileName] = headName.exec(name) ?? []
  const file = headFiles.find((known) => known === fileName)
  if (headOf !== undefined && file !== undefined) return { kind: 'head', log: Number(headOf), size: Number(size), file }
  const [, log, index] = logMember.exec(name) ?? []
  if (log === undefined) return undefined
  return index === undefined
    ? { kind: 'checkpoint', log: Number(log) }
    : { kind: 'proof', log: Number(log), index: Number(index) }
}

/** Whether manifest-sha256.txt must list a member. */
export function isPayload(name: string): boolean {
  return name.startsWith('data/')
}

/** Whether the signed manifest must name a member. */
export function isSigned(name: string): boolean {
  return name !== containerMembers.mimetype && !name.startsWith('META-INF/')
}

/** Whether the stamped manifest, where there is one, must name a member. */
export function isStamped(name: string): boolean {
  return isSigned(name) || name === containerMembers.signedManifest || name === containerMembers.signature
}

/**
 * `old SIZE` and the hashes in base64, a line each, as the body of c2sp.org/tlog-witness begins: what proves that a log
 * continues what it was at that size.
 */
export function formatConsistency(oldSize: number, path: readonly Uint8Array[]): string {
  return [`old ${oldSize}`, ...path.map(toBase64), ''].join('\n')
}

export function parseConsistency(text: string): Readonly<{ oldSize: number; path: Uint8Array[] }> {
  if (!text.endsWith('\n')) throw malformed('a consistency proof ends with a newline')
  const [first = '', ...hashes] = text.slice(0, -1).split('\n')
  const [, oldSize] = /^old ([1-9][0-9]{0,15})$/.exec(first) ?? []
  if (
    oldSize === undefined ||
    hashes.length > 63 ||
    hashes.some((hash) => !/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(hash))
  ) {
    throw malformed('not a consistency proof')
  }
  return { oldSize: Number(oldSize), path: hashes.map(fromBase64) }
}

/** As `sha256sum` writes and checks it: digest in lower-case hexadecimal, two spaces, name, newline; sorted by name. */
export function formatManifest(digests: ReadonlyMap<string, string>): string {
  const lines = [...digests].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, sha256]) => `${sha256}  ${name}\n`)
  const text = lines.join('')
  parseManifest(text)
  return text
}

/** Digest by name. Throws `ProofError` for an empty manifest, one not sorted, and one that names a member twice. */
export function parseManifest(text: string): Map<string, string> {
  if (!text.endsWith('\n')) throw malformed('a manifest ends with a newline')
  const digests = new Map<string, string>()
  let previous = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}([!-~]+)$/.exec(line) ?? []
    if (sha256 === undefined || name === undefined) throw malformed('not a line of a manifest')
    if (name <= previous) throw malformed('a manifest that is not sorted, or names a member twice')
    digests.set(name, sha256)
    previous = name
  }
  return digests
}

/** `Payload-Oxum` of bag-info.txt (RFC 8493 section 2.2.2): the bytes and the number of the members under data/. */
export function formatOxum(sizes: Iterable<number>): string {
  const all = [...sizes]
  return `${all.reduce((sum, size) => sum + size, 0)}.${all.length}`
}

/** `Label: value` lines. Throws `RangeError` for a value that would break a line. */
export function formatBagInfo(info: ReadonlyMap<string, string>): string {
  return [...info]
    .map(([label, value]) => {
      if (!/^[A-Za-z-]+$/.test(label) || !/^\S(.*\S)?$/.test(value) || /\p{Cc}/u.test(value)) {
        throw new RangeError(`${label} cannot be written in bag-info.txt`)
      }
      return `${label}: ${value}\n`
    })
    .join('')
}

/** Throws `ProofError` for anything but unfolded lines with each label once. */
export function parseBagInfo(text: string): Map<string, string> {
  if (!text.endsWith('\n')) throw malformed('bag-info.txt ends with a newline')
  const info = new Map<string, string>()
  for (const line of text.slice(0, -1).split('\n')) {
    const [, label, value] = /^([A-Za-z-]+): (\S.*)$/.exec(line) ?? []
    if (label === undefined || value === undefined || info.has(label)) throw malformed('not a line of bag-info.txt')
    info.set(label, value)
  }
  return info
}
