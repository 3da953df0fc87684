import { readFile } from 'node:fs/promises'
import { makeTimestampRequest, readCertificates, readTimestampResponse, verifyTimestamp } from '@getuige/pki'
import { StartError } from '../errors/index.ts'
import type { Log } from '../log/index.ts'

/** Addresses to ask, in their order, and the file (PEM) with the certificates under which their stamps must be. */
export type TimeStampSettings = Readonly<{ urls: readonly string[]; caFile: string | undefined }>

/** `token` is RFC 3161 in DER, checked; `at` is what it says, `authority` the name in its certificate. */
export type TimeStamp = Readonly<{ token: Uint8Array; at: Date; authority: string }>

export type TimeStamps = Readonly<{
  isConfigured: boolean
  /**
   * A stamp over the data, from the first authority that gives one that holds; undefined if none did, or there are
   * none. Takes 10 s an authority at most, and never throws but when `signal` is aborted.
   */
  stamp(data: Uint8Array, signal?: AbortSignal): Promise<TimeStamp | undefined>
}>

const answerMs = 10_000
const maxAnswerBytes = 256 * 1024

/** Throws `StartError` when the certificates cannot be read: a stamp that nobody could check would be kept. */
export async function openTimeStamps({ urls, caFile }: TimeStampSettings, log: Log): Promise<TimeStamps> {
  if (urls.length === 0) return { isConfigured: false, stamp: () => Promise.resolve(undefined) }
  const roots = await readRoots(caFile)

  async function ask(url: string, data: Uint8Array, signal: AbortSignal): Promise<TimeStamp> {
    const { request, nonce } = await makeTimestampRequest(data)
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: Uint8Array.from(request),
      redirect: 'error',
      signal,
    })
    if (!answer.ok) throw new Error(`answered ${answer.status}`)
    const token = readTimestampResponse(await readShort(answer))
    const { problems, trustProblems, at, authority } = await verifyTimestamp(token, data, { roots, nonce })
    const wrong = [...problems, ...(trustProblems ?? [])]
    if (wrong.length > 0 || at === null) throw new Error(`the stamp does not hold: ${wrong.join(', ')}`)
    return { token, at, authority: authority?.name ?? '' }
  }

  return {
    isConfigured: true,
    async stamp(data, signal) {
      for (const [i, url] of urls.entries()) {
        signal?.throwIfAborted()
        const limit = AbortSignal.timeout(answerMs)
        try {
          return await ask(url, data, signal === undefined ? limit : AbortSignal.any([signal, limit]))
        } catch (error) {
          signal?.throwIfAborted()
          // By its place in the settings: an address may hold a key of the operator's.
          log.warn('time-stamp/none', { authority: i + 1, because: error instanceof Error ? error.message : 'unknown' })
        }
      }
      return undefined
    },
  }
}

async function readRoots(caFile: string | undefined): Promise<Uint8Array[]> {
  if (caFile === undefined) {
    throw new StartError(
      'GETUIGE_TIMESTAMP_URLS needs GETUIGE_TIMESTAMP_CA: a PEM file with the certificates under which the stamps are.',
    )
  }
  try {
    return (await readCertificates(await readFile(caFile))).map(({ der }) => der)
  } catch (cause) {
    throw new StartError(`${caFile} (GETUIGE_TIMESTAMP_CA) holds no certificate that can be read.`, { cause })
  }
}

async function readShort(answer: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > maxAnswerBytes) throw new Error('the answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
