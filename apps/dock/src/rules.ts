import { type ErrorCode, errorCatalog } from '@getuige/contract'

const recordingExtensions: ReadonlySet<string> = new Set(
  'mp4 m4v mov qt mkv webm avi ts mts m2ts m2t mpg mpeg vob 3gp 3g2 asf wmv flv mxf wav mp3 m4a aac ogg oga ogv opus flac amr wma'.split(
    ' ',
  ),
)

/** What a name says about a file. The server looks at the bytes; here only what is plainly no recording is left aside. */
export function decideFile(name: string): 'recording' | 'hidden' | 'other' {
  if (name.startsWith('.')) return 'hidden'
  const dot = name.lastIndexOf('.')
  return dot > 0 && recordingExtensions.has(name.slice(dot + 1).toLowerCase()) ? 'recording' : 'other'
}

const sidecarExtensions: ReadonlySet<string> = new Set('gpx nmea srt json'.split(' '))

/**
 * Which file lies beside which recording: one of places in the same folder, under the same name but for the extension.
 * Paths are from the folder, with slashes; where two recordings bear the name, it lies beside the first.
 */
export function pairSidecars(recordings: readonly string[], others: readonly string[]): ReadonlyMap<string, string> {
  const byStem = new Map(recordings.toReversed().map((path) => [stemOf(path), path]))
  return new Map(
    others.flatMap((path) => {
      const of = byStem.get(stemOf(path))
      const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
      return of !== undefined && sidecarExtensions.has(extension) ? [[path, of]] : []
    }),
  )
}

const stemOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('.'), 0)).toLowerCase()

/** Why a step failed: nobody answered as Getuige does, or the server refused with a code (one we may not know yet). */
export type Failure = Readonly<{ kind: 'away' } | { kind: 'refused'; code: string }>
/** How often, and for how long together, the same step was tried again without getting further. */
export type Spent = Readonly<{ tries: number; waitedMs: number }>

const delaysMs = [1000, 2000, 4000, 8000, 15_000, 30_000]
const triesOnRefusal = 3

/** Wait and try again, or not. An absent server is waited for as long as asked; a refusal that may pass, three times. */
export function decideNext(
  failure: Failure,
  { tries, waitedMs }: Spent,
  patienceMs: number,
): Readonly<{ action: 'wait'; delayMs: number } | { action: 'give-up' }> {
  const delayMs = delaysMs[Math.min(tries, delaysMs.length - 1)] ?? 0
  if (failure.kind === 'away') {
    const leftMs = patienceMs - waitedMs
    return leftMs > 0 ? { action: 'wait', delayMs: Math.min(delayMs, leftMs) } : { action: 'give-up' }
  }
  const mayPass = isKnown(failure.code) && errorCatalog[failure.code].retry && failure.code !== 'ingest/digest-mismatch'
  return mayPass && tries < triesOnRefusal && patienceMs > 0 ? { action: 'wait', delayMs } : { action: 'give-up' }
}

export function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalog, code)
}

/** Why a file of the folder was not received. */
export type Reason = Readonly<
  | { kind: 'away' }
  | { kind: 'refused'; code: string; because: string | undefined }
  | { kind: 'changed' }
  | { kind: 'unreadable'; code: string }
  | { kind: 'receipt-wrong' }
  | { kind: 'interrupted' }
>

const accessEnded: ReadonlySet<string> = new Set(['dock/token-refused', 'session/none', 'access/denied'])
const sameForAll: ReadonlySet<string> = new Set(['ingest/camera-unknown', 'ingest/disk-full', 'vault/unreachable'])

/** Would every file after this one meet the same? Then the rest is left for another time. */
export function decideEnd(reason: Reason): Readonly<{ ends: false } | { ends: true; exitCode: 1 | 2 }> {
  if (reason.kind === 'away') return { ends: true, exitCode: 2 }
  if (reason.kind === 'interrupted') return { ends: true, exitCode: 1 }
  if (reason.kind !== 'refused') return { ends: false }
  if (accessEnded.has(reason.code)) return { ends: true, exitCode: 2 }
  return sameForAll.has(reason.code) ? { ends: true, exitCode: 1 } : { ends: false }
}
