import {
  addCheckpointPath,
  addCosignatures,
  type Checkpoint,
  findCosignature,
  formatAddCheckpoint,
  parseCheckpoint,
  parseTreeSize,
  parseWitnessVkey,
  ProofError,
  proveConsistency,
  readUnverifiedNote,
  treeSizeType,
} from '@getuige/proof'
import type { CustodyDeps } from './deps.ts'
import { type CustodyLog, listLogs, tileReader } from './store.ts'
import {
  type Cosigned,
  listCosigned,
  listStates,
  upsertCosigned,
  upsertState,
  type WitnessError,
  type WitnessSetting,
} from './witnesses.ts'

type AskDeps = Pick<CustodyDeps, 'db' | 'clock' | 'log' | 'witnesses'>

const answerTimeoutMs = 15_000
const maxAnswerBytes = 64 * 1024
/** How often a witness may name another size than we began from before we leave it for this time. */
const maxTurns = 4

/** One call on every witness, beside one another, so that a failing one delays no other. */
export async function askWitnesses(deps: AskDeps, signal: AbortSignal): Promise<void> {
  const asking = await Promise.allSettled(deps.witnesses.map((witness) => askWitness(deps, witness, signal)))
  const failures = asking.filter((result) => result.status === 'rejected')
  if (failures.length > 0) throw new AggregateError(failures.map(({ reason }): unknown => reason))
}

/**
 * Ask a witness to cosign every log that has another checkpoint than the one it cosigned last. How each call went is
 * kept. A cosignature is verified before it is kept. One that cannot be reached is left alone until the next time.
 */
async function askWitness(deps: AskDeps, witness: WitnessSetting, signal: AbortSignal): Promise<void> {
  const { name } = parseWitnessVkey(witness.vkey)
  const cosigned = (await listCosigned(deps.db.everyCorps)).filter((row) => row.witness === name)
  const states = (await listStates(deps.db.everyCorps)).filter((row) => row.witness === name)
  for (const log of await listLogs(deps.db.everyCorps)) {
    const before = cosigned.find(({ logId }) => logId === log.id)
    if (log.checkpoint === null || before?.size === log.size) continue
    // A log closed after a restore stays shorter than what was cosigned of it: that is known, and shown.
    if (log.closedAt !== null && states.some(({ logId, error }) => logId === log.id && error === 'rewritten')) continue
    const outcome = await ask(deps, witness, log, before?.size ?? 0, signal)
    if (signal.aborted) return
    await keep(deps, log, name, outcome)
    if ('error' in outcome && outcome.error === 'unreachable') return
  }
}

type Outcome = Readonly<{ cosigned: Cosigned } | { error: WitnessError; cause: unknown }>

async function ask(
  deps: AskDeps,
  { url, vkey }: WitnessSetting,
  { id }: CustodyLog,
  knownSize: number,
  signal: AbortSignal,
): Promise<Outcome> {
  let oldSize = knownSize
  for (let turn = 0; turn < maxTurns; turn++) {
    // Read anew each turn: the witness may have been shown a newer checkpoint than we began with, by anybody.
    const { note, head } = await readHead(deps, id)
    if (oldSize > head.size)
      return { error: 'rewritten', cause: `it has seen ${oldSize} entries, we have ${head.size}` }
    const proof = await proveConsistency(tileReader(deps.db.everyCorps, id), oldSize, head.size)
    const body = formatAddCheckpoint({ oldSize, proof, checkpoint: note })
    const answer = await post(url, body, signal).catch((error: unknown) => ({ failed: error }))
    if ('failed' in answer) return { error: 'unreachable', cause: answer.failed }
    if (answer.status === 409 && answer.type === treeSizeType) {
      const size = readSize(answer.text)
      if (size === undefined) return { error: 'answer-wrong', cause: 'a size that is none' }
      if (size === oldSize) {
        // Of the very size we offer it can only hold another root; from any other it asks for what it was given.
        const error = size === head.size ? 'rewritten' : 'answer-wrong'
        return { error, cause: `it was asked from ${size} entries and wants to be` }
      }
      oldSize = size
      continue
    }
    if (answer.status !== 200) return { error: errorOf(answer.status), cause: `answered ${answer.status}` }
    try {
      const cosignature = findCosignature(addCosignatures(note, [answer.text]), vkey)
      if (cosignature === undefined) return { error: 'answer-wrong', cause: 'no cosignature by its key' }
      const line = keepLineOf(answer.text, note, vkey)
      return { cosigned: { logId: id, ...cosignature, size: head.size, checkpoint: note, line } }
    } catch (error) {
      if (!(error instanceof ProofError)) throw error
      return { error: 'answer-wrong', cause: error }
    }
  }
  return { error: 'refused', cause: 'it named another size each time' }
}

