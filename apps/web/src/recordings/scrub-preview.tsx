import type { RecordingRow } from '@getuige/contract'
import { createPortal } from 'react-dom'
import { formatDuration } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { scrubTile, storyboard, storyboardFrame } from './storyboard.ts'
import { useScrubSheet, useStoryboard } from './use-storyboard.ts'

const widthRem = 20
const gapPx = 6

/**
 * A larger picture of the moment that is scrubbed to, beside the strip: of the sheet for scrubbing where there is one,
 * else of the storyboard. `share` is from 0 to 1 of the recording.
 */
export function ScrubPreview({
  recording: { id, media },
  share,
  strip,
}: {
  recording: RecordingRow
  share: number
  strip: Element
}) {
  const { scrub, durationMs } = media
  const sheet = useScrubSheet(id, scrub !== null)
  const board = useStoryboard(id, true)
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const widthPx = widthRem * remPx
  const box = strip.getBoundingClientRect()
  const ratio = scrub === null ? storyboard.heightPx / storyboard.widthPx : scrub.tileHeightPx / scrub.tileWidthPx
  const heightPx = Math.round(widthPx * ratio)
  const below = box.bottom + gapPx
  const top = below + heightPx < window.innerHeight ? below : box.top - gapPx - heightPx
  const left = Math.min(
    Math.max(box.left, box.left + share * box.width - widthPx / 2),
    document.documentElement.clientWidth - widthPx - 8,
  )
  if (scrub === null ? board.url === null : sheet.url === null && board.url === null) return null

  return createPortal(
    <div
      aria-hidden="true"
      className="pointer-events-none fixed z-40 overflow-hidden rounded border border-edge bg-sunken shadow-float"
      style={{ width: widthPx, height: heightPx, left, top }}
    >
      {scrub !== null && sheet.url !== null ? (
        <Tile url={sheet.url} {...tileOf(scrub, share, durationMs)} />
      ) : (
        board.url !== null && (
          <Tile url={board.url} columns={storyboard.frames} rows={1} column={storyboardFrame(share)} row={0} />
        )
      )}
      {durationMs !== null && (
        <span className="absolute bottom-1.5 left-1.5 rounded bg-panel px-1.5 font-mono text-sm text-ink">
          {t('search.previewAt', { at: formatDuration(share * durationMs), total: formatDuration(durationMs) })}
        </span>
      )}
      <span className="absolute bottom-0 left-0 h-0.5 bg-accent" style={{ width: `${share * 100}%` }} />
    </div>,
    document.body,
  )
}

function tileOf(scrub: NonNullable<RecordingRow['media']['scrub']>, share: number, durationMs: number | null) {
  const atMs = share * (durationMs ?? scrub.frames * scrub.everyMs)
  return { columns: scrub.columns, rows: Math.ceil(scrub.frames / scrub.columns), ...scrubTile(scrub, atMs) }
}

/** One tile of a sheet of so many, filling its frame. */
function Tile({
  url,
  columns,
  rows,
  column,
  row,
}: Readonly<{ url: string; columns: number; rows: number; column: number; row: number }>) {
  return (
    <img
      src={url}
      alt=""
      draggable={false}
      className="absolute top-0 left-0 max-w-none"
      style={{
        width: `${columns * 100}%`,
        height: `${rows * 100}%`,
        translate: `${(-column / columns) * 100}% ${(-row / rows) * 100}%`,
      }}
    />
  )
}
