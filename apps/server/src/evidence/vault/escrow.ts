import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type RecordingId, toHex } from '@getuige/base'
import { payloadSize, unwrapWithIdentity } from '@getuige/proof'
import type { Database } from '#platform/database'
import { StartError } from '#platform/errors'
import { syncFolder } from '#platform/files'
import type { Keystore } from '#platform/keystore'
import type { ObjectStore } from '#platform/object-store'
import type { RegisteredRecording } from '#recordings'
import { undefinedIfBroken, unwrapFileKey } from './keys.ts'
import { openSealed } from './payload.ts'
import { type KeyRow, listKeys, listObjects } from './store.ts'

export type EscrowDeps = Readonly<{
  db: Database
  keystore: Keystore
  objects: ObjectStore
  /** Undefined when the register has none of that id. */
  describe(recordingId: RecordingId): Promise<RegisteredRecording | undefined>
}>

/** `identity`: open headers with this one, as somebody who has it alone would, instead of with the keys at hand. */
export type EscrowOptions = Readonly<{ folder: string; isOpen: boolean; identity: string | undefined }>
export type Recovered = Readonly<{ recovered: number; failed: number }>

const pieceBytes = 4 * 1024 * 1024
const pageRecordings = 100
const columns = ['recording', 'file', 'state', 'recordedAt', 'receivedAt', 'originalName', 'sizeBytes', 'sha256']

/**
 * Recover every recording whose key is kept into an empty folder: `ID.header` and `ID.payload`, which together are an
 * age file for any of its recipients, or opened, as it was received. Each is read a piece at a time and compared with
 * its digest; what is missing or differs stays out of the folder, and `index.csv` says so. Throws `StartError` when the
 * folder has something in it.
 */
export async function exportEscrow(
  deps: EscrowDeps,
  options: EscrowOptions,
  tell: (recordingId: RecordingId, state: string) => void,
): Promise<Recovered> {
  const { folder } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if ((await readdir(folder)).length > 0) throw new StartError(`${folder} is not empty: name a folder of its own.`)
  await using index = await open(join(folder, 'index.csv'), 'wx', 0o600)
  await index.write(`${columns.join(',')}\n`)
  const total = { recovered: 0, failed: 0 }
  for (let afterId = ''; ;) {
    const keys = await listKeys(deps.db.everyCorps, afterId, pageRecordings)
    const last = keys.at(-1)
    if (last === undefined) break
    afterId = last.recordingId
    for (const key of keys) {
      const recording = await deps.describe(key.recordingId)
      const { file, state } = await recover(deps, options, key, recording)
      total[state === 'whole' ? 'recovered' : 'failed'] += 1
      tell(key.recordingId, state)
      await index.write(`${[key.recordingId, file, state, ...describeRow(recording)].map(quote).join(',')}\n`)
    }
  }
  await index.sync()
  await syncFolder(folder)
  return total
}

type State = 'whole' | 'no key' | 'not for this identity' | 'missing' | 'altered'

async function recover(
  deps: EscrowDeps,
  { folder, isOpen, identity }: EscrowOptions,
  key: KeyRow,
  recording: RegisteredRecording | undefined,
): Promise<{ file: string; state: State }> {
  const none = (state: State) => ({ file: '', state })
  const object = (await listObjects(deps.db.everyCorps, key.recordingId)).find(({ kind }) => kind === 'payload')
  if (object === undefined || recording === undefined) return none('missing')
  const opened = await unwrapFileKey(deps.keystore, key).catch(undefinedIfBroken)
  if (opened === undefined) return none('no key')
  let { fileKey } = opened
  if (identity !== undefined) {
    try {
      fileKey = unwrapWithIdentity(opened.header.bytes, identity)
    } catch {
      return none('not for this identity')
    }
  }
  const sizeBytes = payloadSize(object.plainBytes)
  const stored = await deps.objects.sizeOf(object.objectKey)
  if (stored === undefined) return none('missing')
  if (stored !== sizeBytes) return none('altered')

  const readSealed = (start: number, end: number) => deps.objects.read(object.objectKey, start, end)
  const { plainBytes } = object
  const source = isOpen ? openSealed({ plainBytes, fileKey, read: readSealed }) : { sizeBytes, read: readSealed }
  const file = `${key.recordingId}${isOpen ? extensionOf(recording.originalName) : '.payload'}`
  const digest = isOpen ? recording.sha256 : object.payloadSha256
  if (!(await copyWhole(source, join(folder, file), digest))) return none('altered')
  if (!isOpen) await writeWhole(join(folder, `${key.recordingId}.header`), opened.header.bytes)
  return { file, state: 'whole' }
}

type Source = Readonly<{ sizeBytes: number; read(start: number, end: number): Promise<Uint8Array> }>

/** False, and nothing is left, when the bytes cannot be opened or have another digest. Durable when it returns. */
async function copyWhole(source: Source, file: string, digest: Uint8Array): Promise<boolean> {
  const partial = `${file}.partial`
  const hash = createHash('sha256')
  try {
    {
      await using handle = await open(partial, 'wx', 0o600)
      for (let at = 0; at < source.sizeBytes; at += pieceBytes) {
        const piece = await source.read(at, Math.min(at + pieceBytes, source.sizeBytes)).catch(undefinedIfBroken)
        if (piece === undefined) return false
        hash.update(piece)
        await handle.writeFile(piece)
      }
      await handle.sync()
    }
    if (toHex(hash.digest()) !== toHex(digest)) return false
    await rename(partial, file)
    return true
  } finally {
    await rm(partial, { force: true })
  }
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await using handle = await open(file, 'wx', 0o600)
  await handle.writeFile(bytes)
  await handle.sync()
}

/** Of the name it was received under, if it is a plain one. */
function extensionOf(name: string): string {
  const extension = extname(name).toLowerCase()
  return /^\.[a-z0-9]{1,5}$/.test(extension) ? extension : '.bin'
}

function describeRow(recording: RegisteredRecording | undefined): string[] {
  if (recording === undefined) return ['', '', '', '', '']
  const { recordedAt, receivedAt, originalName, sizeBytes, sha256 } = recording
  return [recordedAt.toISOString(), receivedAt.toISOString(), originalName, `${sizeBytes}`, toHex(sha256)]
}

/** A spreadsheet takes what begins like a formula for one: such a name gets an apostrophe. */
function quote(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return `"${safe.replaceAll('"', '""')}"`
}
