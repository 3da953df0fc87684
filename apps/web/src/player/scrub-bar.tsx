import { classNames } from '@getuige/ui'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'
import { t } from '../messages/translate.ts'
import { storyboard, storyboardFrame } from '../recordings/storyboard.ts'
import { elapsed, type Part } from './player-time.ts'

export type Marker = Readonly<{ id: string; label: string; atMs: number }>

/** The time line: where the picture is, the marked part, the warnings, and a preview of the storyboard at the pointer. */
export function ScrubBar({
  positionMs,
  durationMs,
  clockAt,
  part,
  markers,
  storyboardSource,
  onSeek,
}: {
  positionMs: number
  durationMs: number
  clockAt: (positionMs: number) => string
  part: Part
  markers: readonly Marker[]
  /** Null: there is no storyboard, or not yet. */
  storyboardSource: string | null
  onSeek: (positionMs: number) => void
}) {
  const [pointedMs, setPointedMs] = useState<number | null>(null)
  const total = Math.max(1, durationMs)
  const share = (ms: number) => `${(Math.min(Math.max(ms, 0), total) / total) * 100}%`

  const pointed = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * durationMs
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: positionMs - 5_000,
      ArrowRight: positionMs + 5_000,
      PageDown: positionMs - 30_000,
      PageUp: positionMs + 30_000,
      Home: 0,
      End: durationMs,
    }
    const to = steps[event.key]
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    onSeek(to)
  }

  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t('recordings.position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(positionMs / 1000)}
      aria-valuetext={t('recordings.positionText', {
        elapsed: elapsed(positionMs),
        total: elapsed(durationMs),
        clock: clockAt(positionMs),
      })}
      className="relative flex h-7 cursor-pointer touch-none items-center"
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        onSeek(pointed(event))
      }}
      onPointerMove={(event) => {
        const ms = pointed(event)
        setPointedMs(ms)
        if (event.buttons === 1) onSeek(ms)
      }}
      onPointerLeave={() => setPointedMs(null)}
    >
      <span className="absolute inset-x-0 h-1.5 rounded-full bg-sunken ring-1 ring-edge" />
      {(part.inMs !== null || part.outMs !== null) && (
        <span
          className="absolute h-3.5 border-x-2 border-ink-2 bg-accent-soft"
          style={{ left: share(part.inMs ?? 0), right: `calc(100% - ${share(part.outMs ?? durationMs)})` }}
        />
      )}
      <span className="absolute left-0 h-1.5 rounded-full bg-accent-solid" style={{ width: share(positionMs) }} />
      {markers.map((marker) => (
        <span
          key={marker.id}
          title={marker.label}
          className="absolute -ml-1 size-2 rotate-45 border border-panel bg-ink"
          style={{ left: share(marker.atMs) }}
        />
      ))}
      <span
        className="absolute -ml-1.5 size-3.5 rounded-full border-2 border-panel bg-accent-solid shadow-float"
        style={{ left: share(positionMs) }}
      />
      {pointedMs !== null && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute bottom-7 z-10 flex w-40 -translate-x-1/2 flex-col rounded border border-edge bg-panel text-center font-mono text-xs shadow-float"
          style={{ left: `clamp(5rem, ${share(pointedMs)}, calc(100% - 5rem))` }}
        >
          {storyboardSource !== null && (
            <span className="block h-[90px] overflow-hidden rounded-t">
              <img
                src={storyboardSource}
                alt=""
                className="h-full max-w-none"
                style={{
                  width: `${storyboard.frames * 100}%`,
                  translate: `${(-storyboardFrame(pointedMs / total) / storyboard.frames) * 100}% 0`,
                }}
              />
            </span>
          )}
          <span className={classNames('py-0.5')}>
            {elapsed(pointedMs)} · {clockAt(pointedMs).slice(0, 8)}
          </span>
        </span>
      )}
    </div>
  )
}
