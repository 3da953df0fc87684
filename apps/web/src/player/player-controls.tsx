import { Button, classNames, Menu } from '@getuige/ui'
import type { ReactNode } from 'react'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { elapsed, mark, type Part, shuttle, speeds } from './player-time.ts'
import type { Player } from './use-player.ts'

function Glyph({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4" fill="currentColor">
      <path d={path} />
    </svg>
  )
}

const glyphs = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z',
  stepBack: 'M3 3h2v10H3zM13 3v10L6 8z',
  stepOn: 'M11 3h2v10h-2zM3 3v10l7-5z',
  back: 'M8 3v10L1.5 8zM15 3v10L8.5 8z',
  on: 'M8 3v10l6.5-5zM1 3v10l6.5-5z',
  sound: 'M2 6h3l4-3.5v11L5 10H2zM11 5.2l1-.9a5 5 0 0 1 0 7.4l-1-.9a3.8 3.8 0 0 0 0-5.6z',
  silent:
    'M2 6h3l4-3.5v11L5 10H2zM10.6 6.3l.9-.9 1.6 1.6 1.6-1.6.9.9L14 7.9l1.6 1.6-.9.9-1.6-1.6-1.6 1.6-.9-.9 1.6-1.6z',
  full: 'M2 2h5v1.8H3.8V7H2zM14 14H9v-1.8h3.2V9H14z',
  unfull: 'M7 7H2V5.2h3.2V2H7zM9 9h5v1.8h-3.2V14H9z',
} as const

function Tool({
  label,
  keys,
  glyph,
  onPress,
  isOn,
  takesFocus = false,
  children,
}: {
  label: string
  /** The key that does the same. */
  keys?: string
  glyph?: keyof typeof glyphs
  onPress: () => void
  isOn?: boolean
  takesFocus?: boolean
  children?: ReactNode
}) {
  return (
    <span title={keys === undefined ? label : `${label} (${keys})`}>
      <Button
        variant="plain"
        aria-label={label}
        autoFocus={takesFocus}
        {...(keys === undefined ? {} : { 'aria-keyshortcuts': keys })}
        {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
        onPress={onPress}
        className={classNames('min-w-8 px-2!', isOn === true && 'bg-accent-soft! text-accent!')}
      >
        {glyph !== undefined && <Glyph path={glyphs[glyph]} />}
        {children}
      </Button>
    </span>
  )
}

/** The row under the time line: every act of the player as a button that says its key. */
export function PlayerControls({
  player,
  part,
  onPart,
  isLooping,
  onLoop,
  hasSound,
  isFullscreen,
  onFullscreen,
}: {
  player: Player
  part: Part
  onPart: (part: Part) => void
  isLooping: boolean
  onLoop: () => void
  hasSound: boolean
  isFullscreen: boolean
  onFullscreen: () => void
}) {
  const { state } = player
  const isMarked = part.inMs !== null || part.outMs !== null
  const sayPoint = (ms: number | null, otherwise: number) => elapsed(ms ?? otherwise)
  return (
    <div role="toolbar" aria-label={t('recordings.player')} className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <div className="flex items-center">
        <Tool
          label={t('recordings.shuttleBack')}
          keys="J"
          glyph="back"
          onPress={() => player.setShuttle(shuttle(state.shuttle, 'j'))}
        />
        <Tool label={t('recordings.stepBack')} keys="," glyph="stepBack" onPress={() => player.step(-1)} />
        <Tool
          label={state.isPlaying ? t('recordings.pause') : t('recordings.play')}
          keys="Space"
          glyph={state.isPlaying ? 'pause' : 'play'}
          onPress={player.toggle}
          takesFocus
        />
        <Tool label={t('recordings.stepOn')} keys="." glyph="stepOn" onPress={() => player.step(1)} />
        <Tool
          label={t('recordings.shuttleOn')}
          keys="L"
          glyph="on"
          onPress={() => player.setShuttle(shuttle(state.shuttle, 'l'))}
        />
      </div>
      <Menu
        label={t('recordings.speedIs', { speed: formatNumber(state.speed, 2) })}
        size="small"
        entries={speeds.map((speed) => ({ id: String(speed), label: `${formatNumber(speed, 2)}×` }))}
        selected={String(state.speed)}
        onAction={(id) => player.setSpeed(Number(id))}
      >
        <span className="font-mono">
          {state.shuttle === 0
            ? `${formatNumber(state.speed, 2)}×`
            : `${state.shuttle < 0 ? '◂' : '▸'} ${Math.abs(state.shuttle)}×`}
        </span>
      </Menu>
      <div className="flex items-center">
        <Tool
          label={t('recordings.markIn')}
          keys="I"
          isOn={part.inMs !== null}
          onPress={() => onPart(mark(part, 'in', state.positionMs))}
        >
          <span className="font-mono">[</span>
        </Tool>
        <Tool
          label={t('recordings.markOut')}
          keys="O"
          isOn={part.outMs !== null}
          onPress={() => onPart(mark(part, 'out', state.positionMs))}
        >
          <span className="font-mono">]</span>
        </Tool>
        <Tool label={t('recordings.loop')} isOn={isLooping} onPress={onLoop}>
          <span aria-hidden="true">↻</span>
        </Tool>
        {isMarked && (
          <>
            <span className="px-1 font-mono text-sm text-ink-2">
              {t('recordings.part', { in: sayPoint(part.inMs, 0), out: sayPoint(part.outMs, state.durationMs) })}
            </span>
            <Tool label={t('recordings.partClear')} onPress={() => onPart({ inMs: null, outMs: null })}>
              <span aria-hidden="true">✕</span>
            </Tool>
          </>
        )}
      </div>
      <div className="ml-auto flex items-center">
        {hasSound ? (
          <>
            <Tool
              label={state.isMuted ? t('recordings.unmute') : t('recordings.mute')}
              glyph={state.isMuted ? 'silent' : 'sound'}
              onPress={player.toggleMute}
            />
            <input
              type="range"
              aria-label={t('recordings.volume')}
              min={0}
              max={1}
              step={0.05}
              value={state.isMuted ? 0 : state.volume}
              onChange={(event) => player.setVolume(Number(event.target.value))}
              className="h-6 w-20 cursor-pointer accent-accent-solid max-sm:hidden"
            />
          </>
        ) : (
          <span className="px-2 text-sm text-ink-3">{t('recordings.noSound')}</span>
        )}
        <Tool
          label={isFullscreen ? t('recordings.fullscreenLeave') : t('recordings.fullscreen')}
          keys="F"
          glyph={isFullscreen ? 'unfull' : 'full'}
          onPress={onFullscreen}
        />
      </div>
    </div>
  )
}
