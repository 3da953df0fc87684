import { Button, classNames, Menu } from '@getuige/ui'
import type { ReactNode } from 'react'
import { formatNumber } from '../messages/formats.ts'
import { t } from '../messages/translate.ts'
import { Glyph, type GlyphName } from './glyph.tsx'
import { elapsed, heardSpeeds, type Part, shuttle, speeds } from './player-time.ts'
import type { Player } from './use-player.ts'

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
  glyph?: GlyphName
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
        {glyph !== undefined && <Glyph name={glyph} />}
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
  on: Readonly<{ loop: boolean; notes: boolean; adjust: boolean; zoom: number | null; fullscreen: boolean }>
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
        {on.zoom !== null && (
          <Tool
            label={t('player.zoomResetFrom', { scale: formatNumber(on.zoom, 1) })}
            keys="0"
            onPress={acts.wholePicture}
          >
            <span className="font-mono">{formatNumber(on.zoom, 1)}×</span>
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
        {document.fullscreenEnabled && (
          <Tool
            label={on.fullscreen ? t('player.fullscreenLeave') : t('player.fullscreen')}
            keys="F"
            glyph={on.fullscreen ? 'unfull' : 'full'}
            onPress={acts.toggleFullscreen}
          />
        )}
      </div>
    </div>
  )
}
