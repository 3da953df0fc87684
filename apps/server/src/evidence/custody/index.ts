import type { CorpsId, RecordingId } from '@getuige/base'
import { newAct } from './act.ts'
import type { CustodyDeps } from './deps.ts'
import { checkLogs } from './fsck.ts'
import { runSequencer, sequence } from './sequencer.ts'
import { demandSigner } from './signer.ts'
import { countWaiting, listLogs } from './store.ts'
import { proveTrail, readTrail } from './trail.ts'

export type { Record_ as RecordEntry } from './act.ts'
export type { CustodyDeps } from './deps.ts'
export type { EntryType, NewEntry } from './entries.ts'
export type { Finding, LogCheck } from './fsck.ts'
export type { Signer } from './signer.ts'
export type { StoredEntry } from './store.ts'
export type { ProvenEntry } from './trail.ts'

export type Custody = ReturnType<typeof openCustody>

/** Accounted for: every act, in an append-only log that an outsider can check. */
export function openCustody(deps: CustodyDeps) {
  let sequencer: ReturnType<typeof runSequencer> | undefined
  const act = newAct(deps)
  return {
    act: (async (actor, work) => {
      const result = await act(actor, work)
      sequencer?.poke()
      return result
    }) as typeof act,
    signer: (corpsId: CorpsId) => demandSigner(deps.keystore, deps.originHost, corpsId),
    trail: (corpsId: CorpsId, recordingId: RecordingId) => readTrail(deps, corpsId, recordingId),
    /** Sequences first, so that every entry made before the call has its proof. */
    async provenTrail(corpsId: CorpsId, recordingId: RecordingId) {
      await sequence(deps)
      return proveTrail(deps, corpsId, recordingId)
    },
    async status(corpsId: CorpsId) {
      return { log: (await listLogs(deps.db, corpsId)).at(-1) ?? null, waiting: await countWaiting(deps.db, corpsId) }
    },
    check: () => checkLogs(deps),
    sequence: () => sequence(deps),
    startSequencer() {
      sequencer ??= runSequencer(deps)
    },
    async stopSequencer() {
      await sequencer?.stop()
      sequencer = undefined
    },
  }
}
