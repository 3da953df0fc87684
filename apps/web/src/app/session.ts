import { getSession, type SessionState, signOut } from '@getuige/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { call, queryClient, RefusalError, sessionKey } from '../api/index.ts'
import { setCorpsTimeZone } from '../messages/formats.ts'
import { setCountry } from '../messages/translate.ts'

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions<SessionState | null, RefusalError>({
  queryKey: sessionKey,
  queryFn: async ({ signal }) => {
    try {
      return keepSession(await call(getSession, {}, signal))
    } catch (error) {
      if (error instanceof RefusalError && error.code === 'session/none') return null
      throw error
    }
  },
  staleTime: 60_000,
  refetchOnWindowFocus: true,
})

let clockSkewMs = 0
let lastSession: SessionState | null = null

function keepSession(session: SessionState): SessionState {
  lastSession = session
  setCorpsTimeZone(session.corps.timeZone)
  setCountry(session.corps.lawPack.country)
  clockSkewMs = new Date(session.now).getTime() - Date.now()
  return session
}

/** The server's clock, as well as the browser can tell: days are counted from it. */
export function serverNow(): Date {
  return new Date(Date.now() + clockSkewMs)
}

/**
 * Puts a session that an act answered with in its place: the app goes on with it at once. After somebody else's session
 * the page starts anew instead, so that nothing of theirs is left in it.
 */
export function startSession(session: SessionState): void {
  if (lastSession !== null && lastSession.person.id !== session.person.id) location.reload()
  else queryClient.setQueryData(sessionKey, keepSession(session))
}

/** Ends the session and forgets everything: the next person at this screen starts with nothing. */
export async function endSession(): Promise<void> {
  await call(signOut, {})
  location.replace('/')
}

export function useSessionOrNone(): SessionState | null {
  return useQuery(sessionQuery).data ?? null
}

/**
 * The session of who is signed in. Only for screens behind the sign-in. A screen that is drawn once more while its
 * session ends still has the one it had.
 */
export function useSession(): SessionState {
  const session = useSessionOrNone() ?? lastSession
  if (session === null) throw new Error('no session here')
  return session
}
