import { recordingFilters, type RecordingFilters } from '@getuige/contract'

export const shows = ['all', 'viewable', 'held', 'due-soon', 'damaged', 'waiting', 'erased'] as const
export type Show = (typeof shows)[number]

/** What the URL of the list says. Whatever is not a filter, or not in its form, is left out rather than refused. */
export function parseListSearch(raw: Readonly<Record<string, unknown>>): RecordingFilters {
  const kept: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(recordingFilters.shape)) {
    const value = typeof raw[name] === 'number' ? String(raw[name]) : raw[name]
    const parsed = schema.safeParse(value)
    if (parsed.success && parsed.data !== undefined && parsed.data !== '') kept[name] = parsed.data
  }
  return recordingFilters.parse(kept)
}

/** The search after one filter changed; `undefined`, the empty text and `show=all` take the filter out of the URL. */
export function changeFilter<Name extends keyof RecordingFilters>(
  search: RecordingFilters,
  name: Name,
  value: RecordingFilters[Name] | '',
): RecordingFilters {
  const next = { ...search }
  delete next[name]
  if (value === undefined || value === '' || (name === 'show' && value === 'all')) return parseListSearch(next)
  return parseListSearch({ ...next, [name]: value })
}

/** Whether anything but the choice of `show` narrows the list: then there is something to clear. */
export function isNarrowed(search: RecordingFilters): boolean {
  return Object.keys(search).some((name) => name !== 'show')
}
