import type { Endpoint, ReturnsOf } from '@getuige/contract'
import {
  infiniteQueryOptions,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
  useMutation,
  type UseMutationResult,
  useQueryClient,
} from '@tanstack/react-query'
import { type BodyInput, call, type CallInput, type ParamsInput, type QueryInput } from './call.ts'
import { mayRetry, RefusalError } from './refusal.ts'

/** Under this the session stands in the cache; null: nobody is signed in. */
export const sessionKey = ['session'] as const

function noteSession(error: unknown): void {
  if (!(error instanceof RefusalError)) return
  if (error.code === 'session/none') queryClient.setQueryData(sessionKey, null)
  const mustActFirst: readonly string[] = ['session/password-change-required', 'session/second-factor-required']
  if (mustActFirst.includes(error.code)) void queryClient.invalidateQueries({ queryKey: sessionKey })
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteSession }),
  mutationCache: new MutationCache({ onError: noteSession }),
  defaultOptions: {
    queries: { retry: (count, error) => count < 2 && mayRetry(error), staleTime: 5_000, throwOnError: false },
    mutations: { retry: false },
  },
})

/** What `useQuery` needs to ask an endpoint: `useQuery(query(getRecording, { params: { recordingId } }))`. */
export function query<E extends Endpoint>(endpoint: E, input: ParamsInput<E> & QueryInput<E>) {
  return queryOptions<ReturnsOf<E>, RefusalError>({
    queryKey: [endpoint.path, input.params ?? null, input.query ?? null],
    queryFn: ({ signal }) => call(endpoint, input as CallInput<E>, signal),
  })
}

/** The same for `useInfiniteQuery`, over endpoints that answer `next` and take it back as `after`. */
export function pagedQuery<E extends Endpoint>(endpoint: E, input: ParamsInput<E> & QueryInput<E>) {
  return infiniteQueryOptions({
    queryKey: [endpoint.path, 'pages', input.params ?? null, input.query ?? null],
    queryFn: ({ signal, pageParam }) =>
      call(
        endpoint,
        { ...input, query: { ...input.query, ...(pageParam === null ? {} : { after: pageParam }) } } as CallInput<E>,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ReturnsOf<E>) => (page as { next?: string | null }).next ?? null,
  })
}

/** One act by the person: `const hold = useAct(placeHold)`, then `hold.mutate({ params, body })`. What is shown is asked again after. */
export function useAct<E extends Endpoint>(
  endpoint: E,
): UseMutationResult<ReturnsOf<E>, RefusalError, ParamsInput<E> & BodyInput<E>> {
  const client = useQueryClient()
  return useMutation<ReturnsOf<E>, RefusalError, ParamsInput<E> & BodyInput<E>>({
    mutationFn: (input) => call(endpoint, input as CallInput<E>),
    onSuccess: () => {
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
    },
  })
}
