import type { PersonActor } from '@getuige/base'
import * as contract from '@getuige/contract'
import { type Route, serve } from '#platform/http'
import type { SavedSearch, Search } from './index.ts'

export function searchRoutes<Caller extends PersonActor>({ search }: Readonly<{ search: Search }>): Route<Caller>[] {
  return [
    serve<typeof contract.listSearches, Caller>(contract.listSearches, async ({ caller }) => ({
      searches: (await search.list(caller)).map(describe),
    })),
    serve<typeof contract.saveSearch, Caller>(contract.saveSearch, async ({ caller, body }) => ({
      search: describe(await search.save(caller, body.name, body.filters)),
    })),
    serve<typeof contract.openSearch, Caller>(contract.openSearch, async ({ caller, params }) => {
      await search.open(caller, params.searchId)
      return {}
    }),
    serve<typeof contract.removeSearch, Caller>(contract.removeSearch, async ({ caller, params }) => {
      await search.remove(caller, params.searchId)
      return {}
    }),
    serve<typeof contract.changeTags, Caller>(contract.changeTags, async ({ caller, params, body }) => ({
      tags: await search.changeTags(caller, params.recordingId, body.tags),
    })),
    serve<typeof contract.previewBulk, Caller>(contract.previewBulk, async ({ caller, body }) => {
      const { would, already, full, wouldNot } = await search.previewBulk(caller, body)
      return { would: [...would], already: [...already], full: [...full], wouldNot: [...wouldNot] }
    }),
    serve<typeof contract.performBulk, Caller>(contract.performBulk, async ({ caller, body }) => {
      const { done, already, full, wouldNot } = await search.performBulk(caller, body)
      return { done: [...done], already: [...already], full: [...full], wouldNot: [...wouldNot] }
    }),
    serve<typeof contract.suggestTerms, Caller>(contract.suggestTerms, async ({ caller, query }) => ({
      terms: await search.suggest(caller, query.q),
    })),
  ]
}

const describe = ({ savedAt, ...search }: SavedSearch) => ({ ...search, savedAt: savedAt.toISOString() })
