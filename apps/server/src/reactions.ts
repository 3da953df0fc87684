import type { EntryType } from '#custody'

/**
 * What follows what: for each kind of custody entry, the jobs that are queued in its transaction, with the recording and
 * its corps as their data. Delivered at least once.
 */
export const reactions: Readonly<Partial<Record<EntryType, readonly string[]>>> = {
  'corps-established': ['authority/prepare'],
  'recording-received': ['media/prepare'],
  'sidecar-received': ['media/place-sidecars'],
  'clip-made': ['media/prepare'],
  'glass-broken': ['access/alarm-emergency'],
  'erasure-ordered': ['retention/erase-ordered'],
  'erasure-begun': ['markers/forget', 'media/forget-sidecars', 'together/forget'],
  'law-adopted': ['retention/apply-law'],
}
