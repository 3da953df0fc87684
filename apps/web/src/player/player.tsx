import { listCorrections, listMarkers, type Marker, type Recording, viewingProxyPath } from '@getuige/contract'
import { Button, classNames } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { query } from '../api/index.ts'
import { serverNow, useSession } from '../app/session.ts'
import { formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { useRemembered } from '../recordings/remembered.ts'
import { useStoryboard } from '../recordings/use-storyboard.ts'
import { AdjustPanel } from './adjust-panel.tsx'
import { ClipDialog } from './clip-dialog.tsx'
import { ClockLine } from './clock-line.tsx'
import { type Draft, MarkerPanel } from './marker-panel.tsx'
import { nextMarker } from './markers.ts'
import { NotesBand } from './notes-band.tsx'
import { PictureStage } from './picture-stage.tsx'
import { isZoomed, pan, type PictureView, resetZoom, zoom } from './picture-view.ts'
import { PlayerControls } from './player-controls.tsx'
import { usePlayerKeys } from './player-keys.ts'
import { elapsed, endOf, frameRateOf, mark, momentOf, noPart, type Part, wallClock, wholePart } from './player-time.ts'
import type { Viewing, ViewingEnd } from './purpose-form.tsx'
import { preRecordMs, sayDamage, Statements } from './statements.tsx'
import { type LineMark, TimeLine } from './time-line.tsx'
import { useIdleEnd } from './use-idle-end.ts'
import { type Begin, type Played, usePlayer } from './use-player.ts'
import { useScrubSheet } from './use-scrub-sheet.ts'
import { useWaveform } from './use-waveform.ts'
import { useWatermark } from './watermark.tsx'

/** What whoever looks has chosen for themselves, from one piece of a recording to the next. */
export type Look = Played & Readonly<{ view: PictureView }>

/** How high all is that should be in sight beside the picture: the page's head, time line, clock and controls. */
const pageRem = 22
const stripRem = 2.25
const bandRem = 2

const zoomStep = 1.5
const middle = { x: 0, y: 0 }

/** Everything that lies on the time line: the warnings that fall within the recording, and what is known of its parts. */
function lineMarks(recording: Recording, markers: readonly Marker[], durationMs: number, preMs: number): LineMark[] {
  const { activationRecord: record, damages, recordedAt } = recording
  const warnings = [
    { id: 'first', label: t('recordings.warningFirst'), at: record?.firstWarningAt ?? null },
    { id: 'second', label: t('recordings.warningSecond'), at: record?.secondWarningAt ?? null },
  ].flatMap(({ id, label, at }) => {
    const fromMs = at === null ? -1 : Date.parse(at) - Date.parse(recordedAt)
    return at === null || fromMs < 0 || fromMs > durationMs
      ? []
      : [{ id, kind: 'warning' as const, label: `${label}, ${formatTime(at, 'second')}`, fromMs, toMs: null }]
  })
  return [
    ...(preMs > 0
      ? [{ id: 'pre', kind: 'pre-record' as const, label: t('player.preRecordShort'), fromMs: 0, toMs: preMs }]
      : []),
    ...damages.map((part, i) => ({
      id: `damage${i}`,
      kind: 'damage' as const,
      label: sayDamage(part),
      fromMs: part.fromMs,
      toMs: part.toMs,
    })),
    ...warnings,
    ...markers.map(({ id, atMs, toMs, note }) => ({
      id,
      kind: 'marker' as const,
      label: `${elapsed(atMs)} ${note}`,
      fromMs: atMs,
      toMs,
    })),
  ]
}

/** Plays a recording under a viewing. Its keys work wherever the focus is; the watermark stays over every frame. */
export function Player({
  recording,
  viewing,
  beside,
  begin,
  look,
  onLook,
  sinceFirstMs,
  isFullscreen,
  onFullscreen,
  onFinished,
  onBeyond,
  onPosition,
  onEnded,
  above,
}: {
  recording: Recording
  viewing: Viewing
  /** Viewings of the pieces that come before and after this one. */
  beside: readonly Viewing[]
  begin: Begin
  /** How the piece before it was looked at. */
  look: Look
  onLook: (look: Look) => void
  /** From the beginning of the first file of the recording to that of this one. */
  sinceFirstMs: number
  isFullscreen: boolean
  onFullscreen: () => void
  onFinished: () => void
  onBeyond: (ms: number) => boolean
  onPosition: (positionMs: number) => void
  onEnded: (because: ViewingEnd) => void
  /** Over the time line. */
  above: ReactNode
}) {
  const { person, corps } = useSession()
  const { viewingId } = viewing
  const { facts, media, proxy } = recording
  const video = useRef<HTMLVideoElement>(null)
  const [part, setPart] = useState<Part>(noPart)
  const [isLooping, setIsLooping] = useState(false)
  const [notes, setNotes] = useRemembered('notes', ['shown', 'hidden'], 'shown')
  const areNotesShown = notes === 'shown'
  const [notesAloud, setNotesAloud] = useRemembered('notes-aloud', ['silent', 'said'], 'silent')
  const [isAdjusting, setIsAdjusting] = useState(false)
  const [view, setView] = useState<PictureView>(look.view)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [clipped, setClipped] = useState<Readonly<{ inMs: number; outMs: number }> | null>(null)
  const isProxy = media.rendition === 'proxy'
  const mediaUrl = isProxy ? viewingProxyPath(viewingId) : viewing.mediaUrl
  // What is encoded anew has the rate it was encoded at, and each picture its own moment still.
  const rate = frameRateOf(
    (isProxy && proxy?.method === 'encoded' ? proxy : facts?.video)?.framesPerSecond ?? null,
    facts?.isVariableFrameRate ?? false,
  )
  const player = usePlayer({
    video,
    mediaUrl,
    rate,
    knownDurationMs: (isProxy ? proxy?.durationMs : null) ?? media.durationMs,
    begin,
    played: look,
    part,
    isLooping,
    onViewingOver: () => onEnded('over'),
    onFinished,
    onBeyond,
  })
  const { state } = player
  const { positionMs, durationMs } = state
  const hasSound = facts === null || facts.audio !== null
  const mayPicture = recording.mayPreview
  const sheet = useScrubSheet(recording.id, media.scrub !== null && mayPicture)
  const strip = useStoryboard(recording.id, media.hasStoryboard && mayPicture && sheet === null)
  const pictures =
    sheet === null ? (strip.url === null ? null : { url: strip.url, sheet: null }) : { url: sheet, sheet: media.scrub }
  const levels = useWaveform(viewingId, hasSound, media.scrub === null ? 'early' : 'late')
  const { data: marked } = useQuery(query(listMarkers, { params: { recordingId: recording.id } }))
  const { data: corrected } = useQuery(query(listCorrections, { params: { recordingId: recording.id } }))
  const markers = marked?.markers ?? []
  const clockAt = (ms: number) => wallClock(recording.recordedAt, ms, corps.timeZone)
  const watermark = useWatermark(person.name, viewing.purposeLabel)
  const hasBand = areNotesShown && markers.some(({ note }) => note !== '')
  const preMs = preRecordMs(recording, sinceFirstMs)

  useEffect(() => onPosition(positionMs), [onPosition, positionMs])
  const { isPlaying, speed, volume, isMuted } = state
  useEffect(
    () => onLook({ isPlaying, speed, volume, isMuted, view }),
    [onLook, isPlaying, speed, volume, isMuted, view],
  )

  const here = () => momentOf(positionMs)
  const openClip = () => {
    player.pause()
    setClipped(wholePart(part, durationMs))
  }
  const acts = {
    markIn: () => setPart(mark(part, 'in', here())),
    markOut: () => setPart(mark(part, 'out', endOf(positionMs, rate, durationMs))),
    goIn: () => player.seek(part.inMs ?? 0),
    goOut: () => player.seek(part.outMs === null ? durationMs : part.outMs - 1),
    clearPart: () => setPart(noPart),
    toggleLoop: () => setIsLooping(!isLooping),
    addMarker: () => {
      player.pause()
      const isWhole = part.inMs !== null && part.outMs !== null
      setDraft({
        marker: null,
        atMs: isWhole ? (part.inMs ?? 0) : here(),
        toMs: isWhole ? part.outMs : null,
      })
    },
    goMarker: (direction: 1 | -1) => {
      const to = nextMarker(markers, positionMs, direction)
      if (to !== undefined) player.seek(to.atMs)
    },
    cutClip: openClip,
    toggleNotes: () => setNotes(areNotesShown ? 'hidden' : 'shown'),
    toggleAdjust: () => setIsAdjusting(!isAdjusting),
    zoomIn: () => setView((now) => zoom(now, zoomStep, middle)),
    zoomOut: () => setView((now) => zoom(now, 1 / zoomStep, middle)),
    panBy: (x: number, y: number) => setView((now) => pan(now, x, y)),
    wholePicture: () => setView(resetZoom),
    toggleFullscreen: onFullscreen,
  }
  const live = useRef(onEnded)
  useEffect(() => {
    live.current = onEnded
  })
  // What is loaded already could play on: the picture goes when the viewing is over, not when its bytes run out.
  useEffect(() => {
    const leftMs = Date.parse(viewing.expiresAt) - serverNow().getTime()
    const timer = setTimeout(() => live.current('over'), Math.min(Math.max(0, leftMs), 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [viewing.expiresAt])
  useIdleEnd({ viewing, beside, isPlaying: state.isPlaying || state.shuttle !== 0, positionMs, onEnded })
  usePlayerKeys(player, acts)

  return (
    <>
      <PictureStage
        video={video}
        mediaUrl={mediaUrl}
        player={player}
        view={view}
        onView={setView}
        besideRem={pageRem + (above === null ? 0 : stripRem) + (hasBand ? bandRem : 0)}
        isFullscreen={isFullscreen}
        watermark={watermark}
      />
      {hasBand && <NotesBand markers={markers} positionMs={positionMs} rate={rate} areSaid={notesAloud === 'said'} />}
      <div className={classNames('flex flex-col gap-1.5 px-3 py-2', isFullscreen && 'max-h-[45dvh] overflow-y-auto')}>
        {above}
        <TimeLine
          player={player}
          wholeMs={media.durationMs}
          clockAt={clockAt}
          part={part}
          marks={lineMarks(recording, markers, durationMs, preMs)}
          levels={levels}
          pictures={pictures}
          watermark={watermark}
        />
        <ClockLine
          recording={recording}
          positionMs={positionMs}
          durationMs={durationMs}
          rate={rate}
          correction={corrected?.corrections[0] ?? null}
          view={view}
          hasWaveform={levels !== null}
        />
        <PlayerControls
          player={player}
          part={part}
          acts={acts}
          on={{
            loop: isLooping,
            notes: areNotesShown,
            adjust: isAdjusting,
            zoom: isZoomed(view) ? view.scale : null,
            fullscreen: isFullscreen,
          }}
          hasSound={hasSound}
        />
        {isAdjusting && <AdjustPanel view={view} onView={setView} />}
        <Statements recording={recording} player={player} preMs={preMs} />
        <p className="flex flex-wrap items-center gap-x-3 text-sm text-ink-3">
          <span>
            {viewing.purposeLabel} · {t('player.viewingUntil', { time: formatTime(viewing.expiresAt) })}
          </span>
          <Button size="small" className="ml-auto pointer-coarse:min-h-11" onPress={() => onEnded('by-hand')}>
            {t('player.endViewing')}
          </Button>
        </p>
      </div>
      <MarkerPanel
        viewingId={viewingId}
        markers={markers}
        purposes={recording.purposes}
        draft={draft}
        areNotesSaid={notesAloud === 'said'}
        onNotesSaid={(areSaid) => setNotesAloud(areSaid ? 'said' : 'silent')}
        onDraft={setDraft}
        onGo={player.seek}
      />
      {clipped !== null && (
        <ClipDialog viewingId={viewingId} part={clipped} clockAt={clockAt} onClose={() => setClipped(null)} />
      )}
    </>
  )
}
