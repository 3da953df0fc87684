import type { RecordingId } from '@getuige/base'
import { endViewing, listCorrections, type Recording } from '@getuige/contract'
import { Button, classNames, SegmentedControl, Select } from '@getuige/ui'
import { useQueries } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { query, useAct } from '../api/index.ts'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { Screen } from '../app/screen.tsx'
import { serverNow, useSession } from '../app/session.ts'
import { formatInstant, formatNumber, formatTime } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { changeSpeed, frameRateOf, speeds, wallClock } from '../player/player-time.ts'
import { Glyph } from '../player/glyph.tsx'
import type { Viewing, ViewingEnd } from '../player/purpose-form.tsx'
import { type Corrected, CorrectionPanel } from './correction-panel.tsx'
import { Picture } from './picture.tsx'
import { firstTogether, type Lane } from './together-time.ts'
import { TracksPanel } from './tracks-panel.tsx'
import { useTogether } from './use-together.ts'
import { WallLine } from './wall-line.tsx'

/** Large enough for a finger where a finger is what one has. */
const touch = 'pointer-coarse:min-h-11 pointer-coarse:min-w-11'

/** One to four pictures by one clock, in step; their sound one at a time. All viewings end together. */
export function TogetherPlayer({
  recordings,
  viewings,
  startAt,
  onEnded,
}: {
  recordings: readonly Recording[]
  /** In the same order. */
  viewings: readonly Viewing[]
  /** Null: their first common moment. */
  startAt: number | null
  onEnded: (because: ViewingEnd) => void
}) {
  const { corps } = useSession()
  const navigate = useNavigate()
  const stored = useStoredOffsets(recordings)
  const [tried, setTried] = useState<ReadonlyMap<RecordingId, number>>(new Map())
  const [heardId, setHeardId] = useState<RecordingId | null>(recordings.find(hasSound)?.id ?? null)
  const offsetOf = (id: RecordingId) => tried.get(id) ?? stored.get(id) ?? 0
  const lanes = recordings.map((recording): Lane => {
    const beginsAt = Date.parse(recording.recordedAt) + offsetOf(recording.id)
    const { durationMs } = recording.media
    const video = recording.facts?.video
    const rate = frameRateOf(video?.framesPerSecond ?? null, recording.facts?.isVariableFrameRate ?? false)
    return { id: recording.id, beginsAt, endsAt: beginsAt + Math.max(1, durationMs ?? 0), rate }
  })
  const [begun] = useState(() => startAt ?? firstTogether(lanes))
  const playing = useTogether({ lanes, startAt: begun, leader: heardId })
  const { state } = playing
  const end = useAct(endViewing)

  const endAll = (because: ViewingEnd) => {
    onEnded(because)
    // Whether or not the server hears of it, nobody looks any more; unheard they end by themselves.
    for (const { viewingId } of viewings) end.mutate({ params: { viewingId } })
  }
  const live = useRef({ playing, endAll, recordings })
  useEffect(() => {
    live.current = { playing, endAll, recordings }
  })
  // The form before may have been scrolled to its end.
  useEffect(() => {
    // In a block: some browsers answer a promise, which is nothing to clean up with.
    window.scrollTo(0, 0)
  }, [])
  // What is loaded already could play on: the pictures go when the first viewing is over.
  const overAt = Math.min(...viewings.map(({ expiresAt }) => Date.parse(expiresAt)))
  useEffect(() => {
    const leftMs = Math.max(0, overAt - serverNow().getTime())
    const timer = setTimeout(() => live.current.endAll('over'), Math.min(leftMs, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [overAt])
  // Where it stands is in the address, so that it can be come back to.
  const standsAt = state.isPlaying ? null : Math.round(state.at)
  useEffect(() => {
    if (standsAt === null) return undefined
    const timer = setTimeout(() => {
      const search = {
        ids: live.current.recordings.map(({ id }) => id).join(','),
        at: new Date(standsAt).toISOString(),
      }
      void navigate({ to: '/together', search, replace: true, resetScroll: false })
    }, 500)
    return () => clearTimeout(timer)
  }, [standsAt, navigate])

  const keys = useMemo<readonly KeyBinding[]>(() => {
    const now = () => live.current.playing
    const group = t('together.title')
    return [
      { key: 'Space', group, label: t('player.play'), run: () => now().toggle() },
      { key: ',', group, label: t('player.stepBack'), run: () => now().step(-1) },
      { key: '.', group, label: t('player.stepOn'), run: () => now().step(1) },
      { key: '+', group, label: t('player.speedUp'), run: () => now().setSpeed(changeSpeed(now().state.speed, 1)) },
      { key: '-', group, label: t('player.speedDown'), run: () => now().setSpeed(changeSpeed(now().state.speed, -1)) },
      ...recordings.map((recording, row) => ({
        key: `${row + 1}`,
        group,
        label: t('together.hearKey', { number: row + 1, camera: recording.camera.label }),
        run: () => setHeardId(recording.id),
      })),
      { key: '0', group, label: t('together.hearNone'), run: () => setHeardId(null) },
    ]
  }, [recordings])
  useKeys(keys)

  const corrected = recordings.flatMap((recording, row): Corrected[] => {
    const viewing = viewings[row]
    if (viewing === undefined) return []
    const storedMs = stored.get(recording.id) ?? 0
    return [{ recording, viewingId: viewing.viewingId, storedMs, triedMs: offsetOf(recording.id) }]
  })
  const [first] = viewings
  return (
    <Screen
      title={t('together.titleAt', { when: formatInstant(begun) })}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span>
            {first?.purposeLabel} · {t('player.viewingUntil', { time: formatTime(overAt) })}
          </span>
          <Button size="small" className={touch} onPress={() => endAll('by-hand')}>
            {t('player.endViewing')}
          </Button>
        </span>
      }
      aside={
        <>
          <TracksPanel
            all={corrected.flatMap((one, row) => (lanes[row] ? [{ ...one, lane: lanes[row] }] : []))}
            at={state.at}
          />
          <CorrectionPanel all={corrected} onTry={(id, offsetMs) => setTried(new Map([...tried, [id, offsetMs]]))} />
        </>
      }
    >
      <section aria-label={t('together.player')} className="flex flex-col gap-3">
        {/* So high that all of them and the line of the day are in sight. */}
        <div
          className={classNames(
            'grid gap-2',
            recordings.length > 1 && 'sm:grid-cols-2',
            recordings.length > 2
              ? '[--picture-height:calc((100dvh-29rem)/2)]'
              : '[--picture-height:calc(100dvh-22rem)]',
          )}
        >
          {recordings.map((recording, row) => {
            const viewing = viewings[row]
            const lane = lanes[row]
            if (viewing === undefined || lane === undefined) return null
            return (
              <Picture
                key={recording.id}
                number={row + 1}
                recording={recording}
                viewing={viewing}
                lane={lane}
                playing={playing}
                offsetMs={offsetOf(recording.id)}
                isHeard={recording.id === heardId}
                onHear={() => setHeardId(recording.id === heardId ? null : recording.id)}
                onEnded={(because) => live.current.endAll(because)}
              />
            )
          })}
        </div>
        <div className="sticky bottom-0 z-10 flex flex-col gap-2 rounded border border-line bg-panel p-3">
          <WallLine
            lanes={lanes}
            at={state.at}
            labelOf={({ id }) => recordings.find((one) => one.id === id)?.camera.label ?? ''}
            onSeek={playing.seek}
          />
          <div className="flex flex-wrap items-center gap-2">
            <Button
              className={touch}
              onPress={() => playing.step(-1)}
              aria-label={t('player.stepBack')}
              aria-keyshortcuts=","
            >
              <Glyph name="stepBack" />
            </Button>
            <Button
              variant="primary"
              className={classNames('min-w-14', touch)}
              aria-label={t(state.isPlaying ? 'player.pause' : 'player.play')}
              aria-keyshortcuts="Space"
              onPress={playing.toggle}
            >
              <Glyph name={state.isPlaying ? 'pause' : 'play'} />
            </Button>
            <Button
              className={touch}
              onPress={() => playing.step(1)}
              aria-label={t('player.stepOn')}
              aria-keyshortcuts="."
            >
              <Glyph name="stepOn" />
            </Button>
            <output aria-live="off" className="font-mono text-lg font-medium">
              {wallClock(new Date(Math.round(state.at)).toISOString(), 0, corps.timeZone)}
            </output>
            {state.isWaiting && (
              <span role="status" className="text-sm text-ink-2">
                {t('player.buffering')}
              </span>
            )}
            <span className="ml-auto flex flex-wrap items-center gap-2">
              <SegmentedControl
                label={t('together.sound')}
                options={[
                  { id: 'none', label: t('together.soundNone') },
                  ...recordings.flatMap((recording, row) =>
                    hasSound(recording)
                      ? [
                          {
                            id: recording.id,
                            label: `${row + 1}`,
                            name: t('together.hearKey', { number: row + 1, camera: recording.camera.label }),
                          },
                        ]
                      : [],
                  ),
                ]}
                value={heardId ?? 'none'}
                onChange={(id) => setHeardId(recordings.find((one) => one.id === id)?.id ?? null)}
              />
              <Select
                label={t('together.speed')}
                isLabelHidden
                placeholder=""
                className="w-24"
                options={speeds.map((speed) => ({ id: `${speed}`, label: `${formatNumber(speed, 2)} ×` }))}
                value={`${state.speed}`}
                onChange={(id) => playing.setSpeed(Number(id))}
              />
            </span>
          </div>
        </div>
      </section>
    </Screen>
  )
}

const hasSound = (recording: Recording) => recording.facts === null || recording.facts.audio !== null

/** The corrections in force, in ms. */
function useStoredOffsets(recordings: readonly Recording[]): ReadonlyMap<RecordingId, number> {
  return useQueries({
    queries: recordings.map(({ id }) => query(listCorrections, { params: { recordingId: id } })),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }, row) => {
          const id = recordings[row]?.id
          const offsetMs = data?.corrections[0]?.offsetMs
          return id === undefined || offsetMs === undefined ? [] : [[id, offsetMs] as const]
        }),
      ),
  })
}
