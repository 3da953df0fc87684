import type { RecordingRow } from '@getuige/contract'
import { classNames, type Shape, ShapeMark } from '@getuige/ui'
import { useState } from 'react'
import { t } from '../messages/translate.ts'
import { storyboard, storyboardFrame } from './storyboard.ts'
import { useStoryboard } from './use-storyboard.ts'

function noPicture(recording: RecordingRow, isMissing: boolean): { shape: Shape; words: string } | null {
  if (recording.state === 'erased' || recording.state === 'erasing') {
    return { shape: 'ring', words: t('recordings.noPictureErased') }
  }
  if (recording.media.playable === null) return { shape: 'dotted', words: t('recordings.state.waiting') }
  if (!recording.mayPreview) return { shape: 'cross', words: t('recordings.noPictureClosed') }
  if (!recording.media.hasStoryboard || isMissing) return { shape: 'triangle', words: t('recordings.noPicture') }
  return null
}

/**
 * The course of a recording in a few pictures. The pointer scrubs: the tile under it shows the frame of that moment;
 * `frame` does the same from the keyboard. What has no picture says so in its place.
 */
export function StoryboardStrip({
  recording,
  tiles,
  frame = null,
  isWanted = true,
}: {
  recording: RecordingRow
  /** How many pictures stand side by side: 1, 2, 4 or 8. */
  tiles: number
  frame?: number | null
  /** False while the list flies past: nothing is fetched for a row nobody can see. */
  isWanted?: boolean
}) {
  const [pointed, setPointed] = useState<number | null>(null)
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

  const scrubbed = frame ?? pointed
  const perTile = storyboard.frames / tiles
  return (
    <span
      className="grid h-full w-full gap-0.5"
      style={{ gridTemplateColumns: `repeat(${tiles}, 1fr)` }}
      onPointerMove={(event) => {
        if (event.pointerType === 'touch') return
        const box = event.currentTarget.getBoundingClientRect()
        setPointed(storyboardFrame((event.clientX - box.left) / box.width))
      }}
      onPointerLeave={() => setPointed(null)}
    >
      {Array.from({ length: tiles }, (_, tile) => {
        const isScrubbed = scrubbed !== null && Math.floor(scrubbed / perTile) === tile
        const shown = isScrubbed ? scrubbed : tile * perTile
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
            {isScrubbed && (
              <span
                className="absolute bottom-0 left-0 h-0.5 bg-accent"
                style={{ width: `${((scrubbed + 1) / storyboard.frames) * 100}%` }}
              />
            )}
          </span>
        )
      })}
    </span>
  )
}
