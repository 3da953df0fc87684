import { describeMember } from '@getuige/proof'
import { problem } from './problems.ts'
import type { Problem } from './problems.ts'
import type { Hashing, RandomAccess } from './random-access.ts'
import { readZipDirectory } from './zip-directory.ts'
import type { ZipMember } from './zip-directory.ts'

/** `bytes` are kept for all members but the recordings; null, too, for one that is larger than such a member can be. */
export type Member = Readonly<{ name: string; sizeBytes: number; sha256: string; bytes: Uint8Array | null }>

export type Contents =
  | Readonly<{ kind: 'not-a-zip' }>
  /** Sealed for a recipient, who must open it first: an age file, or a ZIP of one with the CMS that holds its identity. */
  | Readonly<{ kind: 'sealed'; how: 'age' | 'cms' }>
  | Readonly<{ kind: 'unreadable'; problems: readonly Problem[] }>
  | Readonly<{ kind: 'read'; members: readonly Member[]; problems: readonly Problem[] }>

/** Told now and then, of how many bytes have been read; `signal` ends the reading with an error. */
export type Watch = Readonly<{ onRead?: (bytes: number) => void; signal?: AbortSignal }>

const stepBytes = 2 ** 20
const maxKeptBytes = 64 * 2 ** 20
/** Whoever made the file chose how many members it has; a package has few that are kept. */
const maxKeptInAllBytes = 256 * 2 ** 20

/** Read a whole package once, in constant memory but for its small members. Throws if the file cannot be read. */
export async function readPackage(source: RandomAccess, hashing: Hashing, watch: Watch = {}): Promise<Contents> {
  const how = sealOf(await source.read(0, 64))
  if (how !== undefined) return { kind: 'sealed', how }
  const directory = await readZipDirectory(source)
  if (directory.kind !== 'read') return directory
  // For the holder of a certificate: a package in age, and the identity that opens it in CMS.
  if (directory.members.some(({ name }) => name.endsWith('.key.p7m'))) return { kind: 'sealed', how: 'cms' }
  const problems = [...directory.problems]
  const members: Member[] = []
  let keptBytes = 0
  let readBytes = 0
  const onStep = (bytes: number) => {
    watch.signal?.throwIfAborted()
    readBytes += bytes
    watch.onRead?.(readBytes)
  }
  for (const zipMember of directory.members) {
    const isSmall = zipMember.sizeBytes <= Math.min(maxKeptBytes, maxKeptInAllBytes - keptBytes)
    const isKept = isSmall && describeMember(zipMember.name)?.kind !== 'recording'
    if (isKept) keptBytes += zipMember.sizeBytes
    const { member, hasCrc } = await readMember(source, hashing, zipMember, isKept, onStep)
    members.push(member)
    if (!hasCrc) problems.push(problem('crc-differs', member.name))
  }
  return { kind: 'read', members, problems }
}

async function readMember(
  source: RandomAccess,
  hashing: Hashing,
  { name, sizeBytes, crc32: expectedCrc, dataStart }: ZipMember,
  isKept: boolean,
  onStep: (bytes: number) => void,
) {
  const bytes = isKept ? new Uint8Array(sizeBytes) : null
  const digest = hashing.newSha256()
  let crc = 0
  let seenBytes = 0
  while (seenBytes < sizeBytes) {
    const step = await source.read(dataStart + seenBytes, Math.min(stepBytes, sizeBytes - seenBytes))
    if (step.length === 0) break // the directory promises more than the file has: the digest will tell
    digest.update(step)
    crc = hashing.crc32(step, crc)
    bytes?.set(step, seenBytes)
    seenBytes += step.length
    onStep(step.length)
  }
  const member: Member = {
    name,
    sizeBytes: seenBytes,
    sha256: digest.hex(),
    bytes: bytes?.subarray(0, seenBytes) ?? null,
  }
  return { member, hasCrc: crc === expectedCrc && seenBytes === sizeBytes }
}

/** How a file begins that nobody but its recipient can read: age (binary or armoured), CMS (DER or PEM). */
function sealOf(head: Uint8Array): 'age' | 'cms' | undefined {
  const text = String.fromCharCode(...head)
  if (text.startsWith('age-encryption.org/') || text.startsWith('-----BEGIN AGE ENCRYPTED FILE')) return 'age'
  if (text.startsWith('-----BEGIN CMS') || text.startsWith('-----BEGIN PKCS7')) return 'cms'
  // ContentInfo: a SEQUENCE, then the OID of enveloped-data (1.2.840.113549.1.7.3) or authEnvelopedData (….1.9.16.1.23).
  const isSequence = head[0] === 0x30
  const isEnveloped = text.includes('\u002a\u0086H\u0086\u00f7\r\u0001\u0007\u0003')
  const isAuthEnveloped = text.includes('\u002a\u0086H\u0086\u00f7\r\u0001\t\u0010\u0001\u0017')
  return isSequence && (isEnveloped || isAuthEnveloped) ? 'cms' : undefined
}
