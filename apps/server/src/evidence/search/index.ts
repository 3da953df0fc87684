import { addPeriod, newId, type PersonActor, type RecordingId, type SearchId } from '@getuige/base'
import { mostSavedSearches, type RecordingFilters } from '@getuige/contract'
import { nothingToRecord } from '#custody'
import { AppError } from '#platform/errors'
import { type Bulk, changeTagsWithin, performBulk, previewBulk } from './bulk.ts'
import type { SearchDeps } from './deps.ts'
import { isChange, replaceTags } from './rules.ts'
import {
  deleteSearch,
  deleteUnused,
  listSearches,
  lockSearchesOf,
  type SavedSearch,
  updateSearchUsed,
  upsertSearch,
} from './store.ts'

export type { Bulk, BulkPreview } from './bulk.ts'
export type { SavedSearch } from './store.ts'
export type Search = ReturnType<typeof openSearch>

/** How long a saved search stays that nobody opens: it has names and file numbers in it, and no law that ends it. */
const keptUnused = { months: 12 }

/** Finding again: tags, searches that people keep, what completes a word, and one act on many recordings. */
export function openSearch(deps: SearchDeps) {
  const { access, clock, custody, db, recordings } = deps

  return {
    /** By name. Their own alone. */
    list: ({ corpsId, id }: PersonActor): Promise<SavedSearch[]> => listSearches(db.of(corpsId), id),

    /** One of the same name is replaced. */
    save: ({ corpsId, id }: PersonActor, name: string, filters: RecordingFilters): Promise<SavedSearch> =>
      db
        .of(corpsId)
        .transaction()
        .execute(async (tx) => {
          await lockSearchesOf(tx, id)
          const all = await listSearches(tx, id)
          const same = all.find((one) => one.name === name)
          if (same === undefined && all.length >= mostSavedSearches) throw new AppError('search/too-many')
          const savedAt = clock.now()
          const search: SavedSearch = { id: same?.id ?? newId('search', savedAt), name, filters, savedAt }
          await upsertSearch(tx, corpsId, id, search)
          return search
        }),

    /** The year that it stays unused begins anew. */
    open: async ({ corpsId, id }: PersonActor, searchId: SearchId): Promise<void> => {
      if (!(await updateSearchUsed(db.of(corpsId), id, searchId, clock.now()))) throw new AppError('search/not-found')
    },

    /** Of every corps: saved searches that nobody opened for a year end, and those of people who left. */
    forgetUnused: (): Promise<void> =>
      deleteUnused(db.everyCorps, addPeriod(clock.now(), { months: -keptUnused.months }, 'UTC')),

    remove: async ({ corpsId, id }: PersonActor, searchId: SearchId): Promise<void> => {
      if (!(await deleteSearch(db.of(corpsId), id, searchId))) throw new AppError('search/not-found')
    },

    /** Custody: `tags-changed`. */
    changeTags: async (actor: PersonActor, recordingId: RecordingId, wanted: readonly string[]): Promise<string[]> => {
      const tags = [...new Set(wanted)]
      await custody.act(actor, async (tx, record) => {
        const recording = await recordings.lock(tx, actor.corpsId, recordingId)
        await access.require(tx, 'assign', actor, recording)
        const change = replaceTags(recording.tags, tags)
        if (!isChange(change)) return nothingToRecord
        await changeTagsWithin(deps, tx, record, recording, change)
        return undefined
      })
      return tags
    },

    previewBulk: (actor: PersonActor, bulk: Bulk) => previewBulk(deps, actor, bulk),
    performBulk: (actor: PersonActor, bulk: Bulk) => performBulk(deps, actor, bulk),

    /** What completes a word, of recordings that the person may know of. Throws `access/denied` for who lists none. */
    suggest: async (actor: PersonActor, text: string) => {
      await access.requireList(actor, 'all')
      return recordings.suggestTerms(
        {
          corpsId: actor.corpsId,
          visible: await access.listFilter(actor, 'know'),
          readable: await access.listReadable(actor),
        },
        text,
      )
    },
  }
}
