import { classNames } from '@getuige/ui'
import type { KeyboardEvent, PointerEvent } from 'react'
import { useSession } from '../app/session.ts'
import { formatDuration } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { wallClock } from '../player/player-time.ts'
import { laneColour } from './lane-colours.ts'
import { type Lane, spanOf } from './together-time.ts'

/** The common time line by the wall clock: each recording a bar in a row of its own, gaps left open. */
export function WallLine({
  lanes,
  at,
  labelOf,
  onSeek,
}: {
  lanes: readonly Lane[]
  at: number
  labelOf: (lane: Lane) => string
  onSeek: (at: number) => void
}) {
  const { timeZone } = useSession().corps
  const { from, until } = spanOf(lanes)
  const total = Math.max(1, until - from)
  const share = (instant: number) => `${(Math.min(Math.max(instant - from, 0), total) / total) * 100}%`
  const clockAt = (instant: number) => wallClock(new Date(instant).toISOString(), 0, timeZone)

  const seekTo = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    onSeek(from + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * total)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: at - 5_000,
      ArrowRight: at + 5_000,
      PageDown: at - 30_000,
      PageUp: at + 30_000,
      Home: from,
      End: until,
    }
    const to = steps[event.key]
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    onSeek(to)
  }
  return (
    <div className="flex flex-col gap-1">
      <div
        role="slider"
        tabIndex={0}
        aria-label={t('together.timeLine')}
        aria-valuemin={0}
        aria-valuemax={Math.round(total / 1000)}
        aria-valuenow={Math.round((at - from) / 1000)}
        aria-valuetext={clockAt(at)}
        className="relative flex cursor-pointer touch-none flex-col gap-1 rounded bg-sunken px-0 py-1.5 forced-color-adjust-none"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          seekTo(event)
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) seekTo(event)
        }}
      >
        {lanes.map((lane, row) => (
          <span key={lane.id} className="relative block h-3.5" title={labelOf(lane)}>
            <span
              className="absolute inset-y-0 flex min-w-1 items-center overflow-hidden rounded-sm px-1 font-mono text-xs leading-none font-semibold text-panel"
              style={{
                left: share(lane.beginsAt),
                right: `calc(100% - ${share(lane.endsAt)})`,
                background: laneColour(row),
              }}
            >
              {row + 1}
            </span>
          </span>
        ))}
        <span
          aria-hidden="true"
          className={classNames('pointer-events-none absolute inset-y-0 -ml-px w-0.5 bg-ink')}
          style={{ left: share(at) }}
        />
      </div>
      <p className="flex justify-between font-mono text-xs text-ink-2">
        <span>{clockAt(from).slice(0, 8)}</span>
        <span>{formatDuration(total)}</span>
        <span>{clockAt(until).slice(0, 8)}</span>
      </p>
    </div>
  )
}
