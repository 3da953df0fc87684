import { useEffect, useMemo, useRef } from 'react'
import { type KeyBinding, useKeys } from '../app/keys.ts'
import { type MessageKey, t } from '../messages/translate.ts'
import type { PlayerActs } from './player-controls.tsx'
import { changeSpeed, shuttle } from './player-time.ts'
import type { Player } from './use-player.ts'

type Acts = PlayerActs &
  Readonly<{
    goIn: () => void
    goOut: () => void
    goMarker: (direction: 1 | -1) => void
    panBy: (x: number, y: number) => void
  }>

const panShare = 0.1

type Now = Readonly<{ player: Player; acts: Acts }>

const turn = (player: Player, key: 'j' | 'k' | 'l') => player.setShuttle(shuttle(player.state.shuttle, key))
const faster = (player: Player, direction: 1 | -1) => player.setSpeed(changeSpeed(player.state.speed, direction))

/** In the order of the list of keys. */
const table: readonly [string, MessageKey, (now: Now, isHeld?: boolean) => void][] = [
  ['Space', 'player.play', ({ player }) => player.toggle()],
  ['j', 'player.shuttleBack', ({ player }) => turn(player, 'j')],
  ['k', 'player.shuttleStop', ({ player }) => turn(player, 'k')],
  ['l', 'player.shuttleOn', ({ player }) => turn(player, 'l')],
  [',', 'player.stepBack', ({ player }, isHeld) => player.step(-1, isHeld)],
  ['.', 'player.stepOn', ({ player }, isHeld) => player.step(1, isHeld)],
  ['ArrowLeft', 'player.back5', ({ player }) => player.seekBy(-5000)],
  ['ArrowRight', 'player.on5', ({ player }) => player.seekBy(5000)],
  ['+', 'player.speedUp', ({ player }) => faster(player, 1)],
  ['-', 'player.speedDown', ({ player }) => faster(player, -1)],
  ['1', 'player.speedNormal', ({ player }) => player.setSpeed(1)],
  ['i', 'player.markIn', ({ acts }) => acts.markIn()],
  ['o', 'player.markOut', ({ acts }) => acts.markOut()],
  ['Shift+i', 'player.goIn', ({ acts }) => acts.goIn()],
  ['Shift+o', 'player.goOut', ({ acts }) => acts.goOut()],
  ['Shift+x', 'player.partClear', ({ acts }) => acts.clearPart()],
  ['Shift+l', 'player.loop', ({ acts }) => acts.toggleLoop()],
  ['m', 'player.markerAdd', ({ acts }) => acts.addMarker()],
  ['n', 'player.markerNext', ({ acts }) => acts.goMarker(1)],
  ['Shift+n', 'player.markerBefore', ({ acts }) => acts.goMarker(-1)],
  ['t', 'player.notesShown', ({ acts }) => acts.toggleNotes()],
  ['c', 'player.clip', ({ acts }) => acts.cutClip()],
  ['z', 'player.zoomIn', ({ acts }) => acts.zoomIn()],
  ['Shift+z', 'player.zoomOut', ({ acts }) => acts.zoomOut()],
  ['0', 'player.zoomReset', ({ acts }) => acts.wholePicture()],
  ['Shift+ArrowLeft', 'player.panLeft', ({ acts }) => acts.panBy(panShare, 0)],
  ['Shift+ArrowRight', 'player.panRight', ({ acts }) => acts.panBy(-panShare, 0)],
  ['Shift+ArrowUp', 'player.panUp', ({ acts }) => acts.panBy(0, panShare)],
  ['Shift+ArrowDown', 'player.panDown', ({ acts }) => acts.panBy(0, -panShare)],
  ['a', 'player.adjust', ({ acts }) => acts.toggleAdjust()],
  ['s', 'player.mute', ({ player }) => player.toggleMute()],
  ['f', 'player.fullscreen', ({ acts }) => acts.toggleFullscreen()],
]

/** Every key of the player. They act on it as it is when they are pressed. */
export function usePlayerKeys(player: Player, acts: Acts): void {
  const live = useRef<Now>({ player, acts })
  useEffect(() => {
    live.current = { player, acts }
  })
  const keys = useMemo<readonly KeyBinding[]>(
    () =>
      table.map(([key, label, run]) => ({
        key,
        label: t(label),
        group: t('player.player'),
        run: (isHeld) => run(live.current, isHeld),
      })),
    [],
  )
  useKeys(keys)
}
