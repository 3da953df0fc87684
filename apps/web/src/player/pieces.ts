import type { RecordingId } from '@getuige/base'
import type { listPieces, ReturnsOf } from '@getuige/contract'

/** A file of a recording that its camera cut in several. */
export type Piece = ReturnsOf<typeof listPieces>['pieces'][number]

export const isPlayable = ({ rendition }: Pick<Piece, 'rendition'>): boolean =>
  rendition === 'direct' || rendition === 'proxy'

/** Which pieces a viewing begins with that begins at one of them: it, and those that follow, so many at most. */
export function piecesFrom(pieces: readonly Piece[], recordingId: RecordingId, most: number): readonly RecordingId[] {
  const at = pieces.findIndex(({ id }) => id === recordingId)
  if (at === -1) return [recordingId]
  return pieces
    .slice(at)
    .filter((piece) => piece.id === recordingId || isPlayable(piece))
    .slice(0, most)
    .map(({ id }) => id)
}
