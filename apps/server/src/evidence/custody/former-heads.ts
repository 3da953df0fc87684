import type { CorpsId } from '@getuige/base'
import { formatConsistency, proveConsistency } from '@getuige/proof'
import type { Reader } from '#platform/database'
import { listLogs, tileReader } from './store.ts'
import { findStamped } from './timestamps.ts'
import { listCosigned } from './witnesses.ts'

/**
 * A head of a log that somebody else bears witness to, and the proof that a later one continues it; see
 * docs/formats/export-package.md. `cosignatures` are signature lines, '' for none; `token` is RFC 3161 in DER.
 */
export type FormerHead = Readonly<{
  size: number
  checkpoint: string
  cosignatures: string
  token: Uint8Array | null
  consistency: string
}>

/**
 * Former heads of the log of this origin, no larger than `size`: those first stamped after each of the entries, the
 * newest that is stamped, and the newest that each witness cosigned. By size.
 */
export async function listFormerHeads(
  db: Reader,
  corpsId: CorpsId,
  { origin, size, entries }: Readonly<{ origin: string; size: number; entries: readonly number[] }>,
): Promise<FormerHead[]> {
  const log = (await listLogs(db, corpsId)).find((one) => one.origin === origin)
  if (log === undefined) throw new Error(`no log ${origin}`)
  const stamped = [await findStamped(db, log.id, { upTo: size })]
  for (const index of entries) stamped.push(await findStamped(db, log.id, { covering: index }))

  const heads = new Map<number, Omit<FormerHead, 'size' | 'consistency'>>()
  for (const stamp of stamped) {
    if (stamp === undefined || stamp.size > size) continue
    heads.set(stamp.size, { checkpoint: stamp.checkpoint, cosignatures: '', token: stamp.token })
  }
  for (const { logId, size: at, checkpoint, line } of await listCosigned(db)) {
    if (logId !== log.id || at > size) continue
    const head = heads.get(at) ?? { checkpoint, cosignatures: '', token: null }
    heads.set(at, { ...head, cosignatures: head.cosignatures + line })
  }
  return Promise.all(
    [...heads]
      .toSorted(([a], [b]) => a - b)
      .map(async ([at, head]) => {
        const path = await proveConsistency(tileReader(db, log.id), at, size)
        return { size: at, ...head, consistency: formatConsistency(at, path) }
      }),
  )
}
