import { classNames } from '@getuige/ui'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { t } from '../messages/translate.ts'
import { elapsed, type Part } from './player-time.ts'
import { formatNumber } from '../messages/formats.ts'
import { ScrubTile, type SmallPictures } from './scrub-tile.tsx'
import { decibelsOf, levelAt } from './sound-level.ts'
import type { Player } from './use-player.ts'
import { useWheel } from './use-wheel.ts'
import { Waveform } from './waveform.tsx'

/** Something at a moment, or over a stretch, of the time line. */
export type LineMark = Readonly<{
  id: string
  kind: 'warning' | 'marker' | 'pre-record' | 'damage'
  label: string
  fromMs: number
  toMs: number | null
}>

function sayLevel(level: number | null): string {
  const decibels = level === null ? null : decibelsOf(level)
  return decibels === null
    ? t('player.soundNone')
    : t('player.soundLevel', { level: formatNumber(Math.round(decibels)).replace('-', '−') })
}

const stripes = (angle: number, colour: string) =>
  `repeating-linear-gradient(${angle}deg, var(${colour}) 0 2px, transparent 2px 6px)`

/**
 * Where the picture is in the recording, and all that is known of its time: what was recorded before the camera was
 * switched on, what is damaged, the sound, the marked part, warnings and markers. Under the pointer, or the finger, a
 * preview. The wheel jogs.
 */
