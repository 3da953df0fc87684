import { type ObjectStore, StoreUnreachable } from '#platform/object-store'
import type { VaultDeps } from './deps.ts'
import { describeKey, destroyBucketKey } from './destroy-key.ts'
import type { DraftRef } from './draft.ts'
import { forgetGone } from './object-rows.ts'
import {
  filterClaimedObjects,
  filterUsedBuckets,
  listUnclaimed,
  replaceUnclaimed,
  type Unclaimed,
  type UnclaimedKind,
} from './store.ts'

export type Swept = Readonly<Record<UnclaimedKind, number>>

/** Longer than anything takes to write its bytes and then the row that names them. */
const patienceMs = 12 * 3_600_000
/** Longer than the largest recording takes to be sent to a store. */
const abandonedAfterMs = 48 * 3_600_000

/**
 * Remove what a crash between two durable steps left behind: objects, keys of drafts and keys of buckets that no row
 * names. Only what was unclaimed on an earlier run too, half a day ago or more, so that nothing being written is
 * touched. May run twice or stop anywhere. `listDrafts`: the recordings that are being received.
 */
export async function sweep(
  deps: VaultDeps,
  destroyKeyJob: string,
  listDrafts: () => Promise<readonly DraftRef[]>,
  signal: AbortSignal,
): Promise<Swept> {
  const { db, keystore, staging, objects, second } = deps
  const now = deps.clock.now()
  const seenBefore = new Map((await listUnclaimed(db.everyCorps)).map((each) => [idOf(each), each.seenAt]))
  const unclaimed = await findUnclaimed(deps, listDrafts)
  const swept = { object: 0, copy: 0, staged: 0, 'draft-key': 0, 'bucket-key': 0 }
  const left: Unclaimed[] = []
  for (const { kind, name } of unclaimed) {
    signal.throwIfAborted()
    const seenAt = seenBefore.get(idOf({ kind, name })) ?? now
    if (now.getTime() - seenAt.getTime() < patienceMs) {
      left.push({ kind, name, seenAt })
      continue
    }
    const store = kind === 'object' ? objects : kind === 'copy' ? second : undefined
    if (store !== undefined) {
      const { locked } = await store.remove([name])
      if (locked.length > 0) {
        left.push({ kind, name, seenAt })
        continue
      }
    } else if (kind === 'staged') await staging.remove(name)
    else if (kind === 'draft-key') await keystore.destroy(name)
    else {
      // Looks again under the lock of the bucket: somebody may wrap under it at this very moment. Queued first, so that
      // it is entered too when this stops in between.
      const described = await describeKey(deps, db.everyCorps, name)
      await db.everyCorps.transaction().execute((tx) => deps.enqueue(tx, destroyKeyJob, described))
      await destroyBucketKey(deps, described)
    }
    swept[kind] += 1
  }
  const longAgo = new Date(now.getTime() - abandonedAfterMs)
  await objects.abandonUnfinished(longAgo)
  await second?.abandonUnfinished(longAgo).catch((error: unknown) => {
    if (!(error instanceof StoreUnreachable)) throw error
  })
  await db.everyCorps.transaction().execute(async (tx) => {
    await replaceUnclaimed(tx, left)
    await forgetGone(tx, now)
  })
  return swept
}

/** What there is is listed before who claims it: whoever writes claims after, and is not overlooked. */
async function findUnclaimed(
  { db, keystore, staging, objects, second, log }: VaultDeps,
  listDrafts: () => Promise<readonly DraftRef[]>,
): Promise<Pick<Unclaimed, 'kind' | 'name'>[]> {
  const staged = await staging.list()
  const draftKeys = await keystore.list('draft/')
  const buckets = await keystore.list('bucket/')
  const draftIds = new Set<string>((await listDrafts()).map(({ draftId }) => draftId))
  const used = await filterUsedBuckets(db.everyCorps, buckets)
  const unclaimed = [
    ...named(
      'staged',
      staged.filter((name) => !draftIds.has(name.replace(/\..*$/, ''))),
    ),
    ...named(
      'draft-key',
      draftKeys.filter((name) => !draftIds.has(name.slice('draft/'.length))),
    ),
    ...named(
      'bucket-key',
      buckets.filter((name) => !used.has(name)),
    ),
  ]
  const addObjectsOf = async (kind: 'object' | 'copy', store: ObjectStore) => {
    for await (const keys of inBatches(store.list())) {
      // Handed over already, and about to be entered.
      const handedOver = new Set((await listDrafts()).map(({ objectKey }) => objectKey))
      const claimed = await filterClaimedObjects(db.everyCorps, keys)
      const isUnclaimed = (key: string) => !claimed.has(key) && !handedOver.has(key)
      unclaimed.push(...named(kind, keys.filter(isUnclaimed)))
    }
  }
  await addObjectsOf('object', objects)
  if (second !== undefined) {
    await addObjectsOf('copy', second).catch((error: unknown) => {
      if (!(error instanceof StoreUnreachable)) throw error
      log.warn('vault/second-store-unreachable', { because: error.message })
    })
  }
  return unclaimed
}

const batchKeys = 1000

/** A store has more keys than fit in memory. */
async function* inBatches(keys: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = []
  for await (const key of keys) {
    batch.push(key)
    if (batch.length < batchKeys) continue
    yield batch
    batch = []
  }
  yield batch
}

const named = (kind: UnclaimedKind, names: readonly string[]) => names.map((name) => ({ kind, name }))

const idOf = ({ kind, name }: Pick<Unclaimed, 'kind' | 'name'>) => `${kind} ${name}`
