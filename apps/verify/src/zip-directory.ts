import { equalBytes } from '@getuige/base'
import { problem } from './problems.ts'
import type { Problem } from './problems.ts'
import type { RandomAccess } from './random-access.ts'

/**
 * A stricter reading of ZIP (PKWARE APPNOTE 6.3.9) than unpackers do: what could be read in two ways is a problem.
 * Members are stored, not compressed; their headers say the same at both places; they fill the file without a gap, in
 * the order of the directory; and nothing stands before, between or after them.
 */

type ReadAt = RandomAccess['read']

export type ZipMember = Readonly<{ name: string; sizeBytes: number; crc32: number; dataStart: number }>

export type ZipDirectory =
  | Readonly<{ kind: 'not-a-zip' }>
  | Readonly<{ kind: 'unreadable'; problems: Problem[] }>
  | Readonly<{ kind: 'read'; members: ZipMember[]; problems: Problem[] }>

type CentralEntry = Readonly<{
  nameBytes: Uint8Array
  name: string
  versionNeeded: number
  flags: number
  method: number
  crc32: number
  compressedBytes: number
  sizeBytes: number
  offset: number
  time: number
  isPlainFile: boolean
  hasSurplus: boolean
}>

const endSignature = 0x06054b50
const end64Signature = 0x06064b50
const locatorSignature = 0x07064b50
const centralSignature = 0x02014b50
const localSignature = 0x04034b50
const descriptorSignature = 0x08074b50
const none16 = 0xffff
const none32 = 0xffffffff
const descriptorFlag = 0x0008
const utf8Flag = 0x0800
/** 4.5: who knows ZIP64 can read it. Unpackers pass over members that ask for more than they can. */
const newestVersion = 45
/** A directory longer than this is not read into memory: some hundred thousand members. */
const maxDirectoryBytes = 64 * 2 ** 20

export async function readZipDirectory({ read, sizeBytes: fileBytes }: RandomAccess): Promise<ZipDirectory> {
  const head = await read(0, 4)
  const tailStart = Math.max(0, fileBytes - 22 - none16)
  const tail = await read(tailStart, fileBytes - tailStart)
  const endAt = lastIndexOfEnd(tail)
  const looksLikeZip = head.length === 4 && [localSignature, endSignature].includes(readUInt32(head, 0))
  if (endAt === undefined) {
    return looksLikeZip ? { kind: 'unreadable', problems: [problem('cut-short')] } : { kind: 'not-a-zip' }
  }
  const end = tail.subarray(endAt, endAt + 22)
  const endStart = tailStart + endAt
  const problems: Problem[] = []
  if (endStart + 22 !== fileBytes) problems.push(problem('bytes-after', endStart + 22))

  const place = await findDirectory(read, end, endStart)
  if (place === undefined || place.sizeBytes > maxDirectoryBytes || place.start + place.sizeBytes > place.end) {
    return { kind: 'unreadable', problems: [...problems, problem('directory-unreadable')] }
  }
  if (place.start + place.sizeBytes !== place.end)
    problems.push(problem('bytes-of-nothing', place.start + place.sizeBytes))
  const entries = parseEntries(await read(place.start, place.sizeBytes))
  if (entries === undefined || entries.length !== place.count) {
    return { kind: 'unreadable', problems: [...problems, problem('directory-unreadable')] }
  }
  const { members, problems: memberProblems } = await locateMembers(read, entries, place.start)
  return { kind: 'read', members, problems: [...problems, ...memberProblems] }
}

function lastIndexOfEnd(tail: Uint8Array): number | undefined {
  for (let at = tail.length - 22; at >= 0; at--) if (readUInt32(tail, at) === endSignature) return at
  return undefined
}

type DirectoryPlace = Readonly<{ start: number; sizeBytes: number; count: number; end: number }>

