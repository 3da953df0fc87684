import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { recordingFilters } from './recordings.ts'
import { isSeenWhole } from './seen.ts'
import {
  soughtText,
  instant,
  label,
  noParams,
  nothing,
  permission,
  reason,
  recordingId,
  recordingIdsUpTo,
  searchId,
  unseen,
} from './values.ts'

/** A search that a person keeps for themselves: the filters of the list, under a name. */
export const savedSearch = z.object({
  id: searchId,
  name: z.string(),
  filters: recordingFilters,
  savedAt: instant,
})
export type SavedSearch = z.output<typeof savedSearch>

export const mostSavedSearches = 50

export const listSearches = endpoint({
  method: 'GET',
  path: '/searches',
  session: 'person',
  params: noParams,
  query: nothing,
  body: nothing,
  returns: z.object({ searches: z.array(savedSearch) }),
  errors: [],
})

/** One of the same name is replaced. */
export const saveSearch = endpoint({
  method: 'POST',
  path: '/searches',
  session: 'person',
  params: noParams,
  query: nothing,
  body: z.object({ name: label, filters: recordingFilters }),
  returns: z.object({ search: savedSearch }),
  errors: ['search/too-many'],
})

/** The person opened it: one that nobody opens for a year ends. */
export const openSearch = endpoint({
  method: 'POST',
  path: '/searches/:searchId/open',
  session: 'person',
  params: z.object({ searchId }),
  query: nothing,
  body: nothing,
  returns: z.object({}),
  errors: ['search/not-found'],
})

export const removeSearch = endpoint({
  method: 'DELETE',
  path: '/searches/:searchId',
  session: 'person',
  params: z.object({ searchId }),
  query: nothing,
  body: nothing,
  returns: z.object({}),
  errors: ['search/not-found'],
})

/** Words of the corps put on recordings, such as a place or an event. What looks the same is the same, however it is written. */
export const tag = z
  .string()
  .trim()
  .normalize('NFKC')
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._/\u200c-\u200d-]{0,39}$/u)
  .refine(isSeenWhole, unseen)

/** A recording has at most so many. */
export const mostTags = 20

export const changeTags = endpoint({
  method: 'PUT',
  path: '/recordings/:recordingId/tags',
  session: 'person',
  params: z.object({ recordingId }),
  query: nothing,
  body: z.object({ tags: z.array(tag).max(mostTags) }),
  returns: z.object({ tags: z.array(z.string()) }),
  errors: ['recording/not-found', 'recording/erased', 'retention/being-erased'],
})

/** What can be done to many recordings at once, and by which words of the person. */
export const bulkAct = z.discriminatedUnion('act', [
  z.object({ act: z.literal('add-tags'), tags: z.array(tag).min(1).max(mostTags) }),
  z.object({ act: z.literal('remove-tags'), tags: z.array(tag).min(1).max(mostTags) }),
  z.object({
    act: z.literal('place-hold'),
    kind: z.enum(['report', 'complaint', 'judicial-procedure']),
    number: label,
    reason,
  }),
])
export type BulkAct = z.output<typeof bulkAct>

/** At most this many at once. */
export const mostInBulk = 200

const bulk = z.object({ recordingIds: recordingIdsUpTo(mostInBulk), act: bulkAct })

const notDone = z.object({
  /** Nothing to change: they are so already. */
  already: z.array(recordingId),
  /** They would have more than `mostTags` tags: they keep those they have. */
  full: z.array(recordingId),
  wouldNot: z.array(z.object({ recordingId, permission })),
})

/**
 * What a bulk act would do, before it does: to which of the recordings, and to which not and why. Of those that the person
 * may not know of nothing is said. Changes nothing.
 */
export const previewBulk = endpoint({
  method: 'POST',
  path: '/bulk/preview',
  session: 'person',
  params: noParams,
  query: nothing,
  body: bulk,
  returns: notDone.extend({ would: z.array(recordingId) }),
  errors: ['hold/not-in-pack'],
})

/**
 * Do it: all in one act with an entry for each, or to none. What changed since the preview is decided anew, and told of
 * each recording: as the preview does, of those that the person may still know of.
 */
export const performBulk = endpoint({
  method: 'POST',
  path: '/bulk',
  session: 'person',
  params: noParams,
  query: nothing,
  body: bulk,
  returns: notDone.extend({ done: z.array(recordingId) }),
  errors: ['hold/not-in-pack'],
})

/**
 * What completes a word while it is typed: terms of recordings that the person may know of, as far as they may read them,
 * most frequent first; how many recordings have them is counted up to a few hundred.
 */
export const suggestTerms = endpoint({
  method: 'GET',
  path: '/search-terms',
  session: 'person',
  params: noParams,
  query: z.object({ q: soughtText(1, 60) }),
  body: nothing,
  returns: z.object({
    terms: z.array(z.object({ kind: z.enum(['tag', 'file', 'word']), term: z.string(), recordings: z.int() })),
  }),
  errors: [],
})
