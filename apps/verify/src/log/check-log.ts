import { equalBytes, toBase64 } from '@getuige/base'
import {
  findCosignature,
  parseCheckpoint,
  parseWitnessVkey,
  proveConsistency,
  ProofError,
  readUnverifiedNote,
  verifyCheckpoint,
  verifyConsistency,
} from '@getuige/proof'
import type { Checkpoint, Cosignature } from '@getuige/proof'
import type { logCheckWords, logProblemWords } from './log-words.ts'
import { SourceError } from './source.ts'
import type { Source } from './source.ts'
import { tileReaderOf, walkTiles } from './walk-tiles.ts'
import type { Walked } from './walk-tiles.ts'

export type LogCheckName = keyof typeof logCheckWords
export type LogProblem = Readonly<{ code: keyof typeof logProblemWords; subject: string }>
/** `not-checked` says why in its problems. */
export type LogFinding = Readonly<{
  check: LogCheckName
  status: 'ok' | 'broken' | 'not-checked'
  problems: readonly LogProblem[]
}>

export type LogReport = Readonly<{
  verdict: 'intact' | 'altered' | 'not-checked'
  findings: readonly LogFinding[]
  /** What the checkpoint claims; null when there is none to read. The root is base64. */
  log: Readonly<{ origin: string; size: number; root: string }> | null
  /** What the given witnesses have cosigned of it, and when by their clocks. */
  cosignatures: readonly Readonly<{ witness: string; size: number; at: string }>[]
}>

export type LogQuestion = Readonly<{
  source: Source
  /** The key of the corps, got by another way than the log. */
  key: string | undefined
  witnesses: readonly string[]
  /** Notes of the same log that somebody kept, with a name for each. */
  since: readonly Readonly<{ name: string; note: string }>[]
  withEntries: boolean
}>

/** In the order in which they are made and told. */
const checkNames: readonly LogCheckName[] = [
  'checkpoint',
  'signature',
  'cosignatures',
  'consistency',
  'tiles',
  'root',
  'entries',
]
/** These the caller may leave out, or have nothing to make them with. All others must be made for a log to be intact. */
const mayBeUnchecked: readonly LogCheckName[] = ['cosignatures', 'consistency', 'entries']
const maxNoteBytes = 64 * 1024
const maxProblems = 20

/** Read a published log as an outsider does: believing nothing but the keys and the notes that the caller brought. */
export async function checkLog(question: LogQuestion): Promise<LogReport> {
  const { source, key, withEntries } = question
  const note = await attempt(() => readNote(source, 'checkpoint'))
  const claimed = typeof note === 'string' ? headOf(note) : undefined
  if (typeof note !== 'string' || claimed === undefined) {
    const why = note instanceof SourceError ? problem('unreachable', note.message) : problem('no-checkpoint', '')
    const first = {
      check: 'checkpoint',
      status: note instanceof SourceError ? 'not-checked' : 'broken',
      problems: [why],
    }
    const rest = checkNames.slice(1).map((check) => notChecked(check, problem('checkpoint-first')))
    return reportOf([first as LogFinding, ...rest], null, [])
  }
  const signed = key === undefined ? undefined : headOf(note, key)
  const head = signed ?? claimed
  const cosigned = await checkCosignatures(question, note, head)
  const consistency = await checkConsistency(question, head)
  const walked = await attempt(() => walkTiles(source, head.size, withEntries))
  const findings = [
    finding('checkpoint', []),
    key === undefined
      ? notChecked('signature', problem('no-key-given'))
      : finding('signature', signed === undefined ? [problem('signature-wrong')] : []),
    cosigned.finding,
    consistency,
    ...(walked instanceof SourceError
      ? (['tiles', 'root', 'entries'] as const).map((check) =>
          notChecked(check, problem('unreachable', walked.message)),
        )
      : [
          finding(
            'tiles',
            walked.tiles.map(({ what, path }) => problem(what, path)),
          ),
          walked.root === undefined
            ? notChecked('root', problem('tiles-first'))
            : finding('root', equalBytes(walked.root, head.root) ? [] : [problem('root-differs')]),
          checkEntries(walked, withEntries),
        ]),
  ]
  const { origin, size, root } = head
  return reportOf(findings, { origin, size, root: toBase64(root) }, cosigned.cosignatures)
}

/** Entries of a tile that is missing were held against nothing. */
function checkEntries({ entries, root }: Walked, withEntries: boolean): LogFinding {
  if (!withEntries) return notChecked('entries', problem('left-out'))
  if (entries.length === 0 && root === undefined) return notChecked('entries', problem('tiles-first'))
  return finding(
    'entries',
    entries.map(({ what, path }) => problem(what, path)),
  )
}

type Cosignatures = Readonly<{ finding: LogFinding; cosignatures: LogReport['cosignatures'] }>

/**
 * Each witness has cosigned the checkpoint, or else the one at `checkpoint.cosigned`, which must then be of the same
 * log and consistent with it: a witness is asked about the newest only from time to time.
 */