export function TimeLine({
  player,
  wholeMs,
  clockAt,
  part,
  marks,
  levels,
  pictures,
  watermark,
}: {
  player: Player
  /** Of the recording, where the file says it; a damaged one may be played for less. */
  wholeMs: number | null
  clockAt: (positionMs: number) => string
  part: Part
  marks: readonly LineMark[]
  levels: Uint8Array | null
  pictures: SmallPictures | null
  watermark: string
}) {
  const {
    state: { aimMs, durationMs, positionMs: shownMs },
    seek,
    seekBy,
  } = player
  const positionMs = aimMs ?? shownMs
  const [pointedMs, setPointedMs] = useState<number | null>(null)
  const line = useRef<HTMLDivElement>(null)
  useWheel(line, {
    jog: (frames) => player.step(frames),
    jogSeconds: (seconds) => seekBy(seconds * 1000),
  })
  const lineMs = Math.max(durationMs, wholeMs ?? 0)
  const total = Math.max(1, lineMs)
  const share = (ms: number) => `${(Math.min(Math.max(ms, 0), total) / total) * 100}%`
  const stretch = (fromMs: number, toMs: number | null) => ({
    left: share(fromMs),
    right: `calc(100% - ${share(toMs ?? lineMs)})`,
  })
  const pointed = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * lineMs
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowLeft: positionMs - 5_000,
      ArrowDown: positionMs - 5_000,
      ArrowRight: positionMs + 5_000,
      ArrowUp: positionMs + 5_000,
      PageDown: positionMs - 30_000,
      PageUp: positionMs + 30_000,
      Home: 0,
      End: durationMs,
    }
    const to = steps[event.key]
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    event.preventDefault()
    seek(to)
  }
  const of = (kind: LineMark['kind']) => marks.filter((mark) => mark.kind === kind)

  return (
    <div
      ref={line}
      role="slider"
      tabIndex={0}
      aria-label={t('player.position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(positionMs / 1000)}
      aria-valuetext={t('player.positionText', {
        elapsed: elapsed(positionMs),
        total: elapsed(durationMs),
        clock: clockAt(positionMs),
      })}
      className={classNames(
        'relative cursor-pointer touch-none select-none forced-color-adjust-none pointer-coarse:h-14',
        levels === null ? 'h-8' : 'h-12',
      )}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setPointedMs(pointed(event))
        seek(pointed(event))
      }}
      onPointerMove={(event) => {
        const ms = pointed(event)
        setPointedMs(ms)
        if (event.buttons === 1) seek(ms)
      }}
      onPointerUp={(event) => {
        if (event.pointerType !== 'mouse') setPointedMs(null)
      }}
      onPointerCancel={() => setPointedMs(null)}
      onPointerLeave={() => setPointedMs(null)}
    >
      {levels !== null && <Waveform levels={levels} className="absolute inset-x-0 top-0 h-7 w-full text-ink-3" />}
      {(part.inMs !== null || part.outMs !== null) && (
        <span
          className="absolute inset-y-0 border-x-2 border-accent bg-accent-soft opacity-70 mix-blend-multiply dark:mix-blend-screen"
          style={stretch(part.inMs ?? 0, part.outMs)}
        />
      )}
      <span className="absolute inset-x-0 bottom-2.5 h-1.5 rounded-full bg-sunken ring-1 ring-edge" />
      <span
        className="absolute bottom-2.5 left-0 h-1.5 rounded-full bg-accent-solid forced-colors:bg-[Highlight]"
        style={{ width: share(positionMs) }}
      />
      {of('pre-record').map((mark) => (
        <span
          key={mark.id}
          title={mark.label}
          className="absolute bottom-0.5 h-1.5 border-x border-ink-2"
          style={{ ...stretch(mark.fromMs, mark.toMs), backgroundImage: stripes(90, '--ink-3') }}
        />
      ))}
      {of('damage').map((mark) => (
        <span
          key={mark.id}
          title={mark.label}
          className="absolute bottom-1.5 h-3.5 min-w-1.5 border-x-2 border-loss bg-loss-soft"
          style={{ ...stretch(mark.fromMs, mark.toMs), backgroundImage: stripes(135, '--loss') }}
        />
      ))}
      {of('marker').map((mark) =>
        mark.toMs === null ? null : (
          <span
            key={mark.id}
            title={mark.label}
            className="absolute top-0 h-1 rounded-full bg-accent"
            style={stretch(mark.fromMs, mark.toMs)}
          />
        ),
      )}
      {of('marker').map((mark) => (
        <svg
          key={mark.id}
          aria-hidden="true"
          viewBox="0 0 10 10"
          className="absolute top-0 -ml-1.25 size-2.5 fill-accent stroke-panel"
          style={{ left: share(mark.fromMs) }}
        >
          <title>{mark.label}</title>
          <path d="M0 0h10L5 9z" />
        </svg>
      ))}
      {of('warning').map((mark) => (
        <span
          key={mark.id}
          title={mark.label}
          className="absolute bottom-2.25 -ml-1 size-2 rotate-45 border border-panel bg-ink"
          style={{ left: share(mark.fromMs) }}
        />
      ))}
      <span
        className="absolute inset-y-0 -ml-px w-0.5 bg-accent-solid forced-colors:bg-[Highlight]"
        style={{ left: share(positionMs) }}
      />
      <span
        className="absolute bottom-1.5 -ml-1.75 size-3.5 rounded-full border-2 border-panel bg-accent-solid shadow-float forced-colors:bg-[Highlight]"
        style={{ left: share(positionMs) }}
      />
      {pointedMs !== null && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute bottom-full z-10 mb-1 flex w-44 -translate-x-1/2 flex-col rounded border border-edge bg-panel text-center font-mono text-xs shadow-float"
          style={{ left: `clamp(5.5rem, ${share(pointedMs)}, calc(100% - 5.5rem))` }}
        >
          {pictures !== null && <ScrubTile of={pictures} atMs={pointedMs} durationMs={lineMs} watermark={watermark} />}
          <span className="py-0.5">
            {elapsed(pointedMs)} · {clockAt(pointedMs).slice(0, 8)}
          </span>
          {levels !== null && <span className="pb-0.5 text-ink-2">{sayLevel(levelAt(levels, pointedMs, lineMs))}</span>}
        </span>
      )}
    </div>
  )
}
