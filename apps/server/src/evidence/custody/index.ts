import './host-sha256.ts'
import type { CorpsId, RecordingId } from '@getuige/base'
import { AppError } from '#platform/errors'
import type { TimeStamps } from '#platform/time-stamp'
import { newAct } from './act.ts'
import { askBriefly, askWitnesses, runWitnessing } from './ask-witnesses.ts'
import { listFormerHeads } from './former-heads.ts'
import { listNewestStamps, stampCheckpoints } from './timestamps.ts'
import { continueLogs, type ContinueRequest } from './continue.ts'
import type { CustodyDeps } from './deps.ts'
import { type ForgetRequest, forgetWords } from './forget.ts'
import { checkLogs } from './fsck.ts'
import { findTroubles, runSequencer, sequence, type Troubles } from './sequencer.ts'
import { openPublished } from './published.ts'
import { type LogOrder, type LogPosition, type LogQuery, searchLog } from './search.ts'
import { noteTerms } from './search-terms.ts'
import { demandSigner } from './signer.ts'
import { countWaiting, findEntries, listLogs } from './store.ts'
import { proveTrail, readTrail } from './trail.ts'
import { listWitnessed } from './witnesses.ts'

export { nothingToRecord, type Record_ as RecordEntry } from './act.ts'
export type { Continued, ContinueRequest } from './continue.ts'
export type { CustodyDeps } from './deps.ts'
export type { EntryType, NewEntry } from './entries.ts'
export type { FormerHead } from './former-heads.ts'
export type { Finding, LogCheck } from './fsck.ts'
export { type KeptHeads, openKeptHeads } from './kept-heads.ts'
export type { LogOrder, LogPosition, LogQuery } from './search.ts'
export { wordsOf } from './search-terms.ts'
export type { Signer } from './signer.ts'
export {
  findLastSerial,
  type LifeEntry,
  listEntered,
  listLifeEntries,
  markRestored,
  type StoredEntry,
} from './store.ts'
export { type Verb, verbOf, verbs } from './verbs.ts'
export type { ProvenEntry } from './trail.ts'
export type { WitnessedLog, WitnessSetting } from './witnesses.ts'

export type Custody = ReturnType<typeof openCustody>

