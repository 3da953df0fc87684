import { fromBase64, toBase64 } from '@getuige/base'
import { verifyCheckpoint } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import { parseDecimal } from './decimal.ts'
import { hashBytes, leafHash, verifyInclusion } from './merkle.ts'
import { malformed, unverified } from './proof-error.ts'

const firstLine = 'c2sp.org/tlog-proof@v1'

/** That an entry is in a log (c2sp.org/tlog-proof). `checkpoint` is the whole signed note, `extra` nobody has signed. */
export type TlogProof = Readonly<{
  index: number
  path: readonly Uint8Array[]
  checkpoint: string
  extra?: Uint8Array
}>

export function formatTlogProof({ index, path, checkpoint, extra }: TlogProof): string {
  const lines = [firstLine, ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]), `index ${index}`]
  const text = `${[...lines, ...path.map(toBase64)].join('\n')}\n\n${checkpoint}`
  parseTlogProof(text)
  return text
}

export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n')
  if (split < 0) throw malformed('a proof without a checkpoint')
  const lines = text.slice(0, split).split('\n')
  if (lines.shift() !== firstLine) throw malformed('not a tlog-proof')
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64(lines.shift()?.slice(6) ?? '') : undefined
  const indexLine = lines.shift()
  if (!indexLine?.startsWith('index ')) throw malformed('a proof without an index')
  const path = lines.map(decodeBase64)
  if (path.some((hash) => hash.length !== hashBytes)) throw malformed('a hash in a proof has 32 bytes')
  const proof = { index: parseDecimal(indexLine.slice(6)), path, checkpoint: text.slice(split + 2) }
  return extra === undefined ? proof : { ...proof, extra }
}

/** Check that `entry` is in the log that signs with `vkey`. Returns where, under which head; throws `ProofError`. */
export function verifyTlogProof(
  proofText: string,
  entry: Uint8Array,
  vkey: string,
): Readonly<{ index: number; checkpoint: Checkpoint }> {
  const { index, path, checkpoint: note } = parseTlogProof(proofText)
  const checkpoint = verifyCheckpoint(note, vkey)
  const { size, root } = checkpoint
  if (!verifyInclusion({ index, size, leafHash: leafHash(entry), root, path })) {
    throw unverified('the proof does not lead from the entry to the checkpoint')
  }
  return { index, checkpoint }
}

function decodeBase64(text: string): Uint8Array {
  try {
    return fromBase64(text)
  } catch (cause) {
    throw malformed('a line of the proof is not base64', cause)
  }
}
