import { Button, classNames, Menu } from '@getuige/ui'
import type { ReactNode } from 'react'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { elapsed, heardSpeeds, type Part, shuttle, speeds } from './player-time.ts'
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
  loop: 'M4.5 3.2h6A3.8 3.8 0 0 1 14.3 7v.8h-1.6V7a2.2 2.2 0 0 0-2.2-2.2h-6v2L1.2 4l3.3-2.8zM11.5 12.8h-6A3.8 3.8 0 0 1 1.7 9v-.8h1.6V9a2.2 2.2 0 0 0 2.2 2.2h6v-2l3.3 2.8-3.3 2.8z',
  marker: 'M3 1.5h10v13l-5-3.6-5 3.6z',
  clip: 'M4 1l4.4 6.6L12.8 1l1.2.8-4.7 7 1 1.5a2.7 2.7 0 1 1-1.3.8L8.4 10l-.6 1.1a2.7 2.7 0 1 1-1.3-.8l1-1.5-4.7-7zM5 11.6a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4zm6.6 0a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4z',
  notes: 'M1.5 3h13v10h-13zM4 8.6v1.6h5V8.6zm6.4 0v1.6H12V8.6zM4 5.6v1.6h2.4V5.6zm3.8 0v1.6H12V5.6z',
  adjust: 'M8 1.5a6.5 6.5 0 1 1 0 13zM8 1.5a6.5 6.5 0 1 0 0 13v-1.6a4.9 4.9 0 1 1 0-9.8z',
  larger:
    'M7 1.5a5.5 5.5 0 1 1-3.4 9.8l-2.4 2.4L.1 12.6l2.4-2.4A5.5 5.5 0 0 1 7 1.5zM7.8 4.2H6.2v2H4.3v1.6h1.9v2h1.6v-2h1.9V6.2H7.8z',
  smaller: 'M7 1.5a5.5 5.5 0 1 1-3.4 9.8l-2.4 2.4L.1 12.6l2.4-2.4A5.5 5.5 0 0 1 7 1.5zM4.3 6.2v1.6h5.4V6.2z',
} as const

/** Large enough for a finger where a finger is what one has. */
const touch = 'pointer-coarse:min-h-11 pointer-coarse:min-w-11'

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
    <span title={keys === undefined ? label : `${label} (${keys.replace('Shift+', '⇧ ')})`}>
      <Button
        variant="plain"
        aria-label={label}
        autoFocus={takesFocus}
        {...(keys === undefined ? {} : { 'aria-keyshortcuts': keys })}
        {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
        onPress={onPress}
        className={classNames(
          'min-w-8 px-2!',
          touch,
          isOn === true &&
            'bg-accent-soft! text-accent! forced-color-adjust-none forced-colors:bg-[Highlight]! forced-colors:text-[HighlightText]!',
        )}
      >
        {glyph !== undefined && <Glyph path={glyphs[glyph]} />}
        {children}
      </Button>
    </span>
  )
}

/** Switches of the player, besides those of playing itself. */
export type PlayerActs = Readonly<{
  markIn: () => void
  markOut: () => void
  clearPart: () => void
  toggleLoop: () => void
  addMarker: () => void
  cutClip: () => void
  toggleNotes: () => void
  toggleAdjust: () => void
  zoomIn: () => void
  zoomOut: () => void
  wholePicture: () => void
  toggleFullscreen: () => void
}>

