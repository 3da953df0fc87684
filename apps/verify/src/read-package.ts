import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { kindOfMember } from '@getuige/proof'
import { problem } from './problems.ts'
import type { Problem } from './problems.ts'
import { readZipDirectory } from './zip-directory.ts'
import type { ZipMember } from './zip-directory.ts'

/** `bytes` are kept for all members but the recordings; null, too, for one that is larger than such a member can be. */
export type Member = Readonly<{ name: string; sizeBytes: number; sha256: string; bytes: Uint8Array | null }>

export type Contents =
  | Readonly<{ kind: 'not-a-zip' }>
  | Readonly<{ kind: 'unreadable'; problems: readonly Problem[] }>
  | Readonly<{ kind: 'read'; members: readonly Member[]; problems: readonly Problem[] }>

const stepBytes = 2 ** 20
const maxKeptBytes = 64 * 2 ** 20

/** Read a whole package once, in constant memory but for its small members. Throws if the file cannot be read. */
export async function readPackage(path: string): Promise<Contents> {
  // Asked before it is opened: a pipe would keep us waiting for whoever writes into it.
  if (!(await stat(path)).isFile()) throw new Error('not a file')
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  const directory = await readZipDirectory((position, length) => readAt(file, position, length), size)
  if (directory.kind !== 'read') return directory
  const problems = [...directory.problems]
  const members: Member[] = []
  for (const zipMember of directory.members) {
    const { member, hasCrc } = await readMember(file, zipMember)
    members.push(member)
    if (!hasCrc) problems.push(problem('crc-differs', member.name))
  }
  return { kind: 'read', members, problems }
}

async function readMember(file: FileHandle, { name, sizeBytes, crc32: expectedCrc, dataStart }: ZipMember) {
  const isKept = kindOfMember(name)?.kind !== 'recording' && sizeBytes <= maxKeptBytes
  const kept: Buffer[] = []
  const hash = createHash('sha256')
  let crc = 0
  let seenBytes = 0
  while (seenBytes < sizeBytes) {
    const step = await readAt(file, dataStart + seenBytes, Math.min(stepBytes, sizeBytes - seenBytes))
    if (step.length === 0) break // the directory promises more than the file has: the digest will tell
    hash.update(step)
    crc = crc32(step, crc)
    if (isKept) kept.push(step)
    seenBytes += step.length
  }
  const bytes = isKept ? Buffer.concat(kept) : null
  const member: Member = { name, sizeBytes: seenBytes, sha256: hash.digest('hex'), bytes }
  return { member, hasCrc: crc === expectedCrc && seenBytes === sizeBytes }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, length))
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
