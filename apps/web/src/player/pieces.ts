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

/**
 * Where one comes who goes so far past the end of a piece, or before its beginning when negative: in the next one that can
 * be played, gaps counted, but not past that one. Undefined where there is none.
 */
export function pieceBeyond(
  pieces: readonly Piece[],
  currentId: RecordingId,
  beyondMs: number,
): Readonly<{ recordingId: RecordingId; atMs: number }> | undefined {
  const at = pieces.findIndex(({ id }) => id === currentId)
  const current = pieces[at]
  const next =
    beyondMs < 0 ? pieces.slice(0, Math.max(0, at)).findLast(isPlayable) : pieces.slice(at + 1).find(isPlayable)
  if (current === undefined || next === undefined) return undefined
  const from = Date.parse(current.recordedAt) + (beyondMs < 0 ? 0 : current.durationMs)
  const atMs = from + beyondMs - Date.parse(next.recordedAt)
  return { recordingId: next.id, atMs: Math.min(Math.max(0, atMs), next.durationMs) }
}
