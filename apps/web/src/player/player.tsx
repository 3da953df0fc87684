import { endViewing, type Recording } from '@getuige/contract'
import { Banner, Button, classNames } from '@getuige/ui'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useAct } from '../api/index.ts'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { serverNow, useSession } from '../app/session.ts'
import { formatInstant, formatNumber, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { changeSpeed, elapsed, frameNumber, mark, type Part, shuttle, wallClock } from './player-time.ts'
import { PlayerControls } from './player-controls.tsx'
import type { Viewing, ViewingEnd } from './purpose-form.tsx'
import { type Marker, ScrubBar } from './scrub-bar.tsx'
import { type MediaTrouble, usePlayer } from './use-player.ts'
import { useIdleEnd } from './use-idle-end.ts'
import { useStoryboard } from '../recordings/use-storyboard.ts'
import { Watermark } from './watermark.tsx'

const troubleWords = {
  network: 'recordings.mediaErrorNetwork',
  decode: 'recordings.mediaErrorDecode',
  other: 'recordings.mediaErrorOther',
} as const satisfies Record<Exclude<MediaTrouble, 'ended'>, string>

/** The warnings that fall within the recording, as marks on its time line. */
function findMarkers(recording: Recording, durationMs: number): readonly Marker[] {
  const { activationRecord: record, recordedAt } = recording
  const marks = [
    { id: 'first', label: t('recordings.warningFirst'), at: record?.firstWarningAt ?? null },
    { id: 'second', label: t('recordings.warningSecond'), at: record?.secondWarningAt ?? null },
  ]
  return marks.flatMap(({ id, label, at }) => {
    const atMs = at === null ? -1 : Date.parse(at) - Date.parse(recordedAt)
    return at === null || atMs < 0 || atMs > durationMs
      ? []
      : [{ id, label: `${label}, ${formatTime(at, 'second')}`, atMs }]
  })
}

/** Plays a recording under a viewing. Its keys work wherever the focus is; the watermark stays over every frame. */
export function Player({
  recording,
  viewing,
  onEnded,
}: {
  recording: Recording
  viewing: Viewing
  onEnded: (because: ViewingEnd) => void
}) {
  const { person, corps } = useSession()
  const video = useRef<HTMLVideoElement>(null)
  const frame = useRef<HTMLElement>(null)
  const [part, setPart] = useState<Part>({ inMs: null, outMs: null })
  const [isLooping, setIsLooping] = useState(false)
  const [isFullscreen, setIsFullscreen] = useState(false)
  const [startedAt] = useState(serverNow)
  const framesPerSecond = recording.facts?.video?.framesPerSecond ?? null
  const player = usePlayer({
    video,
    mediaUrl: viewing.mediaUrl,
    framesPerSecond,
    knownDurationMs: recording.media.durationMs,
    part,
    isLooping,
    onEnded: () => onEnded('over'),
  })
  const { state } = player
  const preview = useStoryboard(recording.id, recording.media.hasStoryboard && recording.mayPreview)
  const clockAt = (positionMs: number) => wallClock(recording.recordedAt, positionMs, corps.timeZone)

  useEffect(() => {
    const changed = () => setIsFullscreen(document.fullscreenElement === frame.current)
    document.addEventListener('fullscreenchange', changed)
    return () => document.removeEventListener('fullscreenchange', changed)
  }, [])
  // The person has just asked for the picture: it begins. The button that stops it takes the focus.
  useEffect(() => {
    void video.current?.play().catch(() => undefined)
  }, [])

  const toggleFullscreen = () => {
    if (document.fullscreenElement === null) void frame.current?.requestFullscreen().catch(() => undefined)
    else void document.exitFullscreen()
  }
  const live = useRef({ player, part, toggleFullscreen, onEnded })
  useEffect(() => {
    live.current = { player, part, toggleFullscreen, onEnded }
  })
  // What is loaded already could play on: the picture goes when the viewing is over, not when its bytes run out.
  useEffect(() => {
    const leftMs = Date.parse(viewing.expiresAt) - serverNow().getTime()
    const timer = setTimeout(() => live.current.onEnded('over'), Math.min(Math.max(0, leftMs), 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [viewing.expiresAt])
  const end = useAct(endViewing)
  const endByHand = () => {
    onEnded('by-hand')
    // Whether or not the server hears of it, nobody looks any more; unheard it ends by itself.
    end.mutate({ params: { viewingId: viewing.viewingId } })
  }
  useIdleEnd({ viewing, isPlaying: state.isPlaying || state.shuttle !== 0, positionMs: state.positionMs, onEnded })
  const keys = useMemo<readonly KeyBinding[]>(() => {
    const now = () => live.current.player
    const turn = (key: 'j' | 'k' | 'l') => now().setShuttle(shuttle(now().state.shuttle, key))
    const put = (end: 'in' | 'out') => setPart(mark(live.current.part, end, now().state.positionMs))
    return [
      { key: 'Space', label: t('recordings.play'), run: () => now().toggle() },
      { key: 'j', label: t('recordings.shuttleBack'), run: () => turn('j') },
      { key: 'k', label: t('recordings.shuttleStop'), run: () => turn('k') },
      { key: 'l', label: t('recordings.shuttleOn'), run: () => turn('l') },
      { key: ',', label: t('recordings.stepBack'), run: () => now().step(-1) },
      { key: '.', label: t('recordings.stepOn'), run: () => now().step(1) },
      { key: 'i', label: t('recordings.markIn'), run: () => put('in') },
      { key: 'o', label: t('recordings.markOut'), run: () => put('out') },
      { key: '+', label: t('recordings.speedUp'), run: () => now().setSpeed(changeSpeed(now().state.speed, 1)) },
      { key: '-', label: t('recordings.speedDown'), run: () => now().setSpeed(changeSpeed(now().state.speed, -1)) },
      { key: 'm', label: t('recordings.mute'), run: () => now().toggleMute() },
      { key: 'f', label: t('recordings.fullscreen'), run: () => live.current.toggleFullscreen() },
    ]
  }, [])
  useKeys(keys)

  return (
    <section
      ref={frame}
      aria-label={t('recordings.player')}
      className={classNames('flex flex-col bg-panel', isFullscreen ? 'h-dvh' : 'rounded border border-line')}
    >
      <div
        className={classNames(
          'relative flex items-center justify-center overflow-hidden bg-[#000]',
          isFullscreen ? 'min-h-0 flex-1' : 'aspect-video max-h-[max(58dvh,16rem)] rounded-t',
        )}
      >
        {/* A recording has no captions of its own; what is said in it is heard as it was. */}
        <video
          ref={video}
          src={viewing.mediaUrl}
          playsInline
          preload="auto"
          disablePictureInPicture
          className="h-full w-full object-contain"
          onClick={player.toggle}
          onContextMenu={(event) => event.preventDefault()}
        />
        <Watermark
          words={t('recordings.watermark', {
            viewer: person.name,
            purpose: viewing.purposeLabel,
            time: formatInstant(startedAt, 'second'),
          })}
        />
        {state.isBuffering && state.trouble === null && (
          <p role="status" className="absolute top-2 left-2 rounded bg-panel px-2 py-0.5 text-sm">
            {t('recordings.buffering')}
          </p>
        )}
        {state.trouble !== null && state.trouble !== 'ended' && (
          <div className="absolute inset-x-4 bottom-4">
            <Banner
              tone="refusal"
              actions={
                <Button size="small" onPress={player.retry}>
                  {t('app.tryAgain')}
                </Button>
              }
            >
              {t(troubleWords[state.trouble])}
            </Banner>
          </div>
        )}
      </div>
      <div className="flex flex-col gap-1 px-3 py-2">
        <ScrubBar
          positionMs={state.positionMs}
          durationMs={state.durationMs}
          clockAt={clockAt}
          part={part}
          markers={findMarkers(recording, state.durationMs)}
          storyboardSource={preview.url}
          onSeek={player.seek}
        />
        <p className="flex flex-wrap items-baseline gap-x-4 font-mono text-sm">
          <span className="text-lg font-medium">{clockAt(state.positionMs)}</span>
          {framesPerSecond !== null && (
            <span className="text-ink-2">
              {t('recordings.frameNumber', { number: formatNumber(frameNumber(state.positionMs, framesPerSecond)) })}
            </span>
          )}
          <span className="text-ink-2">
            {elapsed(state.positionMs, true)} / {elapsed(state.durationMs)}
          </span>
          <span className="ml-auto font-sans text-ink-3">
            {viewing.purposeLabel} · {t('recordings.viewingUntil', { time: formatTime(viewing.expiresAt) })}
          </span>
          <Button size="small" className="font-sans" onPress={endByHand}>
            {t('recordings.endViewing')}
          </Button>
        </p>
        <PlayerControls
          player={player}
          part={part}
          onPart={setPart}
          isLooping={isLooping}
          onLoop={() => setIsLooping(!isLooping)}
          hasSound={recording.facts === null || recording.facts.audio !== null}
          isFullscreen={isFullscreen}
          onFullscreen={toggleFullscreen}
        />
      </div>
    </section>
  )
}
