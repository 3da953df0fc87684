import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a log is published: a folder of static files, or a server (c2sp.org/tlog-tiles). */
export type Source = Readonly<{
  /** What stands at a path below the log. Undefined when nothing does; throws `SourceError` when that cannot be told. */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>
}>

/** The log could not be read, which says nothing about it. */
export class SourceError extends Error {}

const answerTimeoutMs = 30_000
/** A server that is busy is asked again, so many times. */
const maxTries = 5

/** `place` is an `https:`, `http:` or `file:` address, or a folder. */
export function openSource(place: string): Source {
  if (/^https?:\/\//.test(place)) return serverSource(place.replace(/\/+$/, ''))
  return folderSource(place.startsWith('file:') ? fileURLToPath(place) : place)
}

function serverSource(address: string): Source {
  return {
    async read(path, maxBytes) {
      const url = `${address}/${path}`
      for (let tries = 1; ; tries++) {
        const answer = await ask(url, maxBytes).catch((cause: unknown) => {
          throw new SourceError(`${path}: ${reasonOf(cause)}`, { cause })
        })
        if (answer.status === 200) return answer.bytes
        if (answer.status === 404 || answer.status === 410) return undefined
        const isBusy = answer.status === 429 || answer.status === 503
        if (!isBusy || tries === maxTries) throw new SourceError(`${path}: ${answer.status}`)
        await new Promise((resolve) => setTimeout(resolve, tries * 500))
      }
    },
  }
}

async function ask(url: string, maxBytes: number): Promise<{ status: number; bytes: Uint8Array }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) })
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > maxBytes) throw new Error('more bytes than there can be')
    parts.push(part)
  }
  return { status: response.status, bytes: Buffer.concat(parts) }
}

function folderSource(folder: string): Source {
  return {
    async read(path, maxBytes) {
      try {
        await using file = await open(join(folder, path), 'r')
        const { size } = await file.stat()
        if (size > maxBytes) throw new Error('more bytes than there can be')
        return await file.readFile()
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
        throw new SourceError(`${path}: ${reasonOf(cause)}`, { cause })
      }
    },
  }
}

/** `fetch failed` says less than what it failed by. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
