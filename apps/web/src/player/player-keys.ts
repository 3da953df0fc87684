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

/** Every key of the player, in the order of the list of keys. They act on the player as it is when they are pressed. */
export function usePlayerKeys(player: Player, acts: Acts): void {
  const live = useRef({ player, acts })
  useEffect(() => {
    live.current = { player, acts }
  })
  useKeys(useMemo(() => bind(() => live.current), []))
}

function bind(now: () => Readonly<{ player: Player; acts: Acts }>): readonly KeyBinding[] {
  const player = () => now().player
  const acts = () => now().acts
  const turn = (key: 'j' | 'k' | 'l') => player().setShuttle(shuttle(player().state.shuttle, key))
  const faster = (direction: 1 | -1) => player().setSpeed(changeSpeed(player().state.speed, direction))
  const keys: readonly [string, MessageKey, (isHeld?: boolean) => void][] = [
    ['Space', 'player.play', () => player().toggle()],
    ['j', 'player.shuttleBack', () => turn('j')],
    ['k', 'player.shuttleStop', () => turn('k')],
    ['l', 'player.shuttleOn', () => turn('l')],
    [',', 'player.stepBack', (isHeld) => player().step(-1, isHeld)],
    ['.', 'player.stepOn', (isHeld) => player().step(1, isHeld)],
    ['ArrowLeft', 'player.back5', () => player().seekBy(-5000)],
    ['ArrowRight', 'player.on5', () => player().seekBy(5000)],
    ['+', 'player.speedUp', () => faster(1)],
    ['-', 'player.speedDown', () => faster(-1)],
    ['1', 'player.speedNormal', () => player().setSpeed(1)],
    ['i', 'player.markIn', () => acts().markIn()],
    ['o', 'player.markOut', () => acts().markOut()],
    ['Shift+i', 'player.goIn', () => acts().goIn()],
    ['Shift+o', 'player.goOut', () => acts().goOut()],
    ['Shift+x', 'player.partClear', () => acts().clearPart()],
    ['Shift+l', 'player.loop', () => acts().toggleLoop()],
    ['m', 'player.markerAdd', () => acts().addMarker()],
    ['n', 'player.markerNext', () => acts().goMarker(1)],
    ['Shift+n', 'player.markerBefore', () => acts().goMarker(-1)],
    ['t', 'player.notesShown', () => acts().toggleNotes()],
    ['c', 'player.clip', () => acts().cutClip()],
    ['z', 'player.zoomIn', () => acts().zoomIn()],
    ['Shift+z', 'player.zoomOut', () => acts().zoomOut()],
    ['0', 'player.zoomReset', () => acts().wholePicture()],
    ['Shift+ArrowLeft', 'player.panLeft', () => acts().panBy(panShare, 0)],
    ['Shift+ArrowRight', 'player.panRight', () => acts().panBy(-panShare, 0)],
    ['Shift+ArrowUp', 'player.panUp', () => acts().panBy(0, panShare)],
    ['Shift+ArrowDown', 'player.panDown', () => acts().panBy(0, -panShare)],
    ['a', 'player.adjust', () => acts().toggleAdjust()],
    ['s', 'player.mute', () => player().toggleMute()],
    ['f', 'player.fullscreen', () => acts().toggleFullscreen()],
  ]
  return keys.map(([key, label, run]) => ({ key, label: t(label), group: t('player.player'), run }))
}
