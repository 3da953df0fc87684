/** The server, as the screens ask it: `query` to read, `useAct` to act, `RefusalError` when it says no. */
export { call } from './call.ts'
export { pagedQuery, query, queryClient, sessionKey, useAct } from './query.ts'
export { mayRetry, parseRefusal, RefusalError } from './refusal.ts'
