import type { RecordingRow } from '@getuige/contract'
import { classNames, type Shape, ShapeMark } from '@getuige/ui'
import { useRef, useState } from 'react'
import { t } from '../messages/translate.ts'
import { ScrubPreview } from './scrub-preview.tsx'
import { storyboard, storyboardFrame } from './storyboard.ts'
import { useStoryboard } from './use-storyboard.ts'

function noPicture(recording: RecordingRow, isMissing: boolean): { shape: Shape; words: string } | null {
  if (recording.state === 'erased' || recording.state === 'erasing') {
    return { shape: 'ring', words: t('recordings.noPictureErased') }
  }
  const { playable, rendition } = recording.media
  if (playable === null || (rendition === 'making' && !recording.mayPreview))
    return { shape: 'dotted', words: t('recordings.state.waiting') }
  if (!recording.mayPreview) return { shape: 'cross', words: t('recordings.noPictureClosed') }
  if (!recording.media.hasStoryboard || isMissing) return { shape: 'triangle', words: t('recordings.noPicture') }
  return null
}

/** How long the pointer rests on a strip before the larger picture opens: passing over it opens none. */
const restMs = 150

/**
 * The course of a recording in a few pictures. The pointer scrubs: the tile under it shows the frame of that moment, and
 * a larger picture beside it; `share` does the same from the keyboard. What has no picture says so in its place.
 */
export function StoryboardStrip({
  recording,
  tiles,
  share = null,
  isWanted = true,
}: {
  recording: RecordingRow
  /** How many pictures stand side by side: 1, 2, 4 or 8. */
  tiles: number
  /** The moment that the keyboard scrubbed to, from 0 to 1 of the recording. */
  share?: number | null
  /** False while the list flies past: nothing is fetched for a row nobody can see. */
  isWanted?: boolean
}) {
  const [pointed, setPointed] = useState<number | null>(null)
  const [isResting, setIsResting] = useState(false)
  const [strip, setStrip] = useState<HTMLElement | null>(null)
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  // Once asked for, a picture stays: scrolling on must not take it away again.
  const [wasWanted, setWasWanted] = useState(isWanted)
  if (isWanted && !wasWanted) setWasWanted(true)
  const hasOne = recording.media.hasStoryboard && recording.mayPreview && recording.state === 'viewable'
  const { url, isMissing } = useStoryboard(recording.id, wasWanted && hasOne)
  const face = noPicture(recording, isMissing)
  if (face !== null) {
    return (
      <span
        title={face.words}
        className="flex h-full w-full items-center justify-center gap-1.5 rounded-sm border border-dashed border-edge bg-sunken px-1 text-center text-xs leading-tight text-ink-3"
      >
        <ShapeMark shape={face.shape} className="size-2.5" />
        <span className={tiles === 1 ? 'sr-only' : ''}>{face.words}</span>
      </span>
    )
  }

  const scrubbed = pointed ?? share
  const scrubbedFrame = scrubbed === null ? null : storyboardFrame(scrubbed)
  const perTile = storyboard.frames / tiles
  const isEnlarged = scrubbed !== null && (pointed === null || isResting) && isWanted
  return (
    <span
      ref={setStrip}
      className="grid h-full w-full gap-0.5"
      style={{ gridTemplateColumns: `repeat(${tiles}, 1fr)` }}
      onPointerMove={(event) => {
        if (event.pointerType === 'touch') return
        const box = event.currentTarget.getBoundingClientRect()
        setPointed(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)))
        rest.current ??= setTimeout(() => setIsResting(true), restMs)
      }}
      onPointerLeave={() => {
        clearTimeout(rest.current)
        rest.current = undefined
        setIsResting(false)
        setPointed(null)
      }}
    >
      {Array.from({ length: tiles }, (_, tile) => {
        const isScrubbed = scrubbedFrame !== null && Math.floor(scrubbedFrame / perTile) === tile
        const shown = isScrubbed ? scrubbedFrame : tile * perTile
        return (
          <span
            key={tile}
            className={classNames(
              'relative block h-full overflow-hidden rounded-sm bg-sunken',
              isScrubbed && tiles > 1 && 'ring-2 ring-accent',
            )}
          >
            {url !== null && (
              <img
                src={url}
                alt={tile === 0 ? t('recordings.storyboard', { count: storyboard.frames }) : ''}
                draggable={false}
                className="absolute inset-y-0 left-0 h-full max-w-none"
                style={{ width: `${storyboard.frames * 100}%`, translate: `${(-shown / storyboard.frames) * 100}% 0` }}
              />
            )}
          </span>
        )
      })}
      {isEnlarged && strip !== null && <ScrubPreview recording={recording} share={scrubbed} strip={strip} />}
    </span>
  )
}
