import type { RecordingId } from '@getuige/base'
import { endViewing, getRecording, type Recording } from '@getuige/contract'
import { classNames, Skeleton } from '@getuige/ui'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { ErrorPanel } from '../app/faces.tsx'
import { t } from '../messages/translate.ts'
import { PiecesStrip } from './pieces-strip.tsx'
import { asRecorded } from './picture-view.ts'
import { type Look, Player } from './player.tsx'
import { type Piece, pieceBeyond } from './pieces.ts'
import type { Begin } from './use-player.ts'
import { PurposeForm, type Viewing, type ViewingEnd } from './purpose-form.tsx'

const atFirst: Look = { isPlaying: true, speed: 1, volume: 1, isMuted: false, view: asRecorded }

/**
 * A recording under its viewings: one, or those of the pieces that its camera cut it in, one going on where the other
 * ended. A piece that no viewing reaches asks for the purpose anew.
 */
export function Playing({
  recording,
  pieces,
  viewings,
  onStarted,
  onEnded,
}: {
  recording: Recording
  pieces: readonly Piece[]
  viewings: readonly Viewing[]
  onStarted: (viewings: readonly Viewing[]) => void
  onEnded: (because: ViewingEnd) => void
}) {
  const frame = useRef<HTMLElement>(null)
  const [{ currentId, begin }, setCurrent] = useState<Readonly<{ currentId: RecordingId; begin: Begin }>>({
    currentId: recording.id,
    begin: { atMs: 0, plays: true },
  })
  const [positionMs, setPositionMs] = useState(0)
  const [look, setLook] = useState(atFirst)
  const [isFullscreen, setIsFullscreen] = useState(false)
  const isSelf = currentId === recording.id
  const other = useQuery({ ...query(getRecording, { params: { recordingId: currentId } }), enabled: !isSelf })
  const current = isSelf ? recording : other.data
  const viewing = viewings.find(({ recordingId }) => recordingId === currentId)
  const end = useAct(endViewing)

  useEffect(() => {
    const changed = () => setIsFullscreen(document.fullscreenElement === frame.current)
    document.addEventListener('fullscreenchange', changed)
    return () => document.removeEventListener('fullscreenchange', changed)
  }, [])
  const toggleFullscreen = () => {
    if (document.fullscreenElement === null) void frame.current?.requestFullscreen().catch(() => undefined)
    else void document.exitFullscreen()
  }
  const goTo = (recordingId: RecordingId, begins: Begin) => {
    setPositionMs(begins.atMs)
    setCurrent({ currentId: recordingId, begin: begins })
  }
  const goOn = () => {
    const next = pieceBeyond(pieces, currentId, 0)
    if (next !== undefined) goTo(next.recordingId, { atMs: 0, plays: true })
  }
  const goBeyond = (ms: number) => {
    const there = pieceBeyond(pieces, currentId, ms)
    if (there !== undefined) goTo(there.recordingId, { atMs: there.atMs, plays: look.isPlaying })
    return there !== undefined
  }
  const finish = (because: ViewingEnd) => {
    // Of a piece further on: the others may still stand, and it asks for the purpose itself.
    if (because === 'over' && !isSelf) {
      onStarted(viewings.filter(({ recordingId }) => recordingId !== currentId))
      return
    }
    onEnded(because)
    if (because !== 'by-hand') return
    // Whether or not the server hears of it, nobody looks any more; unheard they end by themselves.
    for (const { viewingId } of viewings) end.mutate({ params: { viewingId } })
  }
  const tellPosition = useCallback((ms: number) => setPositionMs(ms), [])
  const strip =
    pieces.length > 1 ? (
      <PiecesStrip
        pieces={pieces}
        currentId={currentId}
        positionMs={positionMs}
        onPiece={(recordingId, atMs) => goTo(recordingId, { atMs, plays: look.isPlaying })}
      />
    ) : null

  return (
    <section
      ref={frame}
      aria-label={t('player.player')}
      className={classNames('flex flex-col bg-panel', isFullscreen ? 'h-dvh' : 'rounded border border-line')}
    >
      {current === undefined ? (
        <div className="p-4">
          {other.error === null ? (
            <Skeleton label={t('recordings.recordingLoading')} rows={6} />
          ) : (
            <ErrorPanel error={other.error} onRetry={() => void other.refetch()} />
          )}
        </div>
      ) : viewing === undefined ? (
        <div className="flex flex-col gap-4 overflow-y-auto p-4">
          {strip}
          <PurposeForm
            key={current.id}
            recording={current}
            pieces={pieces}
            ended={null}
            isGoingOn
            onStarted={(started) => {
              const isNew = ({ recordingId }: Viewing) => started.every((one) => one.recordingId !== recordingId)
              onStarted([...started, ...viewings.filter(isNew)])
            }}
          />
        </div>
      ) : (
        <Player
          key={viewing.viewingId}
          recording={current}
          viewing={viewing}
          beside={viewings.filter((one) => one !== viewing)}
          begin={begin}
          look={look}
          onLook={setLook}
          sinceFirstMs={Date.parse(current.recordedAt) - Date.parse(pieces[0]?.recordedAt ?? current.recordedAt)}
          isFullscreen={isFullscreen}
          onFullscreen={toggleFullscreen}
          onFinished={goOn}
          onBeyond={goBeyond}
          onPosition={tellPosition}
          onEnded={finish}
          above={strip}
        />
      )}
    </section>
  )
}
