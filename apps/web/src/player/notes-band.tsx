import type { Marker } from '@getuige/contract'
import { t } from '../messages/translate.ts'
import { notesAt } from './markers.ts'
import type { FrameRate } from './player-time.ts'

/**
 * What was noted of this moment, under the picture: cameras burn their clock in at its top or foot, and nothing may cover
 * that. The place stays while nothing is noted, so that the controls stay where they are. A screen reader says a note as
 * it comes when the person asked for it.
 */
export function NotesBand({
  markers,
  positionMs,
  rate,
  areSaid,
}: {
  markers: readonly Marker[]
  positionMs: number
  rate: FrameRate
  areSaid: boolean
}) {
  return (
    <div
      role="group"
      aria-label={t('player.notesShown')}
      aria-live={areSaid ? 'polite' : 'off'}
      className="flex min-h-8 flex-col items-center justify-center bg-sunken px-3 py-1 text-center"
    >
      {notesAt(markers, positionMs, rate === null ? 0 : 1000 / rate).map((note, i) => (
        <p key={i} className="line-clamp-3 max-w-[70ch] text-lg leading-6 text-pretty break-words">
          {note}
        </p>
      ))}
    </div>
  )
}
