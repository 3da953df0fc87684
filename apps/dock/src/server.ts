import {
  type Endpoint,
  getReceipt,
  getSignerKey,
  type ReturnsOf,
  sidecar,
  sidecarDigestHeader,
  sidecarNameHeader,
  sidecarsPath,
} from '@getuige/contract'
import { AwayError, RefusedError, toRefusal } from './failures.ts'

const answerWithinMs = 60_000

export type Server = ReturnType<typeof openServer>

/** The server as a dock sees it. Every call throws `AwayError` or `RefusedError`. Redirects are not followed. */
export function openServer(origin: string, token: string, signal: AbortSignal) {
  async function get<E extends Endpoint>(endpoint: E, path: string): Promise<ReturnsOf<E>> {
    return ask(`/api${path}`, (body) => endpoint.returns.parse(body) as ReturnsOf<E>)
  }

  async function ask<T>(path: string, read: (body: unknown) => T, init: RequestInit = {}): Promise<T> {
    let answer: Response
    let body: string
    try {
      answer = await fetch(`${origin}${path}`, {
        ...init,
        headers: { ...init.headers, accept: 'application/json', authorization: `Bearer ${token}` },
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
      return read(JSON.parse(body))
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
    /** Returns once the server has these bytes beside that recording. */
    async handOverSidecar(recordingId: string, name: string, sha256: string, bytes: Uint8Array): Promise<void> {
      const headers = {
        'content-type': 'application/octet-stream',
        [sidecarNameHeader]: encodeURIComponent(name),
        [sidecarDigestHeader]: sha256,
      }
      const body = new Uint8Array(bytes)
      const kept = await ask(sidecarsPath(recordingId), (answer) => sidecar.parse(answer), {
        method: 'POST',
        headers,
        body,
      })
      if (kept.sha256 !== sha256) throw new AwayError('an answer about something else')
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