/** The rows under the time line: every act of the player as a button that says its key. */
export function PlayerControls({
  player,
  part,
  acts,
  on,
  hasSound,
}: {
  player: Player
  part: Part
  acts: PlayerActs
  on: Readonly<{ loop: boolean; notes: boolean; adjust: boolean; zoom: boolean; fullscreen: boolean }>
  hasSound: boolean
}) {
  const { state } = player
  const isMarked = part.inMs !== null || part.outMs !== null
  const speed = state.shuttle === 0 ? state.speed : Math.abs(state.shuttle)
  const isHeard = state.shuttle >= 0 && speed >= heardSpeeds.least && speed <= heardSpeeds.most
  return (
    <div role="toolbar" aria-label={t('player.player')} className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <div className="flex items-center">
        <Tool
          label={t('player.shuttleBack')}
          keys="J"
          glyph="back"
          onPress={() => player.setShuttle(shuttle(state.shuttle, 'j'))}
        />
        <Tool label={t('player.stepBack')} keys="," glyph="stepBack" onPress={() => player.step(-1)} />
        <Tool
          label={state.isPlaying ? t('player.pause') : t('player.play')}
          keys="Space"
          glyph={state.isPlaying ? 'pause' : 'play'}
          onPress={player.toggle}
          takesFocus
        />
        <Tool label={t('player.stepOn')} keys="." glyph="stepOn" onPress={() => player.step(1)} />
        <Tool
          label={t('player.shuttleOn')}
          keys="L"
          glyph="on"
          onPress={() => player.setShuttle(shuttle(state.shuttle, 'l'))}
        />
        <Menu
          label={t('player.speedIs', { speed: formatNumber(state.speed, 2) })}
          entries={speeds.map((each) => ({ id: String(each), label: `${formatNumber(each, 2)}×` }))}
          selected={String(state.speed)}
          className={classNames('min-w-14', touch)}
          onAction={(id) => player.setSpeed(Number(id))}
        >
          <span className="font-mono">
            {state.shuttle === 0 ? '' : state.shuttle < 0 ? '◂ ' : '▸ '}
            {formatNumber(speed, 2)}×
          </span>
        </Menu>
      </div>
      <div className="flex flex-wrap items-center">
        <Tool label={t('player.markIn')} keys="I" isOn={part.inMs !== null} onPress={acts.markIn}>
          <span className="font-mono">[</span>
        </Tool>
        <Tool label={t('player.markOut')} keys="O" isOn={part.outMs !== null} onPress={acts.markOut}>
          <span className="font-mono">]</span>
        </Tool>
        <Tool label={t('player.loop')} keys="Shift+L" glyph="loop" isOn={on.loop} onPress={acts.toggleLoop} />
        {isMarked && (
          <>
            <span className="px-1 font-mono text-sm text-ink-2">
              {t('player.part', { in: elapsed(part.inMs ?? 0), out: elapsed(part.outMs ?? state.durationMs) })}
            </span>
            <Tool label={t('player.partClear')} keys="Shift+X" onPress={acts.clearPart}>
              <span aria-hidden="true">✕</span>
            </Tool>
          </>
        )}
      </div>
      <div className="flex flex-wrap items-center">
        <Tool label={t('player.markerAdd')} keys="M" glyph="marker" onPress={acts.addMarker} />
        <Tool label={t('player.notesShown')} keys="T" glyph="notes" isOn={on.notes} onPress={acts.toggleNotes} />
        <Tool label={t('player.clip')} keys="C" glyph="clip" onPress={acts.cutClip} />
      </div>
      <div className="flex flex-wrap items-center">
        <Tool label={t('player.zoomOut')} keys="Shift+Z" glyph="smaller" onPress={acts.zoomOut} />
        <Tool label={t('player.zoomIn')} keys="Z" glyph="larger" onPress={acts.zoomIn} />
        {on.zoom && (
          <Tool label={t('player.zoomReset')} keys="0" onPress={acts.wholePicture}>
            <span className="font-mono">1:1</span>
          </Tool>
        )}
        <Tool label={t('player.adjust')} keys="A" glyph="adjust" isOn={on.adjust} onPress={acts.toggleAdjust} />
      </div>
      <div className="ml-auto flex flex-wrap items-center">
        {!hasSound ? (
          <span className="px-2 text-sm text-ink-3">{t('player.noSound')}</span>
        ) : (
          <>
            {!isHeard && <span className="px-1 text-sm text-ink-3">{t('player.noSoundNow')}</span>}
            {state.soundTracks.length > 1 && (
              <Menu
                label={t('player.soundTrack')}
                entries={state.soundTracks.map((name, i) => ({
                  id: String(i),
                  label: name === '' ? t('player.soundTrackNumber', { number: i + 1 }) : name,
                }))}
                selected={String(state.soundTrack)}
                className={touch}
                onAction={(id) => player.chooseSound(Number(id))}
              >
                {t('player.soundTrackNumber', { number: state.soundTrack + 1 })}
              </Menu>
            )}
            <Tool
              label={state.isMuted ? t('player.unmute') : t('player.mute')}
              keys="S"
              glyph={state.isMuted ? 'silent' : 'sound'}
              onPress={player.toggleMute}
            />
            <input
              type="range"
              aria-label={t('player.volume')}
              min={0}
              max={1}
              step={0.05}
              value={state.isMuted ? 0 : state.volume}
              onChange={(event) => player.setVolume(Number(event.target.value))}
              className="h-6 w-14 cursor-pointer accent-accent max-sm:hidden pointer-coarse:h-11"
            />
          </>
        )}
        <Tool
          label={on.fullscreen ? t('player.fullscreenLeave') : t('player.fullscreen')}
          keys="F"
          glyph={on.fullscreen ? 'unfull' : 'full'}
          onPress={acts.toggleFullscreen}
        />
      </div>
    </div>
  )
}
