import { addPeriod, type CorpsId, type JsonValue, type Period, type RecordingId } from '@getuige/base'
import type { Tx } from '#platform/database'
import { type newAct, nothingToRecord } from './act.ts'
import type { CustodyDeps } from './deps.ts'
import type { EntryType } from './entries.ts'
import { forgetTerms, noteTerms } from './search-terms.ts'
import { eraseWords, type ForgettableEntry, listForgettable, listLogs } from './store.ts'

/** Of these the words stay: they say how the log and its keys came to be what they are, and of nobody what they did. */
const lasting: readonly EntryType[] = [
  'certificate-issued',
  'corps-established',
  'escrow-identity-written',
  'expiry-key-destroyed',
  'log-continued',
  'recipients-changed',
  'recipients-retired',
  'root-key-rotated',
  'words-erased',
]
const pageEntries = 1000
const pageRows = 1000

export type ForgetRequest = Readonly<{
  corpsId: CorpsId
  /** How long entries keep their words, counted where the corps is. */
  keepFor: Period
  timeZone: string
  ruleId: string
  /** Those of these recordings that were erased before that moment. The words about all others stay. */
  erasedBefore(recordingIds: readonly RecordingId[], cutoff: Date): Promise<ReadonlySet<RecordingId>>
  /** The rows that say the same as such entries: a page of them goes. How many of which table; of none when all are gone. */
  forgetRows(tx: Tx, over: Readonly<{ before: Date; limit: number }>): Promise<Readonly<Record<string, number>>>
}>

/**
 * Erase who, why and what of entries whose time is over: the words and their salt; type, moment, recording and leaf stay,
 * so the log verifies as before. Entries about a recording keep theirs until it is gone for as long. Then the rows that say
 * the same go too. May run twice or stop anywhere: a page is one act. Custody: `words-erased`, a page each, which names the
 * entries, or counts the rows of each table. Answers how many entries there were.
 */
export async function forgetWords(
  deps: CustodyDeps,
  act: ReturnType<typeof newAct>,
  request: ForgetRequest,
  signal?: AbortSignal,
): Promise<number> {
  const { corpsId, keepFor, timeZone, ruleId, erasedBefore } = request
  const negative = { days: -(keepFor.days ?? 0), months: -(keepFor.months ?? 0) }
  const cutoff = addPeriod(deps.clock.now(), negative, timeZone)
  const db = deps.db.of(corpsId)
  await noteTerms(deps.db, corpsId, signal)
  const origins = new Map((await listLogs(db, corpsId)).map(({ id, origin }) => [id, origin]))
  const keptFor = {
    ...(keepFor.days ? { days: keepFor.days } : {}),
    ...(keepFor.months ? { months: keepFor.months } : {}),
  }
  const said = { madeBefore: cutoff.toISOString(), keptFor, ruleId }
  let forgotten = 0
  for (let after: ForgettableEntry | undefined; ;) {
    signal?.throwIfAborted()
    const page = await listForgettable(db, corpsId, { before: cutoff, except: lasting, after, limit: pageEntries })
    const last = page.at(-1)
    if (last === undefined) break
    after = last
    const about = new Set(page.flatMap(({ recordingId }) => recordingId ?? []))
    const gone = await erasedBefore([...about], cutoff)
    const over = page.filter(({ recordingId }) => recordingId === null || gone.has(recordingId))
    if (over.length === 0) continue
    const byLog = [...Map.groupBy(over, ({ logId }) => logId)]
    await act({ kind: 'system', corpsId }, async (tx, record) => {
      await forgetTerms(
        tx,
        byLog.map(([logId]) => logId),
        over.map(({ serial }) => serial),
      )
      await eraseWords(
        tx,
        over.map(({ serial }) => serial),
      )
      const entries = byLog.map(([logId, its]): JsonValue => ({
        log: origins.get(logId) ?? logId,
        ranges: rangesOf(its.map(({ logIndex }) => logIndex)),
      }))
      await record({ type: 'words-erased', recordingId: null, details: { ...said, count: over.length, entries } })
    })
    forgotten += over.length
  }
  for (let left = true; left;) {
    signal?.throwIfAborted()
    left = await act({ kind: 'system', corpsId }, async (tx, record) => {
      const counts = Object.entries(await request.forgetRows(tx, { before: cutoff, limit: pageRows }))
      const rows = Object.fromEntries(counts.filter(([, count]) => count > 0))
      if (Object.keys(rows).length === 0) return nothingToRecord
      const details = { ...said, count: 0, entries: [], rows }
      await record({ type: 'words-erased', recordingId: null, details })
      return rows
    }).then((answer) => answer !== nothingToRecord)
  }
  return forgotten
}

/** Pairs of first and last place. */
export function rangesOf(indexes: readonly number[]): [from: number, to: number][] {
  const ranges: [number, number][] = []
  for (const index of indexes.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && last[1] === index - 1) last[1] = index
    else ranges.push([index, index])
  }
  return ranges
}

/** What the `words-erased` entries of a log say about another: which places, and made before when. */
export type ErasedRange = Readonly<{ from: number; to: number; madeBefore: Date }>

/**
 * What one `words-erased` entry covers, by origin. Nothing where it says what cannot be: that entries were erased before
 * the time it names was over.
 */
export function rangesErased(
  details: Readonly<Record<string, JsonValue>>,
  at: Date,
): { origin: string; ranges: ErasedRange[] }[] {
  const { entries, keptFor, madeBefore } = details
  if (!Array.isArray(entries) || typeof madeBefore !== 'string') return []
  const cutoff = new Date(madeBefore)
  // In UTC, a day to spare for time zones.
  const dayMs = 86_400_000
  if (addPeriod(cutoff, periodOf(keptFor), 'UTC').getTime() > at.getTime() + dayMs) return []
  return entries.flatMap((each) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return []
    const { log, ranges } = each as Readonly<Record<string, JsonValue>>
    if (typeof log !== 'string' || !Array.isArray(ranges)) return []
    const read = ranges.flatMap((range) => {
      const ends: readonly JsonValue[] = Array.isArray(range) ? range : []
      const [from, to] = ends
      return typeof from === 'number' && typeof to === 'number' ? [{ from, to, madeBefore: cutoff }] : []
    })
    return [{ origin: log, ranges: read }]
  })
}

function periodOf(value: JsonValue | undefined): Period {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const { days, months } = value as Readonly<Record<string, JsonValue>>
  return { ...(typeof days === 'number' ? { days } : {}), ...(typeof months === 'number' ? { months } : {}) }
}