/** Of what the witness answered, the line by the key we know; there is one. */
function keepLineOf(text: string, note: string, vkey: string): string {
  const lines = text.split('\n').slice(0, -1)
  const found = lines.find((line) => findCosignature(addCosignatures(note, [`${line}\n`]), vkey) !== undefined)
  return `${found}\n`
}

function errorOf(status: number): WitnessError {
  if (status === 404) return 'log-unknown'
  if (status === 403) return 'signature-refused'
  // 422: our proof does not lead from what it cosigned. 409 without a size: it cosigned another root of this size.
  if (status === 422 || status === 409) return 'rewritten'
  return status >= 500 ? 'unreachable' : 'refused'
}

async function readHead({ db }: AskDeps, logId: string): Promise<{ note: string; head: Checkpoint }> {
  const row = await db.everyCorps
    .selectFrom('custody_log')
    .select('checkpoint')
    .where('id', '=', logId)
    .executeTakeFirstOrThrow()
  if (row.checkpoint === null) throw new Error(`${logId} lost its checkpoint`)
  return { note: row.checkpoint, head: parseCheckpoint(readUnverifiedNote(row.checkpoint).text) }
}

async function post(url: string, body: string, signal: AbortSignal) {
  const response = await fetch(`${url.replace(/\/$/, '')}/${addCheckpointPath}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body,
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
  })
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length
    if (bytes > maxAnswerBytes) throw new Error('the answer of the witness is too long')
    parts.push(part)
  }
  return { status: response.status, type: response.headers.get('content-type'), text: Buffer.concat(parts).toString() }
}

function readSize(text: string): number | undefined {
  try {
    return parseTreeSize(text)
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}

async function keep(deps: AskDeps, log: CustodyLog, witness: string, outcome: Outcome): Promise<void> {
  const askedAt = deps.clock.now()
  const before = (await listStates(deps.db.everyCorps)).find((row) => row.logId === log.id && row.witness === witness)
  const error = 'error' in outcome ? outcome.error : null
  const isNew = error !== (before?.error ?? null)
  await deps.db
    .of(log.corpsId)
    .transaction()
    .execute(async (tx) => {
      if ('cosigned' in outcome) await upsertCosigned(tx, outcome.cosigned)
      const errorSince = error === null ? null : isNew ? askedAt : (before?.errorSince ?? askedAt)
      await upsertState(tx, { logId: log.id, witness, askedAt, error, errorSince })
    })
  // Told when it begins and when it ends; the page shows it all the while.
  const fields = { origin: log.origin, witness, what: error }
  if (!isNew) return
  if (!('error' in outcome)) deps.log.info('custody/witness-cosigns-again', fields)
  else if (error === 'rewritten') deps.log.error('custody/witness-contradicts-log', outcome.cause, fields)
  else deps.log.warn('custody/witness-does-not-cosign', fields)
}

const briefMs = 3000

/** Ask those witnesses that did cosign when last asked, and wait a moment at most. Never throws. */
export async function askBriefly(deps: AskDeps): Promise<void> {
  if (deps.witnesses.length === 0) return
  const signal = AbortSignal.timeout(briefMs)
  try {
    const failing = (await listStates(deps.db.everyCorps))
      .filter(({ error }) => error !== null)
      .map(({ witness }) => witness)
    const witnesses = deps.witnesses.filter(({ vkey }) => !failing.includes(parseWitnessVkey(vkey).name))
    await askWitnesses({ ...deps, witnesses }, signal)
  } catch (error) {
    if (!signal.aborted) deps.log.error('custody/asking-witness-failed', error)
  }
}

/** Ask again and again, each witness by itself, until stopped. */
export function runWitnessing(deps: AskDeps): { stop(): Promise<void> } {
  const restMs = 20_000
  const stopping = new AbortController()
  const { signal } = stopping
  const loops = deps.witnesses.map(async (witness) => {
    while (!signal.aborted) {
      await askWitness(deps, witness, signal).catch((error: unknown) => {
        if (!signal.aborted) deps.log.error('custody/asking-witness-failed', error)
      })
      await pause(restMs, signal)
    }
  })
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
