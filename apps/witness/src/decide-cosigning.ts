import { equalBytes } from '@getuige/base'
import {
  emptyRoot,
  parseAddCheckpoint,
  parseCheckpoint,
  parseVkey,
  ProofError,
  readUnverifiedNote,
  verifyCheckpoint,
  verifyConsistency,
} from '@getuige/proof'
import type { AddCheckpoint, Checkpoint } from '@getuige/proof'

/** What this witness cosigned last of a log, and when by its own clock. */
export type LastCosigned = Readonly<{ size: number; root: Uint8Array; at: Date }>

/** A request that is well formed and signed by a key we know for its origin. */
export type Offer = Readonly<{
  request: AddCheckpoint
  /** The text of the checkpoint, without signatures. */
  text: string
  checkpoint: Checkpoint
  /** The text with one signature: that of the log. */
  signedByLog: string
}>

/** c2sp.org/tlog-witness, `add-checkpoint`. `reason` is for the operator of the log; `size` is our own. */
export type Refusal = Readonly<
  | { status: 400 | 403 | 404 | 422; reason: string }
  | { status: 409; because: 'another-size'; size: number }
  | { status: 409; because: 'another-root'; reason: string }
>

/** Read a request: is it one, and is it of a log we know? A key counts for its own name and for all origins below it. */
export function readOffer(body: string, knownVkeys: readonly string[]): Offer | Refusal {
  try {
    const request = parseAddCheckpoint(body)
    const { text } = readUnverifiedNote(request.checkpoint)
    const checkpoint = parseCheckpoint(text)
    const vkeys = knownVkeys.filter((vkey) => isOfKey(checkpoint.origin, parseVkey(vkey).name))
    if (vkeys.length === 0) return { status: 404, reason: 'this witness does not know that log' }
    const signedByLog = vkeys
      .map((vkey) => keepSignatureOf(request.checkpoint, text, vkey))
      .find((note) => note !== undefined)
    if (signedByLog === undefined)
      return { status: 403, reason: 'the checkpoint is not signed by a known key of its log' }
    return { request, text, checkpoint, signedByLog }
  } catch (error) {
    if (!(error instanceof ProofError)) throw error
    return { status: 400, reason: error.message }
  }
}

/** Undefined: cosign it. `last` is undefined when we never cosigned a checkpoint of that origin. */
export function refuseToCosign({ request, checkpoint }: Offer, last: LastCosigned | undefined): Refusal | undefined {
  const { oldSize, proof } = request
  const { size, root } = checkpoint
  const known = last ?? { size: 0, root: emptyRoot }
  if (oldSize > size) return { status: 400, reason: 'the old size is larger than that of the checkpoint' }
  if (oldSize !== known.size) return { status: 409, because: 'another-size', size: known.size }
  if (oldSize === size && proof.length === 0 && !equalBytes(root, known.root)) {
    return { status: 409, because: 'another-root', reason: 'this witness cosigned another root of the same size' }
  }
  if (!verifyConsistency({ oldSize, size, oldRoot: known.root, root, path: proof })) {
    return { status: 422, reason: 'the proof does not lead from what this witness cosigned to the checkpoint' }
  }
  return undefined
}

/** A clock may be set back by so much, to the second of the last cosignature, before we believe neither. */
const toleratedSetBackMs = 5 * 60_000

/**
 * The time to state: never before that of the last cosignature on the log, since each says that nothing larger was seen
 * by then. Undefined when the clock stands further back than setting it right explains.
 */
export function timeToState(now: Date, last: LastCosigned | undefined): Date | undefined {
  if (last === undefined || now >= last.at) return now
  return last.at.getTime() - now.getTime() <= toleratedSetBackMs ? last.at : undefined
}

function isOfKey(origin: string, name: string): boolean {
  return origin === name || origin.startsWith(`${name}/`)
}

/** The note with no other signature than one of this key, if it has one. Anybody may have added others. */
function keepSignatureOf(note: string, text: string, vkey: string): string | undefined {
  if (!isSigned(note, vkey)) return undefined
  const lines = note.slice(text.length + 1, -1).split('\n')
  return lines.map((line) => `${text}\n${line}\n`).find((single) => isSigned(single, vkey))
}

function isSigned(note: string, vkey: string): boolean {
  try {
    verifyCheckpoint(note, vkey)
    return true
  } catch (error) {
    if (error instanceof ProofError) return false
    throw error
  }
}
