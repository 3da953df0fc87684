import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { type ByteSource, limitReads, type ReadLimits, ReadRefused } from './byte-source.ts'
import type { GatheredAvc } from './gathered.ts'
import type { FromRemux, Remuxed, RemuxOrder, ToRemux } from './remux-worker.ts'
import type { Rotation } from './rules.ts'
import { startParserThread } from './parser-thread.ts'

/** As it is told with what was made. */
export const muxer = `mediabunny ${installedVersion('mediabunny')}`

function installedVersion(name: string): string {
  const path = findPackageJSON(name, import.meta.url)
  if (path === undefined) throw new Error(`${name} is not installed`)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string } // as npm has it in every package
  return version
}

export type { Remuxed } from './remux-worker.ts'

export type Remux = Readonly<{
  /** A file to be read by ranges, or a stream that is read once. */
  from: ByteSource | AsyncIterator<Uint8Array>
  rotation?: Rotation
  gathered?: GatheredAvc
  /** A part of it alone: see the order. */
  cut?: NonNullable<RemuxOrder['cut']>
  comment?: string
  /** The next samples of the new file: all that stands between its head and its tail. */
  write: (samples: Uint8Array) => Promise<void>
  /** How far it is, in milliseconds of the recording. */
  tell: (atMs: number) => void
}>

/**
 * Put the packets of a recording, as they are, into an MP4 with its index in front. Null when nothing of it can be read:
 * what can be is kept to where it breaks off. Rejects when `signal` fires, or the source or `write` fails.
 *
 * The bytes are parsed in a thread, as those of `probe` are, and for the same reason.
 */
export async function remux(work: Remux, signal: AbortSignal): Promise<Remuxed | null> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<Remuxed | null>()
  const worker = startParserThread(new URL('remux-worker.ts', import.meta.url), 512)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  const tell = (message: ToRemux): void => worker.postMessage(message)
  const isFile = 'read' in work.from
  const read = readerOf(work.from, signal)

  const answer = async (message: Extract<FromRemux, { id: number }>): Promise<void> => {
    try {
      if (message.ask === 'write') await work.write(message.bytes)
      const bytes = message.ask === 'write' ? null : await read(message)
      tell({ id: message.id, bytes })
    } catch (error) {
      if (error instanceof ReadRefused) tell({ id: message.id, bytes: null })
      else reject(error)
    }
  }
  worker.on('message', (message: FromRemux) => {
    if (message.ask === 'done') resolve(message.remuxed)
    else if (message.ask === 'at') work.tell(message.ms)
    else void answer(message)
  })
  worker.on('error', () => resolve(null)) // out of memory, or a parser that broke
  worker.on('exit', () => resolve(null))
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  const order: RemuxOrder = {
    sizeBytes: isFile && 'sizeBytes' in work.from ? work.from.sizeBytes : null,
    rotation: work.rotation ?? null,
    gathered: work.gathered ?? null,
    cut: work.cut ?? null,
    comment: work.comment ?? null,
  }
  tell(order)
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

type Asked = Extract<FromRemux, { ask: 'read' | 'next' }>

function readerOf(from: Remux['from'], signal: AbortSignal): (asked: Asked) => Promise<Uint8Array | null> {
  if ('read' in from) {
    const limited = limitReads(from, limitsOf(from), signal)
    return async (asked) => {
      if (asked.ask === 'next') throw new Error('a file is read by ranges')
      return limited.read(asked.start, asked.end)
    }
  }
  return async () => {
    const next = await from.next()
    return next.done === true ? null : next.value
  }
}

/** Every byte of an honest file is read once, or a few times where its tracks lie far apart. */
const limitsOf = ({ sizeBytes }: ByteSource): ReadLimits => ({
  reads: 200_000 + sizeBytes / 1024,
  bytes: 64 * 1024 * 1024 + sizeBytes * 4,
  bytesAtOnce: 64 * 1024 * 1024,
})
