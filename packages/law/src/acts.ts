/** What people do to a recording. `know`: see in a list, and on its page, that there is such a recording. */
export const actNames = [
  'know',
  'preview',
  'view',
  'place-hold',
  'lift-hold',
  'export',
  'complete-activation',
  'assign',
  'request-mandate',
  'break-glass',
  'erase-early',
] as const
export type ActName = (typeof actNames)[number]

/** Acts that are lawful for a purpose alone, and so within its window. A storyboard is a look too. */
export const purposefulActNames = ['preview', 'view', 'export'] as const satisfies readonly ActName[]
export type PurposefulActName = (typeof purposefulActNames)[number]

/** What people do in the corps, about no recording in particular. */
export const corpsActNames = [
  // Those that one may know of, and no others.
  'list-recordings',
  'list-own-recordings',
  'administer',
  'see-people',
  'manage-devices',
  'see-retention',
  'erase-due',
  'see-verification',
  'decide-mandates',
  'see-oversight',
  'read-access-log',
  'simulate-law',
  'adopt-law',
  'upload',
] as const
export type CorpsActName = (typeof corpsActNames)[number]
