import type { RecordingId } from '@getuige/base'

/** What a camera needs at most to close one file and open the next. */
const mostGapMs = 5_000
/** What a file may hold again of the one before: cameras keep some seconds back. */
const mostOverlapMs = 60_000
/** Cut in more pieces than this it is shown as far as these. */
const mostPieces = 200

type Cut = Readonly<{
  id: RecordingId
  recordedAt: Date
  durationMs: number | null
  /** When it was recorded is not in it: it lies nowhere in time. */
  isTimeOfReceipt: boolean
}>

export type Piece<T extends Cut> = T & Readonly<{ durationMs: number; gapMs: number }>

const endOf = ({ recordedAt, durationMs }: Piece<Cut>) => recordedAt.getTime() + durationMs

/**
 * The pieces of what one camera recorded without a stop, this one among them, out of its recordings in any order: each
 * begins where the one before ended, but for a few seconds. The gap of the first is 0.
 */
export function chainPieces<T extends Cut>(self: T, ofCamera: readonly T[]): Piece<T>[] {
  const dated = (each: T) => !each.isTimeOfReceipt && each.durationMs !== null && each.id !== self.id
  const asPiece = (each: T): Piece<T> => ({ ...each, durationMs: each.durationMs ?? 0, gapMs: 0 })
  const chain = [asPiece(self)]
  if (self.isTimeOfReceipt || self.durationMs === null) return chain
  const others = ofCamera
    .filter(dated)
    .map(asPiece)
    .toSorted((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime())
  const follows = (before: Piece<T>, next: Piece<T>) => {
    const gapMs = next.recordedAt.getTime() - endOf(before)
    return gapMs <= mostGapMs && gapMs >= -mostOverlapMs && next.recordedAt > before.recordedAt
  }
  for (const other of others) {
    const last = chain.at(-1)
    if (last !== undefined && chain.length < mostPieces && follows(last, other)) chain.push(other)
  }
  for (const other of others.toReversed()) {
    const [first] = chain
    if (first !== undefined && chain.length < mostPieces && follows(other, first)) chain.unshift(other)
  }
  return chain.map((piece, at) => {
    const before = chain[at - 1]
    return before === undefined ? piece : { ...piece, gapMs: piece.recordedAt.getTime() - endOf(before) }
  })
}
