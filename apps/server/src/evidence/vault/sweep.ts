import type { Job } from '#platform/jobs'
import type { VaultDeps } from './deps.ts'
import type { DraftRef } from './draft.ts'
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

/**
 * Remove what a crash between two durable steps left behind: objects, keys of drafts and keys of buckets that no row
 * names. Only what was unclaimed on an earlier run too, half a day ago or more, so that nothing being written is
 * touched. May run twice or stop anywhere. `listDrafts`: the recordings that are being received.
 */
export async function sweep(
  deps: VaultDeps,
  destroyBucketKey: Job<{ bucket?: string }>['run'],
  listDrafts: () => Promise<readonly DraftRef[]>,
  signal: AbortSignal,
): Promise<Swept> {
  const { db, keystore, staging, objects } = deps
  const now = deps.clock.now()
  const seenBefore = new Map((await listUnclaimed(db)).map((each) => [idOf(each), each.seenAt]))
  const unclaimed = await findUnclaimed(deps, listDrafts)
  const swept = { object: 0, 'draft-key': 0, 'bucket-key': 0, staged: 0 }
  const left: Unclaimed[] = []
  for (const { kind, name } of unclaimed) {
    signal.throwIfAborted()
    const seenAt = seenBefore.get(idOf({ kind, name })) ?? now
    if (now.getTime() - seenAt.getTime() < patienceMs) {
      left.push({ kind, name, seenAt })
      continue
    }
    if (kind === 'object') await objects.remove([name])
    else if (kind === 'staged') await staging.remove(name)
    else if (kind === 'draft-key') await keystore.destroy(name)
    // Looks again under the lock of the bucket: somebody may wrap under it at this very moment.
    else await destroyBucketKey({ bucket: name }, signal)
    swept[kind] += 1
  }
  await db.transaction().execute((tx) => replaceUnclaimed(tx, left))
  return swept
}

/** What there is is listed before who claims it: whoever writes claims after, and is not overlooked. */
async function findUnclaimed(
  { db, keystore, staging, objects }: VaultDeps,
  listDrafts: () => Promise<readonly DraftRef[]>,
): Promise<Pick<Unclaimed, 'kind' | 'name'>[]> {
  const keys = await Array.fromAsync(objects.list())
  const staged = await staging.list()
  const draftKeys = await keystore.list('draft/')
  const buckets = await keystore.list('bucket/')

  const drafts = await listDrafts()
  const draftIds = new Set<string>(drafts.map(({ draftId }) => draftId))
  // Handed over already, and about to be entered.
  const draftObjects = new Set(drafts.map(({ objectKey }) => objectKey))
  const claimed = await filterClaimedObjects(db, keys)
  const used = await filterUsedBuckets(db, buckets)
  const named = (kind: UnclaimedKind, names: readonly string[]) => names.map((name) => ({ kind, name }))
  return [
    ...named(
      'object',
      keys.filter((key) => !claimed.has(key) && !draftObjects.has(key)),
    ),
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
}

const idOf = ({ kind, name }: Pick<Unclaimed, 'kind' | 'name'>) => `${kind} ${name}`
