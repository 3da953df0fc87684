import { equalBytes, type RecordingId } from '@getuige/base'
import { payloadSize } from '@getuige/proof'
import type { Database } from '#platform/database'
import { findDamage } from '#platform/object-store'
import type { KeptRecording } from '#recordings'
import type { VaultDeps } from './deps.ts'
import { unwrapFileKey } from './keys.ts'
import { filterClaimedObjects, findKey, listObjects, type ObjectRow } from './store.ts'

export type VaultFinding = Readonly<{
  what:
    | 'rows-missing'
    | 'row-differs'
    | 'object-missing'
    | 'object-truncated'
    | 'object-altered'
    | 'key-missing'
    | 'key-altered'
  recordingId: RecordingId
  /** For the operator: ids and keys of objects, no names. */
  sentence: string
}>
export type VaultCheck = Readonly<{ recordings: number; objects: number; findings: number }>

type CheckDeps = Pick<VaultDeps, 'db' | 'objects' | 'keystore'>

const pageRecordings = 200
const atOnce = 8

/**
 * Hold the recordings that are kept against the objects and keys there are: rows, which must say of the payload what the
 * register says, presence and size of each object, the key of its bucket, what that key wrapped; with `isDeep` every byte against its digest. A page in memory at a time. What
 * seems wrong is looked at twice, since a server may be moving keys or erasing meanwhile.
 *
 * @param listKept recordings that should be whole, after this one and in order of their ids
 */
export async function checkVault(
  deps: CheckDeps,
  options: Readonly<{
    listKept(afterId: string, limit: number): Promise<readonly KeptRecording[]>
    isKept(recordingId: RecordingId): Promise<boolean>
    isDeep: boolean
    tell(finding: VaultFinding): void
    signal: AbortSignal
  }>,
): Promise<VaultCheck> {
  const total = { recordings: 0, objects: 0, findings: 0 }
  for (let afterId = ''; ;) {
    const page = await options.listKept(afterId, pageRecordings)
    const last = page.at(-1)
    if (last === undefined) return total
    afterId = last.id
    for (let at = 0; at < page.length; at += atOnce) {
      options.signal.throwIfAborted()
      const checked = await Promise.all(page.slice(at, at + atOnce).map(checkTwice))
      for (const { objects, findings } of checked) {
        total.objects += objects
        total.findings += findings.length
        findings.forEach(options.tell)
      }
    }
    total.recordings += page.length
  }

  async function checkTwice(kept: KeptRecording): Promise<Checked> {
    const once = await checkRecording(deps, kept, options.isDeep)
    if (once.findings.length === 0) return once
    if (!(await options.isKept(kept.id))) return { ...once, findings: [] }
    return checkRecording(deps, kept, options.isDeep)
  }
}

type Checked = Readonly<{ objects: number; findings: readonly VaultFinding[] }>

async function checkRecording(deps: CheckDeps, kept: KeptRecording, isDeep: boolean): Promise<Checked> {
  const { db, keystore } = deps
  const { id: recordingId } = kept
  const findings: VaultFinding[] = []
  const find = (what: VaultFinding['what'], sentence: string) => findings.push({ what, recordingId, sentence })
  const [rows, key] = await Promise.all([listObjects(db.everyCorps, recordingId), findKey(db.everyCorps, recordingId)])

  const payload = rows.find(({ kind }) => kind === 'payload')
  if (payload === undefined) find('rows-missing', `recording ${recordingId} names no object`)
  // What is read is held against this row, so whoever exchanged an object would change it too.
  else if (payload.plainBytes !== kept.sizeBytes || !equalBytes(payload.payloadSha256, kept.payloadSha256))
    find('row-differs', `recording ${recordingId}: the row of its object has another digest or size than the register`)
  if (key === undefined) find('rows-missing', `recording ${recordingId} has no wrapped key`)
  else if ((await keystore.find(key.bucket)) === undefined)
    find('key-missing', `recording ${recordingId}: the key ${key.bucket} is not in the keystore, it cannot be opened`)
  else {
    await unwrapFileKey(keystore, key).catch(() =>
      find('key-altered', `recording ${recordingId}: the key ${key.bucket} does not open what it should`),
    )
  }
  for (const row of rows) {
    const what = await findObjectDamage(deps, row, isDeep)
    if (what !== null) find(`object-${what}`, `recording ${recordingId}: the object ${row.objectKey} is ${what}`)
  }
  return { objects: rows.length, findings }
}

async function findObjectDamage({ objects }: CheckDeps, row: ObjectRow, isDeep: boolean) {
  const sizeBytes = payloadSize(row.plainBytes)
  if (isDeep) return findDamage(objects, { key: row.objectKey, sizeBytes, sha256: row.payloadSha256 })
  const found = await objects.sizeOf(row.objectKey)
  if (found === undefined) return 'missing'
  if (found === sizeBytes) return null
  return found < sizeBytes ? 'truncated' : 'altered'
}

const batchKeys = 1000

/**
 * Keys of objects that no recording names, in no order. Beside a running server: what was handed over a moment ago too.
 */
export async function* listUnclaimedObjects({
  db,
  objects,
}: Readonly<{ db: Database }> & Pick<CheckDeps, 'objects'>): AsyncGenerator<string> {
  let batch: string[] = []
  for await (const key of objects.list()) {
    batch.push(key)
    if (batch.length < batchKeys) continue
    yield* await unclaimedOf(batch)
    batch = []
  }
  yield* await unclaimedOf(batch)

  async function unclaimedOf(keys: readonly string[]): Promise<string[]> {
    const claimed = await filterClaimedObjects(db.everyCorps, keys)
    return keys.filter((key) => !claimed.has(key))
  }
}
