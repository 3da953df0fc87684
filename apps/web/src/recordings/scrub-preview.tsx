import type { RecordingRow } from '@getuige/contract'
import { createPortal } from 'react-dom'
import { useSession } from '../app/session.ts'
import { formatDuration } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { useWatermark } from '../player/watermark.tsx'
import { ScrubTile } from '../player/scrub-tile.tsx'
import { useScrubSheet } from '../player/use-scrub-sheet.ts'
import { storyboard } from './storyboard.ts'
import { useStoryboard } from './use-storyboard.ts'

const widthRem = 20
const gapPx = 6
/** What stands under the picture. */
const footRem = 1.625

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
  const watermark = useWatermark(useSession().person.name, null)
  const sheetUrl = useScrubSheet(id, scrub !== null)
  const board = useStoryboard(id, true)
  const pictures =
    scrub !== null && sheetUrl !== null ? { url: sheetUrl, sheet: scrub } : { url: board.url, sheet: null }
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const widthPx = widthRem * remPx
  const box = strip.getBoundingClientRect()
  const ratio = scrub === null ? storyboard.heightPx / storyboard.widthPx : scrub.tileHeightPx / scrub.tileWidthPx
  const heightPx = Math.round(widthPx * ratio + footRem * remPx)
  const below = box.bottom + gapPx
  const top = below + heightPx < window.innerHeight ? below : box.top - gapPx - heightPx
  const left = Math.min(
    Math.max(box.left, box.left + share * box.width - widthPx / 2),
    document.documentElement.clientWidth - widthPx - 8,
  )
  if (pictures.url === null) return null
  const knownMs = durationMs ?? (scrub === null ? 1 : scrub.frames * scrub.everyMs)

  return createPortal(
    <div
      aria-hidden="true"
      className="pointer-events-none fixed z-40 overflow-hidden rounded border border-edge bg-sunken shadow-float"
      style={{ width: widthPx, left, top }}
    >
      <ScrubTile
        of={{ ...pictures, url: pictures.url }}
        atMs={share * knownMs}
        durationMs={knownMs}
        watermark={watermark}
      />
      {/* Under the picture: cameras burn their clock in at its foot. */}
      <span className="block h-0.5 bg-accent" style={{ width: `${share * 100}%` }} />
      {durationMs !== null && (
        <span className="block bg-panel px-2 py-0.5 text-center font-mono text-sm text-ink">
          {t('search.previewAt', { at: formatDuration(share * durationMs), total: formatDuration(durationMs) })}
        </span>
      )}
    </div>,
    document.body,
  )
}
