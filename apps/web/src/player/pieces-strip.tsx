import { classNames } from '@getuige/ui'
import type { RecordingId } from '@getuige/base'
import { formatDuration, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { isPlayable, type Piece } from './pieces.ts'

/** The files of one recording on the line of the day, with what is missing between them. */
export function PiecesStrip({
  pieces,
  currentId,
  positionMs,
  onPiece,
}: {
  pieces: readonly Piece[]
  currentId: RecordingId
  positionMs: number
  /** The piece, and how far into it. */
  onPiece: (recordingId: RecordingId, atMs: number) => void
}) {
  const begins = pieces.map(({ recordedAt }) => Date.parse(recordedAt))
  const from = Math.min(...begins)
  const total = Math.max(1, ...pieces.map(({ durationMs }, i) => (begins[i] ?? from) - from + durationMs))
  const share = (ms: number) => `${(ms / total) * 100}%`
  const current = pieces.findIndex(({ id }) => id === currentId)
  const gaps = pieces.flatMap(({ gapMs }, i) =>
    gapMs > 0 ? [{ i, fromMs: (begins[i] ?? from) - from - gapMs, gapMs }] : [],
  )
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <div
        role="group"
        aria-label={t('player.pieces')}
        className="relative h-6 min-w-60 forced-color-adjust-none flex-1 basis-[24rem] pointer-coarse:h-11"
      >
        {gaps.map(({ i, fromMs, gapMs }) => (
          <span
            key={i}
            title={t('player.pieceGap', { length: formatDuration(gapMs) })}
            className="absolute inset-y-1.5 border-x border-dashed border-edge"
            style={{
              left: share(fromMs),
              width: share(gapMs),
              backgroundImage: 'repeating-linear-gradient(135deg, var(--edge) 0 1px, transparent 1px 6px)',
            }}
          />
        ))}
        {pieces.map((piece, i) => (
          <button
            key={piece.id}
            type="button"
            aria-current={piece.id === currentId}
            disabled={!isPlayable(piece)}
            aria-label={t('player.pieceLabel', {
              number: i + 1,
              count: pieces.length,
              time: formatTime(piece.recordedAt, 'second'),
              length: formatDuration(piece.durationMs),
            })}
            className={classNames(
              'absolute inset-y-0.5 min-w-2 cursor-pointer overflow-hidden rounded-sm border text-xs',
              'disabled:cursor-default disabled:border-dashed disabled:text-ink-3',
              piece.id === currentId
                ? 'border-accent bg-accent-soft font-medium text-accent'
                : 'border-edge bg-sunken text-ink-2',
            )}
            style={{ left: share((begins[i] ?? from) - from), width: share(piece.durationMs) }}
            onClick={(event) => {
              const { left, width } = event.currentTarget.getBoundingClientRect()
              // By the keyboard it is its beginning.
              const share = event.detail === 0 ? 0 : Math.min(1, Math.max(0, (event.clientX - left) / width))
              onPiece(piece.id, share * piece.durationMs)
            }}
          >
            {i + 1}
          </button>
        ))}
        <span
          className="pointer-events-none absolute inset-y-0 w-0.5 bg-accent-solid forced-colors:bg-[Highlight]"
          style={{ left: share((begins[current] ?? from) - from + positionMs) }}
        />
      </div>
      <p className="text-sm text-ink-2">
        {t('player.pieceIs', { number: current + 1, count: pieces.length })}
        {gaps.length > 0 &&
          ` · ${t('player.pieceGaps', { count: gaps.length, length: formatDuration(gaps.reduce((sum, { gapMs }) => sum + gapMs, 0)) })}`}
      </p>
    </div>
  )
}