async function checkCosignatures(
  { source, key, witnesses }: LogQuestion,
  note: string,
  head: Checkpoint,
): Promise<Cosignatures> {
  if (witnesses.length === 0)
    return { finding: notChecked('cosignatures', problem('no-witness-given')), cosignatures: [] }
  const problems: LogProblem[] = []
  const cosignatures: { witness: string; size: number; at: string }[] = []
  let older: { note: string; head: Checkpoint } | undefined | SourceError | 'inconsistent' | 'not-read' = 'not-read'
  for (const vkey of witnesses) {
    const { name } = parseWitnessVkey(vkey)
    let found = findOf(note, vkey)
    let size = head.size
    if (found === undefined) {
      if (older === 'not-read') older = await readOlder(source, key, head)
      if (older instanceof SourceError) {
        return { finding: notChecked('cosignatures', problem('unreachable', older.message)), cosignatures }
      }
      if (older === 'inconsistent') problems.push(problem('inconsistent', 'checkpoint.cosigned'))
      else if (older !== undefined) {
        found = findOf(older.note, vkey)
        size = older.head.size
      }
    }
    if (found === undefined) problems.push(problem('not-cosigned', name))
    else if (found === 'wrong') problems.push(problem('cosignature-wrong', name))
    else cosignatures.push({ witness: name, size, at: found.at.toISOString() })
  }
  return { finding: finding('cosignatures', problems), cosignatures }
}

async function readOlder(source: Source, key: string | undefined, head: Checkpoint) {
  const note = await attempt(() => readNote(source, 'checkpoint.cosigned'))
  if (note === undefined || note instanceof SourceError) return note
  const older = headOf(note, key)
  if (older?.origin !== head.origin) return 'inconsistent'
  const isSame = await attempt(() => areConsistent(source, older, head))
  if (isSame instanceof SourceError) return isSame
  return isSame ? { note, head: older } : 'inconsistent'
}

function findOf(note: string, vkey: string): Cosignature | 'wrong' | undefined {
  try {
    return findCosignature(note, vkey)
  } catch (error) {
    if (error instanceof ProofError) return 'wrong'
    throw error
  }
}

/** Each kept checkpoint is of this log, and its tree is the beginning of the tree that there is now. */
async function checkConsistency({ source, key, since }: LogQuestion, head: Checkpoint): Promise<LogFinding> {
  if (since.length === 0) return notChecked('consistency', problem('no-old-checkpoint'))
  const problems: LogProblem[] = []
  for (const { name, note } of since) {
    const older = headOf(note, key)
    if (older === undefined) problems.push(problem('old-unsigned', name))
    else if (older.origin !== head.origin) problems.push(problem('of-another-log', name))
    else if (older.size > head.size) problems.push(problem('log-shorter', name))
    else {
      const isSame = await attempt(() => areConsistent(source, older, head))
      if (isSame instanceof SourceError) return notChecked('consistency', problem('unreachable', isSame.message))
      if (!isSame) problems.push(problem('inconsistent', name))
    }
  }
  return finding('consistency', problems)
}

/** A proof made of the published tiles leads from the root of the smaller tree to that of the larger. */
async function areConsistent(source: Source, one: Checkpoint, other: Checkpoint): Promise<boolean> {
  const [older, newer] = one.size <= other.size ? [one, other] : [other, one]
  try {
    const path = await proveConsistency(tileReaderOf(source), older.size, newer.size)
    const { size, root } = newer
    return verifyConsistency({ oldSize: older.size, oldRoot: older.root, size, root, path })
  } catch (error) {
    if (error instanceof ProofError) return false // a tile is missing or too short
    throw error
  }
}

/** The head in a note that the key signed; without a key, what the note claims. Undefined when it is neither. */
function headOf(note: string, key?: string): Checkpoint | undefined {
  try {
    return key === undefined ? parseCheckpoint(readUnverifiedNote(note).text) : verifyCheckpoint(note, key)
  } catch (error) {
    if (error instanceof ProofError) return undefined
    throw error
  }
}

async function readNote(source: Source, path: string): Promise<string | undefined> {
  const bytes = await source.read(path, maxNoteBytes)
  return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** What could not be read is told, not thrown: the other checks are still made. */
async function attempt<T>(work: () => Promise<T>): Promise<T | SourceError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}

function problem(code: LogProblem['code'], subject = ''): LogProblem {
  return { code, subject }
}

/** A log of which everything is gone is not told tile by tile. */
function finding(check: LogCheckName, problems: readonly LogProblem[]): LogFinding {
  const more = problems.length - maxProblems
  const told = more > 0 ? [...problems.slice(0, maxProblems), problem('and-more', String(more))] : problems
  return { check, status: problems.length === 0 ? 'ok' : 'broken', problems: told }
}

function notChecked(check: LogCheckName, why: LogProblem): LogFinding {
  return { check, status: 'not-checked', problems: [why] }
}

function reportOf(
  findings: readonly LogFinding[],
  log: LogReport['log'],
  cosignatures: LogReport['cosignatures'],
): LogReport {
  const isBroken = findings.some(({ status }) => status === 'broken')
  const isComplete = checkNames.every((check) => {
    const status = findings.find((made) => made.check === check)?.status
    return status === 'ok' || (status === 'not-checked' && mayBeUnchecked.includes(check))
  })
  return { verdict: isBroken ? 'altered' : isComplete ? 'intact' : 'not-checked', findings, log, cosignatures }
}
