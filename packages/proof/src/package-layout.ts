import { malformed } from './proof-error.ts'

/** The members of an export package, as docs/formats/export-package.md defines version 1. */
export const packageMimetype = 'application/vnd.etsi.asic-e+zip'
export const bagDeclaration = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
export const packageFormat = 'getuige export package v1'

export const packageMembers = {
  mimetype: 'mimetype',
  bagDeclaration: 'bagit.txt',
  bagInfo: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  /** 64 bytes: Ed25519 over the tag manifest. The only member that no digest covers. */
  signature: 'META-INF/tagmanifest-sha256.txt.sig',
  signerPem: 'META-INF/signer.pem',
  signerVkey: 'META-INF/signer.vkey',
  howToVerify: 'data/how-to-verify.html',
  trail: 'data/custody/trail.json',
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

export type MemberKind =
  | Readonly<{ kind: 'fixed' }>
  | Readonly<{ kind: 'recording'; recordingId: string }>
  | Readonly<{ kind: 'checkpoint'; log: number }>
  | Readonly<{ kind: 'proof'; log: number; index: number }>

/** What a member of this name is; undefined if a package has no such member. */
export function kindOfMember(name: string): MemberKind | undefined {
  if (Object.values<string>(packageMembers).includes(name)) return { kind: 'fixed' }
  const recordingId = name.startsWith(recordingsFolder)
    ? recordingName.exec(name.slice(recordingsFolder.length))?.[1]
    : undefined
  if (recordingId !== undefined) return { kind: 'recording', recordingId }
  const [, log, index] = logMember.exec(name) ?? []
  if (log === undefined) return undefined
  return index === undefined
    ? { kind: 'checkpoint', log: Number(log) }
    : { kind: 'proof', log: Number(log), index: Number(index) }
}

/** Which manifest must list a member; null for the tag manifest and its signature, which none lists. */
export function manifestOf(name: string): 'manifest' | 'tagManifest' | null {
  if (name === packageMembers.tagManifest || name === packageMembers.signature) return null
  return name.startsWith('data/') ? 'manifest' : 'tagManifest'
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