/** Where the directory is, by the ZIP64 record if there is one. `end` is where that record, or the plain one, begins. */
async function findDirectory(read: ReadAt, end: Uint8Array, endStart: number): Promise<DirectoryPlace | undefined> {
  const plain = {
    count: readUInt16(end, 10),
    sizeBytes: readUInt32(end, 12),
    start: readUInt32(end, 16),
    end: endStart,
  }
  if (readUInt32(end, 4) !== 0 || readUInt16(end, 8) !== plain.count) return undefined // more than one disk
  if (plain.count !== none16 && plain.sizeBytes !== none32 && plain.start !== none32) return plain

  if (endStart < 76) return undefined
  const locator = await read(endStart - 20, 20)
  const end64Start = readUInt64(locator, 8)
  if (readUInt32(locator, 0) !== locatorSignature || end64Start !== endStart - 76) return undefined
  const end64 = await read(end64Start, 56)
  if (readUInt32(end64, 0) !== end64Signature || readUInt64(end64, 4) !== 44) return undefined
  const [count, sizeBytes, start] = [readUInt64(end64, 32), readUInt64(end64, 40), readUInt64(end64, 48)]
  const agrees = [
    plain.count === none16 || plain.count === count,
    plain.sizeBytes === none32 || plain.sizeBytes === sizeBytes,
    plain.start === none32 || plain.start === start,
    readUInt64(end64, 24) === count && readUInt32(end64, 16) === 0 && readUInt32(end64, 20) === 0,
    readUInt32(locator, 4) === 0 && readUInt32(locator, 16) === 1,
  ]
  return agrees.every(Boolean) ? { count, sizeBytes, start, end: end64Start } : undefined
}

/** Undefined if the directory does not consist of entries from its first to its last byte. */
function parseEntries(directory: Uint8Array): CentralEntry[] | undefined {
  const entries: CentralEntry[] = []
  let at = 0
  while (at < directory.length) {
    if (at + 46 > directory.length || readUInt32(directory, at) !== centralSignature) return undefined
    const nameEnd = at + 46 + readUInt16(directory, at + 28)
    const extraEnd = nameEnd + readUInt16(directory, at + 30)
    const next = extraEnd + readUInt16(directory, at + 32)
    if (next > directory.length) return undefined
    const entry = parseEntry(directory.subarray(at, at + 46), {
      nameBytes: directory.subarray(at + 46, nameEnd),
      extra: directory.subarray(nameEnd, extraEnd),
      hasComment: next > extraEnd,
    })
    if (entry === undefined) return undefined
    entries.push(entry)
    at = next
  }
  return entries
}

function parseEntry(
  fixed: Uint8Array,
  { nameBytes, extra, hasComment }: { nameBytes: Uint8Array; extra: Uint8Array; hasComment: boolean },
): CentralEntry | undefined {
  // The ZIP64 field holds, in this order, those of the three numbers that do not fit in the fixed part.
  const wanted = [readUInt32(fixed, 24), readUInt32(fixed, 20), readUInt32(fixed, 42)]
  const large = wanted.filter((value) => value === none32).length
  const hasLarge = large > 0
  if (hasLarge && (extra.length < 4 + 8 * large || readUInt16(extra, 0) !== 1)) return undefined
  let extraAt = 4
  const [sizeBytes, compressedBytes, offset] = wanted.map((value) => {
    if (value !== none32) return value
    extraAt += 8
    return readUInt64(extra, extraAt - 8)
  })
  if (sizeBytes === undefined || compressedBytes === undefined || offset === undefined) return undefined
  return {
    nameBytes,
    name: new TextDecoder().decode(nameBytes),
    versionNeeded: readUInt16(fixed, 6),
    flags: readUInt16(fixed, 8),
    method: readUInt16(fixed, 10),
    crc32: readUInt32(fixed, 16),
    compressedBytes,
    sizeBytes,
    offset,
    time: readUInt32(fixed, 12),
    isPlainFile: isPlainFile(fixed),
    hasSurplus: hasComment || readUInt16(fixed, 34) !== 0 || !isZip64ExtraOnly(extra, hasLarge ? 8 * large : undefined),
  }
}

/**
 * Neither a folder or link, nor to be run, hidden or converted as text once unpacked: by the attributes of Unix and of
 * MS-DOS. On other systems they would mean something else.
 */
function isPlainFile(fixed: Uint8Array): boolean {
  const system = readUInt16(fixed, 4) >>> 8
  const [internal, msDos, mode] = [readUInt16(fixed, 36), readUInt16(fixed, 38), readUInt16(fixed, 40)]
  const type = mode & 0o170000
  return (
    (system === 0 || system === 3) &&
    internal === 0 &&
    (msDos & ~0x20) === 0 && // archive
    (type === 0o100000 || type === 0) &&
    (mode & 0o7111) === 0
  )
}

