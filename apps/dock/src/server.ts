import { getReceipt, getSignerKey, type Endpoint, type ReturnsOf } from '@getuige/contract'
import { AwayError, RefusedError, toRefusal } from './failures.ts'

const answerWithinMs = 60_000

export type Server = ReturnType<typeof openServer>

/** The server as a dock sees it. Every call throws `AwayError` or `RefusedError`. Redirects are not followed. */
export function openServer(origin: string, token: string, signal: AbortSignal) {
  async function get<E extends Endpoint>(endpoint: E, path: string): Promise<ReturnsOf<E>> {
    let answer: Response
    let body: string
    try {
      answer = await fetch(`${origin}/api${path}`, {
        headers: { accept: 'application/json', authorization: `Bearer ${token}` },
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      })
      body = await answer.text()
    } catch (cause) {
      signal.throwIfAborted()
      throw new AwayError('no answer', { cause })
    }
    if (!answer.ok) throw toRefusal(answer.status, body)
    try {
      return endpoint.returns.parse(JSON.parse(body)) as ReturnsOf<E>
    } catch (cause) {
      throw new AwayError('an answer, but not of Getuige', { cause })
    }
  }

  return {
    origin,
    token,
    async requireVkey(): Promise<string> {
      return (await get(getSignerKey, getSignerKey.path)).vkey
    },
    /** The receipt as the server gives it, not verified; undefined when it has not received that recording. */
    async findReceipt(sha256: string): Promise<string | undefined> {
      try {
        return (await get(getReceipt, getReceipt.path.replace(':sha256', sha256))).receipt
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'ingest/not-received') return undefined
        throw error
      }
    },
  }
}
