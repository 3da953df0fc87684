import type { RecordingFilters } from '@getuige/contract'

/** The choices of `show`, in the order in which the list offers them. */
export const shows = ['all', 'viewable', 'held', 'due-soon', 'damaged', 'waiting', 'erased'] as const
export type Show = (typeof shows)[number]

/** Every filter, in the order in which it is said. */
export const filterNames = [
  'q',
  'show',
  'from',
  'to',
  'place',
  'wearerId',
  'cameraId',
  'tag',
  'file',
  'purpose',
  'longerThan',
  'shorterThan',
  'activation',
] as const satisfies readonly (keyof RecordingFilters)[]

/** The search after one filter changed; nothing, the empty text and `show=all` take the filter out of the address. */
export function changeFilter<Name extends keyof RecordingFilters>(
  search: RecordingFilters,
  name: Name,
  value: RecordingFilters[Name] | '',
): RecordingFilters {
  const next = { ...search }
  delete next[name]
  if (value === undefined || value === '' || (name === 'show' && value === 'all')) return next
  return { ...next, [name]: value }
}

let kept: RecordingFilters = {}

/** Notes how the list was narrowed last, so that the way back from a recording leads to the same list. */
export function keepSearch(search: RecordingFilters): void {
  kept = search
}

export function keptSearch(): RecordingFilters {
  return kept
}
