import { fromBase64, toBase64 } from '@getuige/base'
import { parseDecimal } from './decimal.ts'
import { hashBytes } from './merkle.ts'
import { malformed } from './proof-error.ts'

/** c2sp.org/tlog-witness: where below its address a witness takes checkpoints. */
export const addCheckpointPath = 'add-checkpoint'
/** The content type of the answer 409 that states the size the witness last cosigned. */
export const treeSizeType = 'text/x.tlog.size'
const maxProofLines = 63

/** A checkpoint offered to a witness, with the proof that the tree it last cosigned is a prefix of it. */
export type AddCheckpoint = Readonly<{
  oldSize: number
  proof: readonly Uint8Array[]
  /** The whole signed note. */
  checkpoint: string
}>

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  const body = `${[`old ${oldSize}`, ...proof.map(toBase64)].join('\n')}\n\n${checkpoint}`
  parseAddCheckpoint(body)
  return body
}

/** Only the form of the request is read: the note in it and what it claims are not. */
export function parseAddCheckpoint(body: string): AddCheckpoint {
  const split = body.indexOf('\n\n')
  if (split < 0) throw malformed('a request without a checkpoint')
  const [oldLine, ...proofLines] = body.slice(0, split).split('\n')
  if (!oldLine?.startsWith('old ')) throw malformed('a request without an old size')
  if (proofLines.length > maxProofLines) throw malformed('a proof with too many lines')
  const proof = proofLines.map((line) => {
    let hash: Uint8Array
    try {
      hash = fromBase64(line)
    } catch (cause) {
      throw malformed('a line of the proof is not base64', cause)
    }
    if (hash.length !== hashBytes) throw malformed('a hash in a proof has 32 bytes')
    return hash
  })
  return { oldSize: parseDecimal(oldLine.slice(4)), proof, checkpoint: body.slice(split + 2) }
}

/** The body of an answer 409: a size and a newline. */
export function parseTreeSize(body: string): number {
  if (!body.endsWith('\n')) throw malformed('a size without a newline')
  return parseDecimal(body.slice(0, -1))
}
