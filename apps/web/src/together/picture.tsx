import type { Recording } from '@getuige/contract'
import { Button, classNames } from '@getuige/ui'
import { useCallback, useState } from 'react'
import { useSession } from '../app/session.ts'
import { formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { wallClock } from '../player/player-time.ts'
import type { Viewing, ViewingEnd } from '../player/purpose-form.tsx'
import { useIdleEnd } from '../player/use-idle-end.ts'
import { useWatermark, Watermark } from '../player/watermark.tsx'
import { laneColour } from './lane-colours.ts'
import { sayOffset } from './say-offset.ts'
import { isRecording, type Lane } from './together-time.ts'
import type { Playing } from './use-together.ts'

/** One of the pictures: dark where its camera did not record, the watermark over it, its clock under it. */
export function Picture({
  number,
  recording,
  viewing,
  lane,
  playing,
  offsetMs,
  isHeard,
  onHear,
  onEnded,
}: {
  /** From 1, as its key. */
  number: number
  recording: Recording
  viewing: Viewing
  lane: Lane
  playing: Playing
  /** What its clock is corrected by, stored or being tried. */
  offsetMs: number
  isHeard: boolean
  onHear: () => void
  onEnded: (because: ViewingEnd) => void
}) {
  const { person, corps } = useSession()
  const { state, attach, placeNow } = playing
  const [isBroken, setIsBroken] = useState(false)
  const watermark = useWatermark(person.name, viewing.purposeLabel)
  const isIn = isRecording(lane, state.at)
  const hasSound = recording.facts === null || recording.facts.audio !== null
  const clockAt = (at: number) => wallClock(new Date(Math.round(at)).toISOString(), 0, corps.timeZone)
  useIdleEnd({ viewing, isPlaying: state.isPlaying, positionMs: state.at, onEnded })
  const { id } = recording
  const video = useCallback((element: HTMLVideoElement | null) => attach(id, element), [id, attach])

  return (
    <figure
      aria-label={t('together.picture', { number, camera: recording.camera.label })}
      className="flex min-w-0 flex-col overflow-hidden rounded border border-line bg-panel"
    >
      <div
        className="flex items-center gap-2 border-t-4 px-2 py-1 text-sm"
        style={{ borderColor: laneColour(number - 1) }}
      >
        <span
          className="flex size-5 shrink-0 items-center justify-center rounded-full forced-color-adjust-none font-mono text-xs font-semibold text-panel"
          style={{ background: laneColour(number - 1) }}
        >
          {number}
        </span>
        <span className="min-w-0 flex-1 truncate">
          <span className="font-medium">{recording.camera.label}</span>
          <span className="text-ink-2"> · {recording.wearer?.name ?? t('recordings.wearerNone')}</span>
        </span>
        <Button
          size="small"
          className="pointer-coarse:min-h-11"
          variant={isHeard ? 'primary' : 'quiet'}
          aria-pressed={isHeard}
          aria-keyshortcuts={`${number}`}
          refusal={hasSound ? null : t('together.noSound')}
          onPress={onHear}
        >
          {isHeard ? t('together.heard') : t('together.hear')}
        </Button>
      </div>
      <div className="relative flex aspect-video items-center sm:max-h-[max(9rem,var(--picture-height))] justify-center overflow-hidden bg-[#000]">
        {/* A recording has no captions of its own; what is said in it is heard as it was. */}
        <video
          ref={video}
          src={viewing.mediaUrl}
          muted={!isHeard}
          playsInline
          preload="auto"
          disablePictureInPicture
          className={classNames('h-full w-full object-contain', !isIn && 'invisible')}
          onLoadedMetadata={placeNow}
          onContextMenu={(event) => event.preventDefault()}
          onError={() => {
            void isOver(viewing.mediaUrl).then((over) => (over ? onEnded('over') : setIsBroken(true)))
          }}
        />
        {isBroken ? (
          <p className="absolute px-4 text-center text-[#ffffff]">{t('together.broken')}</p>
        ) : (
          !isIn && (
            <p className="absolute px-4 text-center text-[#cccccc]">
              {t(state.at < lane.beginsAt ? 'together.notYet' : 'together.noMore', {
                time: formatTime(state.at < lane.beginsAt ? lane.beginsAt : lane.endsAt, 'second'),
              })}
            </p>
          )
        )}
        <Watermark words={watermark} />
      </div>
      <figcaption className="flex flex-wrap items-baseline gap-x-3 px-2 py-1 font-mono text-sm">
        <span className="font-medium">{clockAt(state.at)}</span>
        {offsetMs !== 0 && (
          <span className="font-sans text-ink-2">
            {t('together.corrected', { offset: sayOffset(offsetMs), own: clockAt(state.at - offsetMs) })}
          </span>
        )}
      </figcaption>
    </figure>
  )
}

/** A `<video>` does not tell why it failed: asks the server whether the viewing still stands. */
async function isOver(mediaUrl: string): Promise<boolean> {
  const answer = await fetch(mediaUrl, { method: 'HEAD', credentials: 'same-origin' }).catch(() => undefined)
  return answer !== undefined && [401, 404, 410].includes(answer.status)
}
