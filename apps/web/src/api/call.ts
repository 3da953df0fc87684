import type { Endpoint, ReturnsOf } from '@getuige/contract'
import type { z } from 'zod'
import { parseRefusal, RefusalError } from './refusal.ts'

type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : never
type IsEmpty<T> = T extends Record<string, never> ? true : false
/** Parts of a call that have nothing in them may be left out. */
type Part<Name extends string, T> = IsEmpty<T> extends true ? { [K in Name]?: undefined } : { [K in Name]: T }

export type ParamsInput<E extends Endpoint> = Part<'params', InputOf<E['params']>>
export type QueryInput<E extends Endpoint> = { query?: Partial<InputOf<E['query']>> }
export type BodyInput<E extends Endpoint> = Part<'body', InputOf<E['body']>>
export type CallInput<E extends Endpoint> = ParamsInput<E> & QueryInput<E> & BodyInput<E>

type LooseInput = Readonly<{ params?: unknown; query?: unknown; body?: unknown }>

function entriesOf(part: unknown): [string, unknown][] {
  return typeof part === 'object' && part !== null ? Object.entries(part) : []
}

/** The address of a call: `/api`, the path with its parameters, the query without what is not given. */
export function addressOf(endpoint: Endpoint, input: LooseInput): string {
  const params = new Map(entriesOf(input.params))
  const path = endpoint.path.replaceAll(/:([A-Za-z0-9]+)/g, (_all, name: string) =>
    encodeURIComponent(String(params.get(name))),
  )
  const query = new URLSearchParams()
  for (const [name, value] of entriesOf(input.query)) {
    if (typeof value === 'number' || typeof value === 'boolean') query.set(name, String(value))
    else if (typeof value === 'string' && value !== '') query.set(name, value)
  }
  return `/api${path}${query.size > 0 ? `?${query.toString()}` : ''}`
}

/** Calls an endpoint. Throws `RefusalError` for every answer that is not the one asked for. */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  signal?: AbortSignal,
): Promise<ReturnsOf<E>> {
  const loose: LooseInput = input
  const isWrite = endpoint.method !== 'GET'
  const hasBody = isWrite && loose.body !== undefined
  let answer: Response
  let text: string
  try {
    answer = await fetch(addressOf(endpoint, loose), {
      method: endpoint.method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(isWrite ? { 'x-getuige': 'web' } : {}),
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
      },
      ...(hasBody ? { body: JSON.stringify(loose.body) } : {}),
      ...(signal === undefined ? {} : { signal }),
    })
    text = await answer.text()
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw new RefusalError({ code: 'client/offline' }, { cause })
  }
  if (!answer.ok) throw parseRefusal(text)
  const value: unknown = text === '' ? {} : JSON.parse(text)
  // The server checks what it answers against the same schema; a second look is for whoever changes either side.
  if (import.meta.env.DEV) return endpoint.returns.parse(value) as ReturnsOf<E>
  return value as ReturnsOf<E>
}
