import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { lowerPriority } from './low-priority.ts'

export type FfmpegRun = Readonly<{
  options: readonly string[]
  /** For `pipe:0`. It may end before it has read all of it. */
  input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** Each piece that it writes to `pipe:1`; no more is read from it before the promise settles. */
  hear?(piece: Uint8Array): void | Promise<void>
  limitMs: number
}>

/** `isWhole`: it ended by itself, in time and without an error. `notes`: what it wrote to `pipe:3`. */
export type FfmpegEnd = Readonly<{ isWhole: boolean; notes: string }>

/**
 * Run the system's ffmpeg, at low priority, with `path` and nothing else of the environment. What it wrote until it
 * ended counts, however it ended. Rejects only when `signal` fires or `hear` does.
 */
export async function runFfmpeg(path: string, run: FfmpegRun, signal: AbortSignal): Promise<FfmpegEnd> {
  signal.throwIfAborted()
  const stopping = new AbortController()
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'quiet', '-max_alloc', String(512 * 1024 * 1024)]
  const child = spawn('ffmpeg', [...quiet, ...run.options], {
    env: { PATH: path },
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    signal: AbortSignal.any([signal, stopping.signal, AbortSignal.timeout(run.limitMs)]),
    killSignal: 'SIGKILL',
  })
  lowerPriority(child.pid)
  const ended = new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false)) // it is not there, or was killed
    child.once('close', (code) => resolve(code === 0))
  })
  const { stdin, stdout } = child
  const notes = child.stdio[3] as Readable | null
  if (stdin === null || stdout === null || notes === null) throw new Error('ffmpeg was started without its pipes')
  // Input that cannot be had ends there; whoever gave it knows why.
  feed(stdin, run.input).catch(() => stdin.end())
  const noted = text(notes).catch(() => '')
  try {
    for await (const piece of stdout) await run.hear?.(piece as Uint8Array)
  } catch (error) {
    stopping.abort()
    signal.throwIfAborted()
    if (stdout.errored === null) throw error // what `hear` threw
  }
  const isWhole = await ended
  stdin.destroy()
  signal.throwIfAborted()
  return { isWhole, notes: await noted }
}

async function feed(stdin: Writable, input: FfmpegRun['input']): Promise<void> {
  stdin.on('error', () => undefined) // it ended before it had read all
  const closed = once(stdin, 'close').catch(() => undefined)
  for await (const piece of input ?? []) {
    if (stdin.destroyed) break
    if (!stdin.write(piece)) await Promise.race([once(stdin, 'drain').catch(() => undefined), closed])
  }
  stdin.end()
}
