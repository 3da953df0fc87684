import { useLayoutEffect, useSyncExternalStore } from 'react'

/**
 * A key of a screen. `key` is one key (`h`, `?`, `ArrowDown`, `Space`), a letter or a named key with Shift (`Shift+i`), a
 * sequence (`g r`), or one with the command key (`Mod+k`: Ctrl, or Cmd on a Mac). `label` says in the list of keys what it
 * does; an empty one keeps it out of it. There it stands under `group`. `run` is told when the key is held down.
 */
export type KeyBinding = Readonly<{ key: string; label: string; group?: string; run: (isHeld?: boolean) => void }>

/** Whether the command key is Cmd rather than Ctrl. */
export const isMac: boolean = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

const storageKey = 'getuige.keys'
const sequenceMs = 1200
const bindings = new Set<readonly KeyBinding[]>()
const listeners = new Set<() => void>()
let shown: readonly KeyBinding[] = []
let areOn = readOn()

function readOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}

function changed(): void {
  shown = [...bindings].flat()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The keys of a screen, for as long as it stands. The last that is added wins. Give the same array while nothing changes. */
export function useKeys(keys: readonly KeyBinding[]): void {
  // Before it is painted: whoever sees what keys act on may press them.
  useLayoutEffect(() => {
    bindings.add(keys)
    changed()
    return () => {
      bindings.delete(keys)
      changed()
    }
  }, [keys])
}

/** Every key that works now, for the list of keys and the palette. */
export function useAllKeys(): readonly KeyBinding[] {
  return useSyncExternalStore(subscribe, () => shown)
}

/** Whether keys without Ctrl or Cmd do anything: people who dictate switch them off (WCAG 2.1.4). */
export function useKeysAreOn(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(subscribe, () => areOn)
  return [
    on,
    (next) => {
      areOn = next
      try {
        localStorage.setItem(storageKey, next ? 'on' : 'off')
      } catch {
        // Storage may be refused; the choice then lasts until the page closes.
      }
      changed()
    },
  ]
}

const typing = 'input:not([type=checkbox],[type=radio],[type=button]),textarea,select,[contenteditable=true]'
const overlays = '[role=dialog],[role=alertdialog],[role=menu],[role=listbox]'

function nameOf(event: KeyboardEvent): string {
  return event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key
}

/** With Shift a letter or a named key may be another one; what Shift types, such as `?`, is a key already. */
function shiftedNameOf(event: KeyboardEvent, name: string): string {
  return event.shiftKey && (name.length > 1 || /^\p{Letter}$/u.test(name)) ? `Shift+${name}` : name
}

/** What moves about within itself by these keys keeps them. */
const movesWithin = '[role=slider],[role=radiogroup],[role=tablist],[role=grid],[role=treegrid]'
const movingKeys: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End']

function findBinding(key: string): KeyBinding | undefined {
  return shown.findLast((binding) => binding.key === key)
}

/** Listens for keys; returns how to stop. Ignores them while someone types and inside a dialog, menu or list. */
export function listenForKeys(): () => void {
  let first = ''
  let firstAt = 0

  function onKeyDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.altKey) return
    const target = event.target instanceof Element ? event.target : document.body
    const name = nameOf(event)
    if (event.ctrlKey || event.metaKey) {
      const binding = findBinding(`Mod+${name}`)
      if (binding === undefined || document.querySelector('[role=alertdialog]') !== null) return
      event.preventDefault()
      binding.run()
      return
    }
    if (!areOn || target.closest(typing) !== null || target.closest(overlays) !== null) return
    const isOnControl = target.closest('button,a,summary,[role=slider],[role=tab],[role=radio]') !== null
    if (isOnControl && (name === 'Enter' || name === 'Space')) return
    if (movingKeys.includes(name) && target.closest(movesWithin) !== null) return

    const sequence = event.timeStamp - firstAt < sequenceMs && first !== '' ? `${first} ${name}` : name
    const binding = findBinding(sequence) ?? findBinding(shiftedNameOf(event, name)) ?? findBinding(name)
    first = shown.some((other) => other.key.startsWith(`${name} `)) ? name : ''
    firstAt = event.timeStamp
    if (binding === undefined) return
    first = ''
    event.preventDefault()
    binding.run(event.repeat)
  }

  document.addEventListener('keydown', onKeyDown)
  return () => document.removeEventListener('keydown', onKeyDown)
}
