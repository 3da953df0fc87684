import { createHash } from 'node:crypto'
import { PassThrough, Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { equalBytes, toHex, utf8 } from '@getuige/base'
import type { JsonValue } from '@getuige/base'
import {
  beginsRecording,
  bagDeclaration,
  checkpointMember,
  containerFormat,
  containerMembers,
  custodyFields,
  describeMember,
  formatAsicManifest,
  formatBagInfo,
  formatManifest,
  formatOxum,
  formatTrail,
  type HeadFile,
  headMember,
  isPayload,
  isSigned,
  isStamped,
  openField,
  packageMimetype,
  parseTlogProof,
  proofMember,
  recordingMember,
  verifyOpening,
  verifyTlogProof,
} from '@getuige/proof'
import type { DisclosedEntry } from '@getuige/proof'
import { type CertifiedSigner, signCades } from '@getuige/pki'
import { ZipFile } from 'yazl'
import './native-crc32.ts'
import type { FormerHead } from '#custody'
import type { TimeStamps } from '#platform/time-stamp'
import { howToVerifyHtml } from './how-to-verify.ts'
import { makeReport } from './report.ts'

/** `name` is the recording's id and the ending of its kind of file; `sha256` is in lower-case hexadecimal. */
export type PackagedRecording = Readonly<{
  recordingId: string
  name: string
  sizeBytes: number
  sha256: string
  /** The recording as received. Called once, when its turn comes; destroyed if the package is given up. */
  open: () => Readable | Promise<Readable>
}>

/**
 * An entry of a custody log as stored. `proof` is a tlog-proof; those of one log must be under one checkpoint. `fields`
 * are `actor`, `at`, `details`, `recordingId` and `type`, with the values that were committed to.
 */
export type PackagedEntry = Readonly<{
  origin: string
  index: number
  leaf: Uint8Array
  fields: Readonly<Record<string, JsonValue>>
  entrySalt: Uint8Array
  proof: string
}>

export type PackageInput = Readonly<{
  packageId: string
  createdAt: Date
  corpsName: string
  /** That of the corps, in which people read a clock. */
  timeZone: string
  recordings: readonly PackagedRecording[]
  /** Every entry about these recordings, oldest first. */
  trail: readonly PackagedEntry[]
  /** Of each log, by its origin. */
  formerHeads: ReadonlyMap<string, readonly FormerHead[]>
  /** The key of the corps' logs. */
  vkey: string
  /** Signs the package, at this time. */
  signer: CertifiedSigner
  signedAt: Date
  timeStamps: TimeStamps
}>

/**
 * Write an export package (docs/formats/export-package.md) while it is read: constant memory, recordings after all that
 * is small, its time stamp last. What can be checked beforehand is checked before the first byte. If a recording turns
 * out not to have its digest or size, the stream ends in an error before the directory of the ZIP is written, so that
 * what was sent never looks whole. The stamp is asked for at once and waited for at the end, for as long as an authority
 * is given to answer; without one the package is whole, and says so.
 */
export function writePackage(input: PackageInput): Readable {
  const output = new PassThrough()
  const stop = new AbortController()
  output.once('close', () => stop.abort()) // the reader is done, or has hung up: let go of the recording being read
  fill(output, input, stop.signal).catch((error: unknown) => {
    output.destroy(asError(error))
  })
  return output
}

async function fill(output: PassThrough, input: PackageInput, signal: AbortSignal): Promise<void> {
  requireReceived(input)
  const { members, stampedManifest } = await makeSmallMembers(input)
  signal.throwIfAborted()
  const stamping = input.timeStamps.stamp(stampedManifest, signal)
  stamping.catch(() => undefined) // aborted with the rest

  const zip = new ZipFile()
  const options = { compress: false, mtime: input.createdAt, mode: 0o100644, forceDosTimestamp: true }
  zip.on('error', (error: Error) => output.destroy(error))
  const add = (name: string, bytes: Uint8Array) => zip.addBuffer(Buffer.from(bytes), name, options)
  for (const [name, bytes] of members) add(name, bytes)
  for (const recording of input.recordings) {
    zip.addReadStreamLazy(
      recordingMember(recording.name),
      { ...options, size: recording.sizeBytes },
      (give: (error: unknown, stream: NodeJS.ReadableStream) => void) => {
        const meter = checkDigest(recording)
        give(null, meter)
        pour(recording, meter, signal).catch((error: unknown) => output.destroy(asError(error)))
      },
    )
  }
  const finish = async () => {
    const stamp = await stamping
    if (stamp !== undefined) {
      add(containerMembers.stampedManifest, stampedManifest)
      add(containerMembers.timestamp, stamp.token)
    }
    zip.end()
  }
  await Promise.all([pipeline(zip.outputStream, output, { signal }), finish()])
}

async function pour(recording: PackagedRecording, meter: Transform, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await pipeline(await recording.open(), meter, { signal })
}

/** Everything but recordings and time stamp, in the order of the ZIP. Manifests take the digests that were announced. */
async function makeSmallMembers(
  input: PackageInput,
): Promise<Readonly<{ members: ReadonlyMap<string, Uint8Array>; stampedManifest: Uint8Array }>> {
  const payload = new Map([
    [containerMembers.howToVerify as string, utf8(howToVerifyHtml())],
    ...makeCustodyMembers(input),
  ])
  for (const [name, bytes] of await makeReport(input)) payload.set(`data/custody/${name}`, bytes)
  const sizes = [...payload.values()].map((bytes) => bytes.length)
  const oxum = formatOxum([...sizes, ...input.recordings.map(({ sizeBytes }) => sizeBytes)])

  const digests = new Map([...payload].map(([name, bytes]) => [name, sha256Of(bytes)]))
  for (const { name, sha256 } of input.recordings) digests.set(recordingMember(name), sha256)
  const tags = new Map<string, Uint8Array>([
    [containerMembers.bagDeclaration, utf8(bagDeclaration)],
    [containerMembers.bagInfo, utf8(formatBagInfo(makeBagInfo(input, oxum)))],
    [containerMembers.manifest, utf8(formatManifest(only(digests, isPayload)))],
    [containerMembers.signerVkey, utf8(`${input.vkey}\n`)],
  ])
  for (const [name, bytes] of tags) digests.set(name, sha256Of(bytes))

  const signedManifest = utf8(formatAsicManifest('signature', only(digests, isSigned)))
  const signature = await signCades(signedManifest, input.signer, input.signedAt)
  digests.set(containerMembers.signedManifest, sha256Of(signedManifest))
  digests.set(containerMembers.signature, sha256Of(signature))
  const members = new Map([
    [containerMembers.mimetype as string, utf8(packageMimetype)],
    [containerMembers.signedManifest, signedManifest],
    [containerMembers.signature, signature],
    ...tags,
    ...payload,
  ])
  return { members, stampedManifest: utf8(formatAsicManifest('timestamp', only(digests, isStamped))) }
}

function makeBagInfo({ createdAt, packageId, corpsName, timeStamps }: PackageInput, oxum: string): Map<string, string> {
  return new Map([
    ['Bagging-Date', createdAt.toISOString().slice(0, 10)],
    ['Bag-Software-Agent', 'Getuige'],
    ['External-Identifier', packageId],
    ['Getuige-Created-At', createdAt.toISOString()],
    ['Getuige-Format', containerFormat],
    ['Getuige-Time-Stamp', timeStamps.isConfigured ? 'asked' : 'none'],
    ['Payload-Oxum', oxum],
    ['Source-Organization', corpsName.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()],
  ])
}

function only(digests: ReadonlyMap<string, string>, isWanted: (name: string) => boolean): Map<string, string> {
  return new Map([...digests].filter(([name]) => isWanted(name)))
}

/** The trail, and of each log its checkpoint and the proofs of its entries. Throws if an entry does not hold. */
function makeCustodyMembers({ recordings, trail, formerHeads, vkey }: PackageInput): Map<string, Uint8Array> {
  const logs = [...new Set(trail.map(({ origin }) => origin))]
  const members = new Map<string, Uint8Array>()
  const entries = trail.map(({ origin, index, leaf, fields, entrySalt, proof }): DisclosedEntry => {
    const log = logs.indexOf(origin) + 1
    const proven = verifyTlogProof(proof, leaf, vkey)
    if (proven.index !== index || proven.checkpoint.origin !== origin)
      throw new Error(`entry ${index} is proven elsewhere`)
    if (!recordings.some(({ recordingId }) => recordingId === fields['recordingId'])) {
      throw new Error(`entry ${index} is not about a recording of the package`)
    }
    const openings = custodyFields.map((field) => openField(fields, entrySalt, field))
    const wrong = openings.find((opening) => !verifyOpening(leaf, opening))
    if (wrong !== undefined) throw new Error(`the leaf of entry ${index} commits to another ${wrong.field}`)

    const checkpoint = utf8(parseTlogProof(proof).checkpoint)
    if (!equalBytes(members.get(checkpointMember(log)) ?? checkpoint, checkpoint)) {
      throw new Error(`the entries of ${origin} are proven under different checkpoints`)
    }
    members.set(checkpointMember(log), checkpoint)
    members.set(proofMember(log, index), utf8(proof))
    return { log, index, leaf, openings }
  })
  const ordered = entries.toSorted((a, b) => a.log - b.log || a.index - b.index)
  for (const [i, origin] of logs.entries()) {
    for (const head of formerHeads.get(origin) ?? []) {
      for (const [file, content] of filesOf(head)) members.set(headMember(i + 1, head.size, file), content)
    }
  }
  return new Map([[containerMembers.trail as string, utf8(formatTrail({ logs, entries: ordered }))], ...members])
}

function filesOf({ checkpoint, cosignatures, token, consistency }: FormerHead): [HeadFile, Uint8Array][] {
  return [
    ['checkpoint', utf8(checkpoint)],
    ...(cosignatures === '' ? [] : [['cosignatures', utf8(cosignatures)] satisfies [HeadFile, Uint8Array]]),
    ...(token === null ? [] : [['checkpoint.tst', token] satisfies [HeadFile, Uint8Array]]),
    ['consistency', utf8(consistency)],
  ]
}

/** A package is of recordings whose reception, or cut as a clip, with this very digest, is in the trail. */
function requireReceived({ recordings, trail }: PackageInput): void {
  if (recordings.length === 0) throw new Error('a package without a recording')
  for (const { recordingId, name, sha256, sizeBytes } of recordings) {
    const kind = describeMember(recordingMember(name))
    if (kind?.kind !== 'recording' || kind.recordingId !== recordingId)
      throw new Error(`${name} names another recording`)
    const isReceived = trail.some(({ fields: { recordingId: about, type, details } }) => {
      if (about !== recordingId || !beginsRecording(type, details) || !isObject(details)) return false
      return details['sha256'] === sha256 && details['sizeBytes'] === sizeBytes
    })
    if (!isReceived) throw new Error(`the trail does not say that ${recordingId} was received as it is`)
  }
}

/** Passes the bytes on and fails at the end, before anyone is told that there is one, if they are not those announced. */
function checkDigest({ name, sha256, sizeBytes }: PackagedRecording): Transform {
  const hash = createHash('sha256')
  let seenBytes = 0
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      seenBytes += chunk.length
      hash.update(chunk)
      done(seenBytes > sizeBytes ? new Error(`${name} is longer than announced`) : null, chunk)
    },
    flush(done) {
      const isSame = seenBytes === sizeBytes && hash.digest('hex') === sha256
      done(isSame ? null : new Error(`${name} is not the recording that was received`))
    },
  })
}

function sha256Of(bytes: Uint8Array): string {
  return toHex(createHash('sha256').update(bytes).digest())
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the package failed', { cause: error })
}
