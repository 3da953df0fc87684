import type { CorpsId } from '@getuige/base'
import { addCosignatures, parseWitnessVkey } from '@getuige/proof'
import type { Generated } from 'kysely'
import type { Reader, Tx } from '#platform/database'
import { listLogs } from './store.ts'

/** A witness that we ask: its address, below which is `add-checkpoint`, and its key. */
export type WitnessSetting = Readonly<{ url: string; vkey: string }>

/**
 * How a call went when the witness did not cosign. `rewritten`: what we signed contradicts what it cosigned before, so
 * the log was rewritten or rolled back, or its key is in other hands. The others say that nothing is known.
 */
export const witnessErrors = [
  'unreachable',
  'refused',
  'log-unknown',
  'signature-refused',
  'rewritten',
  'answer-wrong',
] as const
export type WitnessError = (typeof witnessErrors)[number]

type CosignatureTable = {
  corps_id: Generated<string>
  log_id: string
  witness: string
  size: number
  checkpoint: string
  line: string
  at: Date
}
type WitnessStateTable = {
  corps_id: Generated<string>
  log_id: string
  witness: string
  asked_at: Date
  error: WitnessError | null
  error_since: Date | null
}

declare module '#platform/database' {
  interface Tables {
    custody_cosignature: CosignatureTable
    custody_witness_state: WitnessStateTable
  }
}

/** The newest that a witness cosigned of a log. `at` is the time it states; `line` has its newline. */
export type Cosigned = Readonly<{
  logId: string
  witness: string
  size: number
  checkpoint: string
  line: string
  at: Date
}>

export type WitnessState = Readonly<{
  logId: string
  witness: string
  askedAt: Date
  error: WitnessError | null
  errorSince: Date | null
}>

/** Signature lines, each with its newline, of the witnesses known to have cosigned the log at exactly this size. */
export async function cosignaturesFor(db: Reader, logId: string, size: number): Promise<string[]> {
  const rows = await db
    .selectFrom('custody_cosignature')
    .select('line')
    .where('log_id', '=', logId)
    .where('size', '=', size)
    .orderBy('witness')
    .execute()
  return rows.map(({ line }) => line)
}

/** The newest checkpoint that any witness cosigned, with all their lines for it; undefined when there is none. */
export async function findNewestCosigned(
  db: Reader,
  logId: string,
): Promise<Readonly<{ size: number; note: string }> | undefined> {
  const rows = await db
    .selectFrom('custody_cosignature')
    .select(['size', 'checkpoint', 'line'])
    .where('log_id', '=', logId)
    .orderBy('size', 'desc')
    .orderBy('witness')
    .execute()
  const [newest] = rows
  if (newest === undefined) return undefined
  const lines = rows.filter(({ size, checkpoint }) => size === newest.size && checkpoint === newest.checkpoint)
  return {
    size: newest.size,
    note: addCosignatures(
      newest.checkpoint,
      lines.map(({ line }) => line),
    ),
  }
}

/**
 * The checkpoint to prove an entry under: the newest that a witness cosigned if it covers the entry, since that one says
 * more, else the newest there is.
 */
export async function findHeadToProveUnder(
  db: Reader,
  newest: Readonly<{ id: string; size: number; checkpoint: string }>,
  index: number,
): Promise<Readonly<{ size: number; note: string }>> {
  const cosigned = await findNewestCosigned(db, newest.id)
  // Nothing is proven under what the log, as it stands, does not reach: a log set back shows in its own troubles.
  if (cosigned !== undefined && index < cosigned.size && cosigned.size <= newest.size) return cosigned
  return { size: newest.size, note: newest.checkpoint }
}

export async function listCosigned(db: Reader): Promise<Cosigned[]> {
  const columns = ['log_id as logId', 'witness', 'size', 'checkpoint', 'line', 'at'] as const
  return db.selectFrom('custody_cosignature').select(columns).execute()
}

export async function listStates(db: Reader): Promise<WitnessState[]> {
  const rows = await db.selectFrom('custody_witness_state').selectAll().execute()
  return rows.map((row) => ({
    logId: row.log_id,
    witness: row.witness,
    askedAt: row.asked_at,
    error: row.error,
    errorSince: row.error_since,
  }))
}

/** Only the newest is kept: it covers all that came before. One of a smaller log changes nothing. */
export async function upsertCosigned(tx: Tx, { logId, witness, ...cosigned }: Cosigned): Promise<void> {
  await tx
    .insertInto('custody_cosignature')
    .values({ log_id: logId, witness, ...cosigned })
    .onConflict((conflict) =>
      conflict
        .columns(['log_id', 'witness'])
        .doUpdateSet(cosigned)
        .where('custody_cosignature.size', '<=', cosigned.size),
    )
    .execute()
}

export async function upsertState(tx: Tx, state: WitnessState): Promise<void> {
  const values = { asked_at: state.askedAt, error: state.error, error_since: state.errorSince }
  await tx
    .insertInto('custody_witness_state')
    .values({ log_id: state.logId, witness: state.witness, ...values })
    .onConflict((conflict) => conflict.columns(['log_id', 'witness']).doUpdateSet(values))
    .execute()
}

/** What the witnesses of a corps know of one of its logs, as the page shows it. Newest log first. */
export type WitnessedLog = Readonly<{
  origin: string
  size: number
  signedAt: Date | null
  /** Nothing is appended from then on. */
  closedAt: Date | null
  /** Origin of the log that this one continues. */
  continues: string | null
  witnesses: readonly Readonly<{
    name: string
    cosignedSize: number | null
    cosignedAt: Date | null
    askedAt: Date | null
    state: 'cosigned' | 'waiting' | WitnessError
    /** When it began to fail; null when it does not. */
    since: Date | null
  }>[]
}>

export async function listWitnessed(
  db: Reader,
  settings: readonly WitnessSetting[],
  corpsId: CorpsId,
): Promise<WitnessedLog[]> {
  const names = settings.map(({ vkey }) => parseWitnessVkey(vkey).name)
  const [cosigned, states] = [await listCosigned(db), await listStates(db)]
  const logs = await listLogs(db, corpsId)
  return logs.toReversed().map((log) => ({
    origin: log.origin,
    size: log.size,
    signedAt: log.signedAt,
    closedAt: log.closedAt,
    continues: logs.find(({ id }) => id === log.continues)?.origin ?? null,
    witnesses: names.map((name) => {
      const isIts = (row: { logId: string; witness: string }) => row.logId === log.id && row.witness === name
      const newest = cosigned.find(isIts)
      const state = states.find(isIts)
      return {
        name,
        cosignedSize: newest?.size ?? null,
        cosignedAt: newest?.at ?? null,
        askedAt: state?.askedAt ?? null,
        state: state?.error ?? (newest?.size === log.size ? 'cosigned' : 'waiting'),
        since: state?.errorSince ?? null,
      }
    }),
  }))
}