/** No extra field may stand beside the ZIP64 one: some give a member another name. */
function isZip64ExtraOnly(extra: Uint8Array, bytes: number | undefined): boolean {
  if (bytes === undefined) return extra.length === 0
  return extra.length === 4 + readUInt16(extra, 2) && extra.length <= 4 + 24 && readUInt16(extra, 2) >= bytes
}

async function locateMembers(read: ReadAt, entries: readonly CentralEntry[], directoryStart: number) {
  const problems: Problem[] = []
  const members: ZipMember[] = []
  let expected = 0
  for (const [i, entry] of entries.entries()) {
    if (entry.offset > expected) problems.push(problem('bytes-of-nothing', expected))
    if (entry.offset < expected) problems.push(problem('members-overlap', entry.name))
    const next = entries[i + 1]?.offset ?? directoryStart
    const fits = entry.offset + 30 + entry.nameBytes.length + entry.sizeBytes <= directoryStart
    const local = fits ? await read(entry.offset, 30 + entry.nameBytes.length) : new Uint8Array(0)
    if (local.length < 30 + entry.nameBytes.length || readUInt32(local, 0) !== localSignature) {
      problems.push(problem('headers-disagree', entry.name))
      expected = next
      continue
    }
    if (!entry.isPlainFile || entry.hasSurplus) problems.push(problem('not-a-plain-member', entry.name))
    const isStored =
      entry.method === 0 && entry.compressedBytes === entry.sizeBytes && entry.versionNeeded <= newestVersion
    if (!isStored || (entry.flags & ~(descriptorFlag | utf8Flag)) !== 0)
      problems.push(problem('not-stored', entry.name))

    const dataStart = entry.offset + 30 + entry.nameBytes.length + readUInt16(local, 28)
    const dataEnd = dataStart + entry.sizeBytes
    const hasDescriptor = (entry.flags & descriptorFlag) !== 0
    const after =
      hasDescriptor && next > dataEnd ? await read(dataEnd, Math.min(24, next - dataEnd)) : new Uint8Array(0)
    if (!localAgrees(local, entry) || (hasDescriptor && !descriptorAgrees(after, entry))) {
      problems.push(problem('headers-disagree', entry.name))
    }
    expected = dataEnd + after.length
    members.push({ name: entry.name, sizeBytes: entry.sizeBytes, crc32: entry.crc32, dataStart })
  }
  if (expected < directoryStart) problems.push(problem('bytes-of-nothing', expected))
  if (expected > directoryStart) problems.push(problem('members-overlap', entries.at(-1)?.name))
  return { members, problems }
}

/** The header before the data says what the directory says; sizes may be left to the descriptor after the data. */
function localAgrees(local: Uint8Array, entry: CentralEntry): boolean {
  const hasDescriptor = (entry.flags & descriptorFlag) !== 0
  const fits = (value: number, expected: number) => value === expected || (hasDescriptor && value === 0)
  return [
    readUInt16(local, 4) <= newestVersion, // a streamed member may turn out to need more than its first header says
    readUInt16(local, 6) === entry.flags,
    readUInt16(local, 8) === entry.method,
    readUInt32(local, 10) === entry.time,
    fits(readUInt32(local, 14), entry.crc32),
    fits(readUInt32(local, 18), entry.compressedBytes),
    fits(readUInt32(local, 22), entry.sizeBytes),
    readUInt16(local, 26) === entry.nameBytes.length,
    readUInt16(local, 28) === 0,
    equalBytes(local.subarray(30), entry.nameBytes),
  ].every(Boolean)
}

function descriptorAgrees(bytes: Uint8Array, entry: CentralEntry): boolean {
  if (bytes.length < 16 || readUInt32(bytes, 0) !== descriptorSignature || readUInt32(bytes, 4) !== entry.crc32)
    return false
  if (bytes.length === 16) {
    return readUInt32(bytes, 8) === entry.compressedBytes && readUInt32(bytes, 12) === entry.sizeBytes
  }
  return (
    bytes.length === 24 && readUInt64(bytes, 8) === entry.compressedBytes && readUInt64(bytes, 16) === entry.sizeBytes
  )
}

function readUInt16(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint16(at, true)
}

function readUInt32(bytes: Uint8Array, at: number): number {
  return viewOf(bytes).getUint32(at, true)
}

/** Not a number that a file can have beyond 2**53; such a one fails whatever it is compared with. */
function readUInt64(bytes: Uint8Array, at: number): number {
  return Number(viewOf(bytes).getBigUint64(at, true))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
