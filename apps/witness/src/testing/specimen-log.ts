import { createHash } from 'node:crypto'
import {
  formatAddCheckpoint,
  formatCheckpoint,
  leafHash,
  makeConsistencyProof,
  newNoteKey,
  signNote,
  treeRoot,
} from '@getuige/proof'

/** A name of a corps and the secret of its key; the other is somebody else's. */
export const corps = newNoteKey('log.example/corps_1', new Uint8Array(32).fill(1))
export const stranger = newNoteKey('log.example/corps_2', new Uint8Array(32).fill(2))

/** A log in memory. Two of one origin with another `view` differ from the first leaf after `shared` on. */
export function specimenLog(origin: string, options: { view?: string; shared?: number; key?: typeof corps } = {}) {
  const { view = 'a', shared = 0, key = corps } = options
  const leafHashes = Array.from({ length: 600 }, (_, i) =>
    leafHash(
      createHash('sha256')
        .update(`${i < shared ? 'shared' : view} ${i}`)
        .digest(),
    ),
  )
  const rootAt = (size: number) => treeRoot(leafHashes.slice(0, size))
  const checkpointAt = (size: number) =>
    signNote(formatCheckpoint({ origin, size, root: rootAt(size) }), key.name, key.seed)
  return {
    origin,
    rootAt,
    checkpointAt,
    /** The body of a request, honest from `oldSize` to `size`. */
    offer: (oldSize: number, size: number) =>
      formatAddCheckpoint({
        oldSize,
        proof: makeConsistencyProof(leafHashes.slice(0, size), Math.min(oldSize, size)),
        checkpoint: checkpointAt(size),
      }),
  }
}
