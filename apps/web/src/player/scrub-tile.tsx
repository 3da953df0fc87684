import type { ScrubSheet } from '@getuige/contract'
import { Watermark } from './watermark.tsx'
import { storyboard, storyboardFrame } from '../recordings/storyboard.ts'

/** Small pictures of a recording by their moments: the sheet for scrubbing, or the storyboard until there is one. */
export type SmallPictures = Readonly<{ url: string; sheet: ScrubSheet | null }>

/** The small picture of a moment, under the watermark of who looks. */
export function ScrubTile({
  of: { url, sheet },
  atMs,
  durationMs,
  watermark,
}: {
  of: SmallPictures
  atMs: number
  durationMs: number
  watermark: string
}) {
  const columns = sheet?.columns ?? storyboard.frames
  const tile =
    sheet === null
      ? storyboardFrame(atMs / Math.max(1, durationMs))
      : Math.min(sheet.frames - 1, Math.max(0, Math.floor(atMs / sheet.everyMs)))
  const rows = sheet === null ? 1 : Math.ceil(sheet.frames / columns)
  const aspect = sheet === null ? storyboard.widthPx / storyboard.heightPx : sheet.tileWidthPx / sheet.tileHeightPx
  return (
    <span className="relative block w-full overflow-hidden rounded-t bg-[#000]" style={{ aspectRatio: aspect }}>
      <img
        src={url}
        alt=""
        className="block max-w-none"
        style={{
          width: `${columns * 100}%`,
          height: `${rows * 100}%`,
          translate: `${(-(tile % columns) / columns) * 100}% ${(-Math.floor(tile / columns) / rows) * 100}%`,
        }}
      />
      <Watermark words={watermark} isSmall />
    </span>
  )
}