/** Accounted for: every act, in an append-only log that an outsider can check. */
export function openCustody(deps: CustodyDeps) {
  let sequencer: ReturnType<typeof runSequencer> | undefined
  let witnessing: ReturnType<typeof runWitnessing> | undefined
  const logIds = new Map<string, string>()
  const troubles: Troubles = new Map()
  const act = newAct(deps, logIds)

  let sequencing: Promise<unknown> = Promise.resolve()
  /** One after another, so that of two heads the newer one is kept last. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = sequencing.then(work)
    sequencing = turn.catch(() => undefined)
    return turn
  }
  const sequenceInTurn = () => inTurn(() => sequence(deps, troubles))

  return {
    act: (async (actor, work) => {
      const result = await act(actor, work)
      sequencer?.poke()
      return result
    }) as typeof act,
    signer: (corpsId: CorpsId) => demandSigner(deps.keystore, deps.originHost, corpsId),
    trail: (corpsId: CorpsId, recordingId: RecordingId) => readTrail(deps, corpsId, recordingId),
    /** Throws `log/not-signed` while the log that acts of this corps enter is not signed as it stands. Sequences first. */
    async requireSigned(corpsId: CorpsId): Promise<void> {
      await sequenceInTurn()
      const log = (await listLogs(deps.db.of(corpsId), corpsId)).at(-1)
      if (log !== undefined && troubles.has(log.origin)) throw new AppError('log/not-signed')
    },
    /**
     * Sequences first, so that every entry made before the call has its proof, and gives the witnesses a moment, so that
     * they stand behind it too. One that is down is not waited for. Throws `log/not-signed` where an entry has no proof.
     */
    async provenTrail(corpsId: CorpsId, recordingId: RecordingId) {
      await sequenceInTurn()
      await askBriefly(deps)
      return proveTrail(deps, corpsId, recordingId)
    },
    /** Have the newest checkpoint of each log stamped by somebody outside, if it is not yet. Answers how many were. */
    stampCheckpoints: (timeStamps: TimeStamps, signal: AbortSignal) =>
      stampCheckpoints({ db: deps.db, timeStamps }, signal),
    formerHeads: (corpsId: CorpsId, of: Parameters<typeof listFormerHeads>[2]) =>
      listFormerHeads(deps.db.of(corpsId), corpsId, of),
    async status(corpsId: CorpsId) {
      const log = (await listLogs(deps.db.of(corpsId), corpsId)).at(-1) ?? null
      const trouble = log === null ? undefined : troubles.get(log.origin)
      return { log, waiting: await countWaiting(deps.db.of(corpsId), corpsId), trouble: trouble?.sentence ?? null }
    },
    /** Origins of the logs that are not signed as they stand, and why, a sentence each. Known once sequencing began. */
    troubles: (): ReadonlyMap<string, string> =>
      new Map([...troubles].map(([origin, { sentence }]) => [origin, sentence])),
    check: () => checkLogs(deps),
    /**
     * Sequences first, so that every entry made before the call is found; those of a log that is not signed as it stands
     * are not. Pages after the first need not wait for that again.
     */
    async search(
      corpsId: CorpsId,
      query: LogQuery,
      page: Readonly<{ after?: LogPosition | undefined; limit: number; order?: LogOrder }>,
    ) {
      if (page.after === undefined) {
        await sequenceInTurn()
        await noteTerms(deps.db, corpsId)
      }
      return searchLog(deps.db.of(corpsId), corpsId, query, page)
    },
    /** Have every entry that has its place found by its terms; a search sees to it too, and waits for it. */
    prepareSearch: (corpsId: CorpsId, signal?: AbortSignal) => noteTerms(deps.db, corpsId, signal),
    /** In no order. */
    entries: (corpsId: CorpsId, serials: readonly number[]) => findEntries(deps.db.of(corpsId), serials),
    logs: (corpsId: CorpsId) => listLogs(deps.db.of(corpsId), corpsId),
    countWaiting: (corpsId: CorpsId) => countWaiting(deps.db.of(corpsId), corpsId),
    /** Erase the words of entries whose time is over; see `forgetWords`. */
    forgetWords: (request: ForgetRequest, signal?: AbortSignal) => forgetWords(deps, act, request, signal),
    /** Begin further logs where one cannot be gone on with; see `continueLogs`. No server may be at work beside. */
    continueLogs: (request: ContinueRequest) =>
      inTurn(async () => {
        const continued = await continueLogs(deps, request)
        logIds.clear()
        troubles.clear()
        await findTroubles(deps, troubles)
        return continued
      }),
    /** What anyone may read of the logs. */
    published: openPublished(deps),
    sequence: sequenceInTurn,
    startSequencer() {
      if (sequencer !== undefined) return
      inTurn(() => findTroubles(deps, troubles)).catch((error: unknown) =>
        deps.log.error('custody/heads-not-compared', error),
      )
      sequencer = runSequencer(deps, sequenceInTurn)
    },
    async stopSequencer() {
      await sequencer?.stop()
      sequencer = undefined
    },
    /** The logs of a corps, newest first: whether each is signed, and who stands behind it. */
    async describeLogs(corpsId: CorpsId) {
      const logs = await listWitnessed(deps.db.of(corpsId), deps.witnesses, corpsId)
      const stamps = await listNewestStamps(deps.db.of(corpsId), corpsId)
      return {
        waiting: await countWaiting(deps.db.of(corpsId), corpsId),
        logs: logs.map((log) => ({
          ...log,
          trouble: troubles.get(log.origin)?.what ?? null,
          stamps: stamps.filter(({ origin }) => origin === log.origin),
        })),
      }
    },
    /** Call on each witness once; a failing one is in what `witnessed` says. */
    askWitnesses: (signal: AbortSignal) => askWitnesses(deps, signal),
    startWitnessing() {
      witnessing ??= runWitnessing(deps)
    },
    async stopWitnessing() {
      await witnessing?.stop()
      witnessing = undefined
    },
  }
}
