import type { PersonId } from '@getuige/base'
import { useSyncExternalStore } from 'react'
import type { CameraNames } from '../devices/camera-fields.tsx'
import type { Named } from '../corps/name-fields.tsx'
import { noPassword } from '../session/new-password.tsx'

export const steps = ['corps', 'administrator', 'factor', 'officer', 'enforcer', 'camera', 'done'] as const
export type Step = (typeof steps)[number]

const noName: Named = { name: '', login: '' }

const blank = {
  step: 'corps' as Step,
  corpsName: '',
  lawPackId: null as string | null,
  administrator: noName,
  title: '',
  password: noPassword,
  officer: noName,
  enforcer: noName,
  camera: { label: '', serial: '' } as CameraNames,
  dockLabel: '',
  isCameraAdded: false,
  /** The enforcer made here, to wear the camera made here. */
  wearer: null as Readonly<{ id: PersonId; name: string }> | null,
  /** Passwords and token, each shown once; kept only in the memory of this page. */
  passwords: [] as readonly Readonly<{ name: string; login: string; value: string }>[],
  token: null as Readonly<{ label: string; value: string }> | null,
}

export type Draft = Readonly<typeof blank>

let draft: Draft = blank
const listeners = new Set<() => void>()

/** What was filled in so far, in this page only: another language must not empty it, a reload may. */
export function useDraft(): Draft {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => draft,
  )
}

export function change(part: Partial<Draft>): void {
  draft = { ...draft, ...part }
  for (const listener of listeners) listener()
}

/** Forgets it all, secrets included. */
export function forget(): void {
  change(blank)
}
